//! headshot-widget

//! headshot-sandbox

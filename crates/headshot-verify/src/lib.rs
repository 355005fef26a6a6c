//! headshot-verify

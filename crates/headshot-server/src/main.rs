//! headshot-server
fn main() {}

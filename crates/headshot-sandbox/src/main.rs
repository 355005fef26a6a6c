//! headshot-sandbox
fn main() {}

//! www
fn main() {}

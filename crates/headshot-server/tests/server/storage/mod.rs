//! Photos in a folder and in S3-compatible storage.

mod contract;
mod server;

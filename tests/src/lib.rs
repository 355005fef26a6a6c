//! End-to-end tests of headshot-kit live in `tests/`.

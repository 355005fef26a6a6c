//! What others have written judges the sandbox: Skylab's own Python package, and `PyJWT`.

mod run;
mod scale;
mod skylab;

//! JSON: a strict reader, so that every other reader understands in the same way what passes here, and a writer.

mod reader;
mod value;
mod writer;

pub(crate) use reader::{begins_object, object, strict_object};
pub use value::{Fields, Value};
pub(crate) use writer::ObjectWriter;

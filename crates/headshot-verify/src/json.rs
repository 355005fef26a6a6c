//! JSON: a strict reader, so that every other reader understands in the same way what passes here, and a writer.

mod members;
mod reader;
mod sought;
mod tree;
mod value;
mod writer;

pub(crate) use members::Members;
pub(crate) use reader::Text;
pub(crate) use sought::{is_id, sought};
pub(crate) use tree::{begins_object, object, without_mark};
pub use value::{Fields, Value};
pub use writer::ObjectWriter;

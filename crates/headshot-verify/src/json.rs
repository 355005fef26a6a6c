//! JSON: a strict reader, so that every other reader understands in the same way what passes here, and a writer.

mod members;
mod object;
mod reader;
#[cfg(feature = "serde")]
mod serialized;
mod sought;
mod text;
mod value;
mod writer;

pub(crate) use members::Members;
pub use object::{Look, looked};
pub(crate) use object::{Object, begins_object, integer, is_number, is_text, object, text, without_mark};
pub use reader::{See, Trouble, read};
#[cfg(feature = "serde")]
pub(crate) use serialized::{Map, as_map, written};
pub(crate) use sought::{is_id, sought};
pub use text::Text;
pub use value::{Fields, Value};
pub use writer::ObjectWriter;

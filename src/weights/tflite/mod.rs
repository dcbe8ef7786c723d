//! TensorFlow Lite files, read as far as an 8-bit MobileNet needs, and turned into our own format.
//!
//! `flatbuffer` reads the container, `schema` names TFLite's tables in it, [`import()`] follows the operators from the photo to
//! the classifier. Whatever a file holds that the networks' definition does not say (another padding, stride or activation) is
//! refused: it would compute something else.

mod fields;
mod flatbuffer;
mod import;
mod schema;
mod walk;

pub use import::{Network, import};

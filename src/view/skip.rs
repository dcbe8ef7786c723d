//! Which files of a folder are left out, and why.

use crate::project::no_photo;

/// Endings that some browsers can read; which of them this one can, the engine says.
const FURTHER: [&str; 2] = ["tif", "tiff"];

/// Why a file of a folder is no photo, by its path; `None`: it may be one.
pub fn skip_reason(path: &str) -> Option<&'static str> {
    no_photo(path, &FURTHER).map(|why| why.words())
}

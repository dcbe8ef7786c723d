//! The errors of this room. The subject is "the zip file" until a caller puts in its name with [`Error::about`].

use crate::error::{Error, ErrorKind};

const SUBJECT: &str = "the zip file";

/// A zip file that is damaged; `found` stands after "found".
pub(super) fn broken(found: impl Into<String>) -> Error {
    let cure = "Copy or download it again, or make it anew; nothing was changed.";
    Error::new(ErrorKind::Archive, SUBJECT, "a whole zip file", found, cure)
}

/// A file that is no zip file.
pub(super) fn foreign(found: impl Into<String>) -> Error {
    let cure = "Choose a zip file of a folder whose sub-folders are the classes; nothing was changed.";
    Error::new(ErrorKind::Archive, SUBJECT, "a zip file", found, cure)
}

/// A zip file beyond a limit.
pub(super) fn too_much(expected: impl Into<String>, found: impl Into<String>) -> Error {
    let cure = "Split it into smaller zip files, or add the folder itself; nothing was changed.";
    Error::new(ErrorKind::Archive, SUBJECT, expected, found, cure)
}

/// A file that cannot be read (any more).
pub(super) fn io(error: std::io::Error) -> Error {
    let cure = "Check that the file is still where it was, and choose it again.";
    Error::new(ErrorKind::Io, SUBJECT, "a file that can be read", error.to_string(), cure)
}

/// A `.graft` file that does not hold what it should.
pub(super) fn no_project(expected: impl Into<String>, found: impl Into<String>) -> Error {
    let cure = "Save the project again where it was made; nothing was changed here.";
    Error::new(ErrorKind::Archive, "the .graft file", expected, found, cure)
}

//! One error for everything a person can run into: what it concerns, what was expected, what was found, and the cure.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The result of everything that can fail because of what it was given.
pub type Result<T> = std::result::Result<T, Error>;

/// What kind of thing went wrong. The page shows it as `data-kind`, so that tests and styles can tell messages apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes are of no image format that can be decoded here.
    NotAnImage,
    /// The image begins well but is damaged or ends early.
    DamagedImage,
    /// The image has more pixels than the limit; it was refused before it was decoded.
    TooLarge,
    /// A weight file is damaged, of another format, or of another network.
    WeightFile,
    /// A zip or `.graft` file is damaged, of another kind or a later version, or was refused.
    Archive,
    /// The registry of backbones is malformed, or names something that is not there.
    Registry,
    /// A file could not be read or written.
    Io,
    /// A download failed.
    Network,
    /// The GPU is absent, lacks something, computes wrongly, or went away.
    Device,
    /// The engine stopped and was started again.
    Engine,
    /// Classes or photos of a project cannot be changed so.
    Project,
    /// The program was called in a way it does not understand.
    Usage,
}

/// An error that a person can act upon.
///
/// `Display` joins the parts into one line: `subject: expected …, found …. Cure.`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// What kind of thing went wrong.
    pub kind: ErrorKind,
    /// What it concerns: a file name, a network, a device.
    pub subject: String,
    /// What was expected, as it stands after "expected": "a JPEG, PNG, WebP, GIF or BMP image".
    pub expected: String,
    /// What was found instead, as it stands after "found": "the text of a PDF".
    pub found: String,
    /// What the person can do about it: a full sentence.
    pub cure: String,
}

impl Error {
    /// An error about `subject`. The other parts are as in [`Error`]'s fields.
    pub fn new(
        kind: ErrorKind,
        subject: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self { kind, subject: subject.into(), expected: expected.into(), found: found.into(), cure: cure.into() }
    }

    /// A setting is out of its range.
    pub fn out_of_range(subject: impl Into<String>, expected: impl Into<String>, found: impl fmt::Display) -> Self {
        let cure = "Set it within its range, or reset the settings.";
        Self::new(ErrorKind::Usage, subject, expected, found.to_string(), cure)
    }

    /// A device gave `found` where a result was read back.
    pub fn no_result(found: impl fmt::Display) -> Self {
        let cure = "Graft goes on with the CPU; reload the page to try the GPU again.";
        Self::new(ErrorKind::Device, "the device", "a result", found.to_string(), cure)
    }

    /// The same error about another subject: a leaf knows bytes, its caller knows the file's name.
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {}. {}", self.subject, self.expected, self.found, self.cure)
    }
}

impl std::error::Error for Error {}

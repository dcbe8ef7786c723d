//! What can happen to this part, and what it asks of the browser.

use std::rc::Rc;

use serde_json::Value;

use super::Room;
use crate::error::Error;
use crate::project::{Project, SampleId};
use crate::protocol::TeachCommand;
use crate::view::teach::TeachEffect;

/// What an earlier visit kept. What belongs to its samples is with the runtime, beside what belongs to the project on the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The project.
    pub project: Project,
    /// What the parts of the page kept beside it: runs, curves.
    pub page: Value,
    /// Samples whose photos are not in storage.
    pub missing: Vec<SampleId>,
    /// Samples whose embeddings are.
    pub embedded: Vec<SampleId>,
}

/// What was found when storage was opened.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// Storage that can be used, and what was in it.
    Here(Option<Box<Stored>>),
    /// A person wants nothing kept.
    Off,
    /// No storage, or one that is not to be touched, and why.
    Denied(Error),
    /// Another tab has it.
    Elsewhere,
}

/// A write that went well.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The time of day.
    pub at: String,
    /// Names of photos whose files could not be read any more.
    pub unreadable: Vec<String>,
}

/// What can happen to this part.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// The page is there.
    Start,
    /// So many samples of so many are read from storage.
    Read(usize, usize),
    /// Storage was opened.
    Opened(Found),
    /// The project has rested long enough to be written.
    Due,
    /// A write ended, after so many milliseconds.
    Wrote(Result<Written, Error>, f64),
    /// A person wants to try again at once.
    Again,
    /// How much room there is.
    Room(Room),
    /// A person switched keeping on or off.
    Keep(bool),
    /// Another tab took the project.
    Taken,
    /// A person wants the project that is in storage, or that another tab has open.
    TakeOver,
    /// A person wants everything deleted.
    Delete,
    /// All that was kept is gone from storage, or could not be deleted.
    Erased(Result<(), Error>),
    /// A person answered the question.
    Answer(bool),
    /// A person named the project.
    Rename(String),
    /// A person wants photos' metadata in `.graft` files, or not.
    Metadata(bool),
    /// A person wants a `.graft` file.
    Pack,
    /// A photo is not there to be put into the file.
    NoPhoto(SampleId),
    /// Some thumbnails were made.
    Thumbnails,
    /// A person stopped what is being written or opened.
    Stop,
    /// A person gave a `.graft` file of this name.
    Open(String),
    /// Something that a button does failed.
    Failed(Error),
}

/// What this part asks of the browser.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(target_pointer_width = "64", expect(clippy::large_enum_variant, reason = "they are carried out at once"))]
pub enum Effect {
    /// Open storage and read what is there; take it from another tab that has it, or not.
    Open {
        /// Take it.
        steal: bool,
    },
    /// Say [`Action::Due`] after so many milliseconds.
    Later(f64),
    /// Write what storage lacks of this.
    Save {
        /// The project.
        project: Rc<Project>,
        /// What the parts of the page keep beside it.
        page: Value,
    },
    /// Remember whether a person wants the project kept.
    Remember(bool),
    /// Delete everything from storage. Answer: [`Action::Erased`].
    Erase,
    /// Put what was read from storage in the place of all that is kept of samples, and use its head.
    TakeStored,
    /// Let go of what was read from storage, and of the right to write there: what is there stays.
    LeaveStored,
    /// Let go of what was read from storage: what is written next takes its place there.
    Supersede,
    /// Let go of all samples' photos, thumbnails and embeddings, and of the head.
    ForgetAll,
    /// Find out how much room there is.
    Measure,
    /// Send a photo with [`TeachCommand::PackPhoto`].
    PackPhoto(SampleId),
    /// Save the parts of the `.graft` file under this name.
    Download(String),
    /// Let go of all parts of files that are on their way.
    DropParts,
    /// Send the file that a person gave with this command.
    SendFile(TeachCommand),
    /// Put what came with a `.graft` file in the place of all that is kept of samples.
    Replace {
        /// Each sample's photo, by its place in the file.
        photos: Vec<(SampleId, usize)>,
        /// Samples whose embeddings came.
        embedded: Rc<[SampleId]>,
        /// Length of the head's file.
        head_bytes: usize,
    },
    /// Make thumbnails of these samples' photos, where there is none.
    MakeThumbnails(Vec<(SampleId, [u32; 2])>),
    /// Use this backbone; not if the address asks for another and `gently`.
    Choose {
        /// Its name.
        name: String,
        /// Obey the address.
        gently: bool,
    },
}

pub(super) fn effect(effect: Effect) -> TeachEffect {
    TeachEffect::Keep(effect)
}

/// Says that it is due after so many milliseconds, if at all.
pub(super) fn later(ms: Option<f64>) -> Vec<TeachEffect> {
    ms.map(|ms| effect(Effect::Later(ms))).into_iter().collect()
}

//! What this part knows: where the project is kept, what is asked, which files are on their way.

use std::rc::Rc;

use super::opening::Opening;
use super::packing::Packing;
use super::saving::Saving;
use crate::error::Error;
use crate::view::teach::Teach;

/// The state of this part; cheap to clone (large lists behind `Rc`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Keep {
    /// Where the project is kept.
    pub home: Home,
    /// What is yet to be written.
    pub saving: Saving,
    /// How much room there is.
    pub room: Option<Room>,
    /// What a person is asked.
    pub question: Option<Question>,
    /// The `.graft` file that is being opened.
    pub opening: Option<Opening>,
    /// The `.graft` file that is being written.
    pub packing: Option<Packing>,
    /// Photos' metadata (place, camera) goes into `.graft` files.
    pub metadata: bool,
    /// What is kept is being deleted; until that is done, a closed tab may bring it back.
    pub deleting: bool,
    /// Which of two projects a person wants, while storage is opened for it.
    pub(super) wanted: Option<Wanted>,
    /// What is about to change is in storage already.
    pub(super) as_stored: bool,
}

/// Where the project is kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Home {
    /// What an earlier visit kept is being read: so many samples of so many.
    Opening(usize, usize),
    /// In this browser.
    Here,
    /// Nowhere: so a person wants it.
    Off,
    /// Nowhere: the browser keeps nothing, or what it keeps is not to be touched.
    Denied(Rc<Error>),
    /// Another tab has the project open and keeps it.
    Elsewhere,
    /// Nowhere, as this browser keeps another project, of this name and so many photos; no tab has it open.
    Another {
        /// Its name.
        name: Rc<str>,
        /// Its photos.
        photos: usize,
    },
}

impl Default for Home {
    fn default() -> Self {
        Self::Opening(0, 0)
    }
}

/// Which of two projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The one in storage.
    Stored,
    /// The one on the page.
    OnPage,
}

/// How much room the browser gives this page, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// In use: project, networks, the page itself.
    pub used: u64,
    /// Allowed in all; an estimate.
    pub quota: u64,
}

/// What cannot be undone is asked once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Delete the project, here and in storage?
    Delete,
    /// Stop keeping it, and delete what is kept?
    StopKeeping,
    /// Let the project that is in storage, or that another tab has open, take the place of the one on the page?
    TakeOver,
    /// Let the project on the page take the place of the one in storage?
    Supersede,
    /// Let the `.graft` file's project take its place?
    Replace,
}

impl Keep {
    /// Is a `.graft` file being opened, so that what is said of a zip file is said of it?
    pub fn is_opening(&self) -> bool {
        matches!(self.opening, Some(Opening::Reading { .. } | Opening::Unpacking(_)))
    }

    /// Has the engine something to do with a `.graft` file?
    pub(in crate::view::teach) fn is_awaited(&self) -> bool {
        let opens = match &self.opening {
            Some(Opening::Reading { .. }) => true,
            Some(Opening::Unpacking(unpacking)) => unpacking.is_awaited(),
            Some(Opening::Asking(_)) | None => false,
        };
        opens || self.packing.as_ref().is_some_and(Packing::is_awaited)
    }

    /// Is it known what an earlier visit kept? Before that nothing can be added.
    pub fn is_open(&self) -> bool {
        !matches!(self.home, Home::Opening(..))
    }

    /// Is there something that a closed tab would lose though it is meant to be kept?
    pub fn is_unsaved(&self) -> bool {
        (self.home == Home::Here && self.saving.is_unsaved()) || self.packing.is_some()
    }
}

impl Teach {
    /// Is there nothing that a person would miss?
    pub fn is_empty(&self) -> bool {
        self.project.classes.is_empty() && self.project.samples.is_empty()
    }

    /// Would a closed tab lose something?
    pub fn would_lose(&self) -> bool {
        self.keep.is_unsaved() || self.keep.deleting || self.training.live().is_some()
    }
}

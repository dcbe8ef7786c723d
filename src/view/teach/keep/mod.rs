//! The project in the browser's storage, `.graft` files, deleting everything.
//!
//! [`saving`] says when to write, [`ledger`] what; [`packing`] and [`opening`] are `.graft` files on their way out and in.

pub mod ledger;
pub mod opening;
pub mod packing;
pub mod saving;

mod files;
mod home;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
mod database;
#[cfg(target_arch = "wasm32")]
mod lock;
#[cfg(target_arch = "wasm32")]
mod menu;
#[cfg(target_arch = "wasm32")]
pub mod panel;
#[cfg(target_arch = "wasm32")]
mod question;
#[cfg(target_arch = "wasm32")]
mod store;
#[cfg(target_arch = "wasm32")]
mod thumbnails;
#[cfg(target_arch = "wasm32")]
mod transit;

#[cfg(test)]
mod tests;

use std::rc::Rc;

use serde_json::Value;

use self::opening::Opening;
use self::packing::Packing;
use self::saving::Saving;
use super::judge::Judge;
use super::lab::Lab;
use super::training::Training;
use super::{Around, Teach, TeachEffect, intake};
use crate::error::Error;
use crate::project::{Project, SampleId};
use crate::protocol::TeachCommand;

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
    wanted: Option<Wanted>,
    /// What is about to change is in storage already.
    as_stored: bool,
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

/// Which of two projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The one in storage.
    Stored,
    /// The one on the page.
    OnPage,
}

impl Default for Home {
    fn default() -> Self {
        Self::Opening(0, 0)
    }
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
#[expect(clippy::large_enum_variant, reason = "they are carried out at once")]
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

impl Keep {
    /// Is a `.graft` file being opened, so that what is said of a zip file is said of it?
    pub fn is_opening(&self) -> bool {
        matches!(self.opening, Some(Opening::Reading { .. } | Opening::Unpacking(_)))
    }

    /// Has the engine something to do with a `.graft` file?
    pub(super) fn is_awaited(&self) -> bool {
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
    pub(super) fn reduce_keep(&mut self, action: Action, around: &mut Around) -> Vec<TeachEffect> {
        match action {
            Action::Start => vec![effect(Effect::Open { steal: false })],
            Action::Read(done, total) => {
                if !self.keep.is_open() {
                    self.keep.home = Home::Opening(done, total);
                }
                Vec::new()
            }
            Action::Opened(found) => self.storage_opened(found, around),
            Action::Due => self.write(),
            Action::Wrote(result, took_ms) => self.wrote(result, took_ms, around),
            Action::Again => later(self.keep.saving.again()),
            Action::Room(room) => {
                self.keep.room = Some(room);
                Vec::new()
            }
            Action::Keep(true) => self.keep_here(around),
            Action::Keep(false) => self.ask(Question::StopKeeping, around),
            Action::Taken => self.taken(around),
            Action::TakeOver => self.ask(Question::TakeOver, around),
            Action::Delete => self.ask(Question::Delete, around),
            Action::Erased(result) => self.erased(result, around),
            Action::Answer(yes) => self.answered(yes, around),
            Action::Rename(name) => {
                let name = name.trim();
                if !name.is_empty() && name != self.project.name {
                    self.project_mut().name = name.to_owned();
                }
                Vec::new()
            }
            Action::Metadata(on) => {
                self.keep.metadata = on;
                Vec::new()
            }
            Action::Pack => self.pack(around),
            Action::NoPhoto(_) => self.photo_packed(),
            Action::Thumbnails => {
                self.classes.pictures_came();
                self.keep_touched()
            }
            Action::Stop => self.stop_file(),
            Action::Open(name) => self.open_file(name, around),
            Action::Failed(error) => {
                around.notices.error(
                    super::super::notices::Topic::Button,
                    super::super::notices::Tone::Error,
                    error,
                    None,
                );
                Vec::new()
            }
        }
    }

    /// The project was changed by any part.
    pub(super) fn project_changed(&mut self, _around: &mut Around) -> Vec<TeachEffect> {
        self.keep_touched()
    }

    /// Something that is kept changed.
    pub(super) fn keep_touched(&mut self) -> Vec<TeachEffect> {
        if std::mem::take(&mut self.keep.as_stored) {
            return Vec::new();
        }
        if self.keep.home == Home::Here { later(self.keep.saving.touch()) } else { Vec::new() }
    }

    /// Is there nothing that a person would miss?
    pub fn is_empty(&self) -> bool {
        self.project.classes.is_empty() && self.project.samples.is_empty()
    }

    fn sizes(&self) -> Vec<(SampleId, [u32; 2])> {
        self.project.samples.iter().map(|sample| (sample.id, sample.size)).collect()
    }

    /// Would a closed tab lose something?
    pub fn would_lose(&self) -> bool {
        self.keep.is_unsaved() || self.keep.deleting || self.training.live().is_some()
    }

    /// What the parts of the page keep beside the project.
    fn page(&self) -> Value {
        let parts =
            [("training", self.training.to_json()), ("lab", self.lab.to_json()), ("judge", self.judge.to_json())];
        Value::Object(parts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Puts another project in the place of this one, and tells all parts and the engine; what belongs to its samples is with the runtime
    /// when `after` is done.
    fn adopt(
        &mut self,
        project: Project,
        page: &Value,
        embedded: Vec<SampleId>,
        after: Effect,
        around: &mut Around,
    ) -> Vec<TeachEffect> {
        *self.project_mut() = project;
        self.history = Default::default();
        self.classes = Default::default();
        self.training = Training::from_json(&page["training"]);
        self.lab = Lab::from_json(&page["lab"]);
        self.judge = Judge::from_json(&page["judge"]);
        let mut effects = vec![effect(after)];
        effects.extend(self.reduce_intake(intake::Action::Restored { embedded }, around));
        // Where the engine is not ready for this project, all are told when it is.
        if around.backbone.is_some_and(|card| card.name == self.project.backbone) {
            effects.extend(self.training_engine_ready(around));
            effects.extend(self.judge_engine_ready(around));
        }
        effects
    }

    /// Asks for the backbone that made the project's embeddings, where another is in use.
    fn choose_backbone(&self, gently: bool, around: &Around) -> Option<TeachEffect> {
        let name = self.project.backbone.clone();
        let other = !name.is_empty() && around.backbone.is_none_or(|card| card.name != name);
        other.then(|| effect(Effect::Choose { name, gently }))
    }
}

fn effect(effect: Effect) -> TeachEffect {
    TeachEffect::Keep(effect)
}

fn later(ms: Option<f64>) -> Vec<TeachEffect> {
    ms.map(|ms| effect(Effect::Later(ms))).into_iter().collect()
}

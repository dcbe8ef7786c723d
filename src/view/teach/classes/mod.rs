//! Photos sorted into classes: cards, thumbnails, undo and redo, data sheet, near-duplicates, clusters.
//!
//! The state is here and in `groups.rs` and `near.rs`, all of it plain data; what a person does with it is in `reduce.rs`; `panel.rs` and the
//! files under it draw it.

pub mod extract;
pub mod groups;
pub mod lists;
pub mod marks;
pub mod near;
pub mod rows;

mod reduce;

#[cfg(target_arch = "wasm32")]
mod bar;
#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
mod card;
#[cfg(target_arch = "wasm32")]
mod dialog;
#[cfg(target_arch = "wasm32")]
mod drag;
#[cfg(target_arch = "wasm32")]
mod drops;
#[cfg(target_arch = "wasm32")]
mod grid;
#[cfg(target_arch = "wasm32")]
mod groups_dialog;
#[cfg(target_arch = "wasm32")]
mod head;
#[cfg(target_arch = "wasm32")]
mod icons;
#[cfg(target_arch = "wasm32")]
pub mod mark;
#[cfg(target_arch = "wasm32")]
mod name;
#[cfg(target_arch = "wasm32")]
mod near_dialog;
#[cfg(target_arch = "wasm32")]
pub mod panel;
#[cfg(target_arch = "wasm32")]
mod sheet_view;
#[cfg(target_arch = "wasm32")]
mod tools;
#[cfg(target_arch = "wasm32")]
mod unsorted;
#[cfg(target_arch = "wasm32")]
mod viewer;
#[cfg(target_arch = "wasm32")]
mod window;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::TeachEffect;
use crate::error::Error;
use crate::project::{ClassId, Role, SampleId};
use crate::protocol::EmbeddingsFormat;

use self::groups::Groups;
use self::near::Near;

/// From this many classes on only their heads are shown, until a person opens one.
pub const MANY: usize = 24;

/// The state of this part; cheap to clone (large lists behind `Rc`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Classes {
    /// Photos that a person selected; some may have been removed since.
    pub selected: Rc<BTreeSet<SampleId>>,
    /// The photo that is looked at closely.
    pub open: Option<SampleId>,
    /// The class whose name is being written.
    pub naming: Option<ClassId>,
    /// What a person wanted that cannot be, and where.
    pub wrong: Option<(Place, Rc<Error>)>,
    /// What was done last and can be undone.
    pub said: Option<Said>,
    /// How much of each class is shown, where a person chose it.
    pub folds: Rc<HashMap<Option<ClassId>, Fold>>,
    /// Near-duplicates.
    pub near: Near,
    /// Clusters of unsorted photos.
    pub groups: Groups,
    /// Counts up when thumbnails came that the samples do not tell of.
    pub pictures: u64,
    saying: u64,
}

/// Where something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At a class.
    Class(ClassId),
    /// At the groups that are being named.
    Groups,
    /// At the panel.
    Panel,
}

/// What was done last, beside which Undo stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Tells it from later ones.
    pub number: u64,
    /// A full sentence.
    pub text: String,
    /// Is Undo offered?
    pub undo: bool,
}

/// How much of a class is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// Its head.
    Closed,
    /// Its first rows of photos.
    Some,
    /// All photos.
    All,
}

/// What becomes of a selection when more is picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// These alone are selected.
    Only,
    /// These, too.
    Add,
    /// These change between selected and not.
    Toggle,
}

/// Where photos go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Into a class.
    Class(ClassId),
    /// Out of their classes.
    Unsorted,
    /// Into a class that is made for them.
    New,
}

/// What can happen to this part.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Add a class; its name is then to be written.
    AddClass,
    /// Begin to write a class's name, or end it.
    Naming(Option<ClassId>),
    /// The name was written.
    Rename(ClassId, String),
    /// One class goes into another.
    Merge(ClassId, ClassId),
    /// A class goes to this place in the list.
    MoveClass(ClassId, usize),
    /// Delete a class with its photos, or keep them unsorted.
    DeleteClass(ClassId, bool),
    /// Show more or less of a class.
    Fold(Option<ClassId>, Fold),
    /// Show more or less of all classes.
    FoldAll(Fold),
    /// Select photos.
    Select(Vec<SampleId>, Pick),
    /// Look at a photo closely, or no more.
    Open(Option<SampleId>),
    /// Photos go somewhere.
    Move(Vec<SampleId>, Target),
    /// The selected photos go somewhere.
    MoveSelected(Target),
    /// Remove photos.
    Remove(Vec<SampleId>),
    /// Remove the selected photos.
    RemoveSelected,
    /// Photos are for validation only, or the split decides.
    SetRole(Vec<SampleId>, Role),
    /// Take the last step back.
    Undo,
    /// Make it again.
    Redo,
    /// Take down what was said.
    Unsay(u64),
    /// Take down what went wrong.
    Dismiss,
    /// About near-duplicates.
    Near(near::Action),
    /// About clusters.
    Groups(groups::Action),
    /// Write all embeddings into a file.
    WriteEmbeddings(EmbeddingsFormat),
}

/// What this part asks of the browser.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Let go of what is kept of these samples.
    Forget(Vec<SampleId>),
    /// [`Action::Unsay`] after a while.
    UnsayLater(u64),
}

impl Classes {
    /// How much of a class is shown, of so many classes.
    pub fn fold(&self, class: Option<ClassId>, classes: usize) -> Fold {
        let usual = if classes >= MANY { Fold::Closed } else { Fold::Some };
        self.folds.get(&class).copied().unwrap_or(usual)
    }

    /// Thumbnails came, though no photo was embedded.
    pub(super) fn pictures_came(&mut self) {
        self.pictures += 1;
    }

    /// Is the engine looking for something?
    pub(super) fn is_awaited(&self) -> bool {
        self.near.busy || self.groups.busy
    }

    /// What the engine was asked will not be answered.
    pub(super) fn engine_stopped(&mut self) {
        self.near.gave_up();
        self.groups.busy = false;
    }

    fn say(&mut self, text: impl Into<String>, undo: bool) -> TeachEffect {
        self.saying += 1;
        self.said = Some(Said { number: self.saying, text: text.into(), undo });
        TeachEffect::Classes(Effect::UnsayLater(self.saying))
    }
}

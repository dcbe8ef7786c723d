//! Photos sorted into classes: cards, thumbnails, undo and redo, data sheet, near-duplicates, clusters.
//!
//! The state is here and in `groups.rs` and `near.rs`, all of it plain data; `panel.rs` and the files under it draw it.

pub mod extract;
pub mod groups;
pub mod lists;
pub mod marks;
pub mod near;
pub mod rows;

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
mod near_dialog;
#[cfg(target_arch = "wasm32")]
pub mod panel;
#[cfg(target_arch = "wasm32")]
mod sheet_view;
#[cfg(target_arch = "wasm32")]
mod unsorted;
#[cfg(target_arch = "wasm32")]
mod viewer;
#[cfg(target_arch = "wasm32")]
mod window;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::{Around, Teach, TeachEffect};
use crate::error::Error;
use crate::project::{ClassId, Edit, Project, Role, SampleId};
use crate::protocol::{EmbeddingsFormat, TeachCommand, TeachEvent};
use crate::view::format;

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
        self.near.busy = false;
        self.groups.busy = false;
    }

    fn say(&mut self, text: impl Into<String>, undo: bool) -> TeachEffect {
        self.saying += 1;
        self.said = Some(Said { number: self.saying, text: text.into(), undo });
        TeachEffect::Classes(Effect::UnsayLater(self.saying))
    }
}

impl Teach {
    pub(super) fn reduce_classes(&mut self, action: Action, around: &mut Around) -> Vec<TeachEffect> {
        if !matches!(action, Action::Unsay(_) | Action::Select(..) | Action::Fold(..) | Action::FoldAll(_)) {
            self.classes.wrong = None;
        }
        match action {
            Action::AddClass => self.add_class(),
            Action::Naming(class) => {
                self.classes.naming = class;
                Vec::new()
            }
            Action::Rename(class, name) => self.rename(class, name),
            Action::Merge(from, into) => {
                let photos = self.project.samples_of(Some(from)).count();
                let text = format!("{} went into {}.", self.with_photos(from, photos), self.name_of(into));
                self.change(Place::Class(from), Edit::MergeClasses { from, into }, Some(text))
            }
            Action::MoveClass(class, to) => self.change(Place::Class(class), Edit::MoveClass { class, to }, None),
            Action::DeleteClass(class, with_samples) => self.delete_class(class, with_samples),
            Action::Fold(class, fold) => {
                Rc::make_mut(&mut self.classes.folds).insert(class, fold);
                Vec::new()
            }
            Action::FoldAll(fold) => {
                let all = self.project.classes.iter().map(|class| Some(class.id)).chain([None]);
                self.classes.folds = Rc::new(all.map(|class| (class, fold)).collect());
                Vec::new()
            }
            Action::Select(samples, pick) => {
                self.select(&samples, pick);
                Vec::new()
            }
            Action::Open(sample) => {
                self.classes.open = sample;
                Vec::new()
            }
            Action::Move(samples, target) => self.move_photos(&samples, target),
            Action::MoveSelected(target) => {
                let samples: Vec<SampleId> = std::mem::take(&mut self.classes.selected).iter().copied().collect();
                self.move_photos(&samples, target)
            }
            Action::Remove(samples) => self.remove_photos(&samples),
            Action::RemoveSelected => {
                let samples: Vec<SampleId> = self.classes.selected.iter().copied().collect();
                self.remove_photos(&samples)
            }
            Action::SetRole(samples, role) => {
                let samples = self.present(&samples);
                let text = match role {
                    Role::Validation => format!("{} will be used for validation only.", format::photos(samples.len())),
                    Role::Auto => format!("The split decides about {} again.", format::photos(samples.len())),
                };
                self.change(Place::Panel, Edit::SetRole(samples, role), Some(text))
            }
            Action::Undo => self.step(true, around),
            Action::Redo => self.step(false, around),
            Action::Unsay(number) => {
                self.classes.said.take_if(|said| said.number == number);
                Vec::new()
            }
            Action::Dismiss => Vec::new(),
            Action::Near(action) => self.reduce_near(action),
            Action::Groups(action) => self.reduce_groups(action),
            Action::WriteEmbeddings(format) => {
                let Some((data, names)) = extract::everything(&self.project, self.intake.embedded()) else {
                    return Vec::new();
                };
                vec![TeachEffect::Send(0, TeachCommand::WriteEmbeddings { data, names, format })]
            }
        }
    }

    /// What an engine said about this part.
    pub(super) fn classes_heard(&mut self, event: TeachEvent, _around: &mut Around) -> Vec<TeachEffect> {
        match event {
            TeachEvent::NearDuplicates { groups } => self.near_found(groups),
            TeachEvent::Clustered { clusters, tried } => self.clustered(clusters, tried),
            _ => {}
        }
        Vec::new()
    }

    /// Makes a change, says what was done, and beside what it stood why it could not be done.
    fn change(&mut self, place: Place, edit: Edit, done: Option<String>) -> Vec<TeachEffect> {
        let label = edit.label(&self.project);
        self.change_as(place, label, edit, done)
    }

    fn change_as(&mut self, place: Place, label: String, edit: Edit, done: Option<String>) -> Vec<TeachEffect> {
        if edit.is_nothing() {
            return Vec::new();
        }
        let before = self.revision;
        match self.try_edit(label, edit) {
            Ok(mut effects) => {
                if let Some(text) = done.filter(|_| self.revision != before) {
                    effects.push(self.classes.say(text, true));
                }
                effects
            }
            Err(error) => {
                self.classes.wrong = Some((place, Rc::new(error)));
                Vec::new()
            }
        }
    }

    /// The project was edited: what is selected, open or being named may be gone.
    pub(super) fn classes_follow(&mut self) {
        let Self { project, classes, .. } = self;
        if !classes.selected.is_empty() {
            let there: HashSet<SampleId> = project.samples.iter().map(|sample| sample.id).collect();
            if classes.selected.iter().any(|id| !there.contains(id)) {
                Rc::make_mut(&mut classes.selected).retain(|id| there.contains(id));
            }
        }
        classes.open.take_if(|open| project.sample(*open).is_none());
        classes.naming.take_if(|class| project.class(*class).is_none());
    }

    fn step(&mut self, back: bool, around: &mut Around) -> Vec<TeachEffect> {
        let project = Rc::make_mut(&mut self.project);
        let stepped = if back { self.history.undo(project) } else { self.history.redo(project) };
        match stepped {
            None => Vec::new(),
            Some(Ok(stepped)) => {
                self.revision += 1;
                self.classes_follow();
                let word = if back { "Undone" } else { "Done again" };
                vec![self.classes.say(format!("{word}: {}.", stepped.label), false)]
            }
            // Steps that do not fit the project would be of no use later either.
            Some(Err(error)) => {
                let mut effects = self.forget_history();
                effects.extend(self.failed(error, around));
                effects
            }
        }
    }

    fn add_class(&mut self) -> Vec<TeachEffect> {
        let class = self.project.new_class(unused_name(&self.project));
        let id = class.id;
        let effects = self.change(Place::Panel, Edit::AddClass { class, at: None }, None);
        self.classes.naming = Some(id);
        effects
    }

    fn rename(&mut self, class: ClassId, name: String) -> Vec<TeachEffect> {
        let effects = self.change(Place::Class(class), Edit::RenameClass { class, name }, None);
        // What was written stays in its field until it is a name.
        if self.classes.wrong.is_none() {
            self.classes.naming.take_if(|naming| *naming == class);
        }
        effects
    }

    fn delete_class(&mut self, class: ClassId, with_samples: bool) -> Vec<TeachEffect> {
        let photos = self.project.samples_of(Some(class)).count();
        let text = match (photos, with_samples) {
            (0, _) => format!("{} was deleted.", self.name_of(class)),
            (_, true) => format!("{} was deleted.", self.with_photos(class, photos)),
            (_, false) => {
                let are = if photos == 1 { "is" } else { "are" };
                format!("{} was deleted; its {} {are} unsorted now.", self.name_of(class), format::photos(photos))
            }
        };
        self.change(Place::Class(class), Edit::RemoveClass { class, with_samples }, Some(text))
    }

    fn select(&mut self, samples: &[SampleId], pick: Pick) {
        let selected = Rc::make_mut(&mut self.classes.selected);
        match pick {
            Pick::Only => *selected = samples.iter().copied().collect(),
            Pick::Add => selected.extend(samples),
            Pick::Toggle => {
                for id in samples {
                    if !selected.remove(id) {
                        selected.insert(*id);
                    }
                }
            }
        }
    }

    fn move_photos(&mut self, samples: &[SampleId], target: Target) -> Vec<TeachEffect> {
        let samples = self.present(samples);
        if samples.is_empty() {
            return Vec::new();
        }
        let count = format::photos(samples.len());
        match target {
            Target::Class(class) => {
                let text = format!("{count} went to {}.", self.name_of(class));
                self.change(Place::Panel, Edit::MoveSamples(samples, Some(class)), Some(text))
            }
            Target::Unsorted => {
                let are = if samples.len() == 1 { "is" } else { "are" };
                let text = format!("{count} {are} unsorted now.");
                self.change(Place::Panel, Edit::MoveSamples(samples, None), Some(text))
            }
            Target::New => {
                let class = self.project.new_class(unused_name(&self.project));
                let (id, label) = (class.id, format!("Make class {} of {count}", class.name));
                let moved = Edit::MoveSamples(samples, Some(id));
                let edit = Edit::Batch(vec![Edit::AddClass { class, at: None }, moved]);
                let effects = self.change_as(Place::Panel, label, edit, None);
                self.classes.naming = Some(id);
                effects
            }
        }
    }

    fn remove_photos(&mut self, samples: &[SampleId]) -> Vec<TeachEffect> {
        let samples = self.present(samples);
        // The one beside it is looked at next.
        if let Some(open) = self.classes.open.filter(|open| samples.contains(open)) {
            self.classes.open = lists::beside(&self.project, open);
        }
        let was = if samples.len() == 1 { "was" } else { "were" };
        let text = format!("{} {was} removed.", format::photos(samples.len()));
        self.change(Place::Panel, Edit::RemoveSamples(samples), Some(text))
    }

    /// Those of the samples that are in the project.
    fn present(&self, samples: &[SampleId]) -> Vec<SampleId> {
        let meant: HashSet<SampleId> = samples.iter().copied().collect();
        self.project.samples.iter().map(|sample| sample.id).filter(|id| meant.contains(id)).collect()
    }

    fn name_of(&self, class: ClassId) -> &str {
        self.project.class(class).map_or("the class", |class| &class.name)
    }

    fn with_photos(&self, class: ClassId, photos: usize) -> String {
        if photos == 0 {
            return self.name_of(class).to_owned();
        }
        format!("{} with {}", self.name_of(class), format::photos(photos))
    }
}

/// "Class 3": the first that is free.
fn unused_name(project: &Project) -> String {
    let taken: HashSet<&str> = project.classes.iter().map(|class| class.name.as_str()).collect();
    let mut number = project.classes.len() + 1;
    loop {
        let name = format!("Class {number}");
        if !taken.contains(name.as_str()) {
            return name;
        }
        number += 1;
    }
}

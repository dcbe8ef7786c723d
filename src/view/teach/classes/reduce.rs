//! What a person does with classes and photos.

use std::collections::HashSet;
use std::rc::Rc;

use super::{Action, Pick, Place, Target, extract, lists};
use crate::project::{ClassId, Edit, Project, Role, SampleId};
use crate::protocol::{TeachCommand, TeachEvent};
use crate::view::format;
use crate::view::teach::{Around, Teach, TeachEffect};

impl Teach {
    pub(in crate::view::teach) fn reduce_classes(&mut self, action: Action, around: &mut Around) -> Vec<TeachEffect> {
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
    pub(in crate::view::teach) fn classes_heard(
        &mut self,
        event: TeachEvent,
        _around: &mut Around,
    ) -> Vec<TeachEffect> {
        match event {
            TeachEvent::NearDuplicates { number, groups } => self.near_found(number, groups),
            TeachEvent::Clustered { number, clusters, tried } => self.clustered(number, clusters, tried),
            _ => {}
        }
        Vec::new()
    }

    /// Makes a change, says what was done, and beside what it stood why it could not be done.
    fn change(&mut self, place: Place, edit: Edit, done: Option<String>) -> Vec<TeachEffect> {
        let label = edit.label(&self.project);
        self.change_as(place, label, edit, done)
    }

    pub(super) fn change_as(
        &mut self,
        place: Place,
        label: String,
        edit: Edit,
        done: Option<String>,
    ) -> Vec<TeachEffect> {
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
    pub(in crate::view::teach) fn classes_follow(&mut self) {
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
    pub(super) fn present(&self, samples: &[SampleId]) -> Vec<SampleId> {
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

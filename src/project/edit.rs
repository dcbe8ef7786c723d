//! Changes to a project. Each knows its inverse, so that every step of a person can be undone.

mod label;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::model::{Class, ClassId, Project, Role, Sample, SampleId, shared};
use crate::error::{Error, ErrorKind, Result};

/// A change to classes and samples. Class ids must exist; sample ids that do not are passed over, as photos may have been removed
/// since a list of them was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// A new class; its id is [`Project::next_class`], or one that was removed before.
    AddClass {
        /// The class.
        class: Class,
        /// Its place among the classes; `None`: the last.
        at: Option<usize>,
    },
    /// Another name for a class.
    RenameClass {
        /// The class.
        class: ClassId,
        /// The name; blanks around it are left out.
        name: String,
    },
    /// All samples of one class go into another, and the one is removed.
    MergeClasses {
        /// The class that goes.
        from: ClassId,
        /// The class that stays.
        into: ClassId,
    },
    /// Another place among the classes.
    MoveClass {
        /// The class.
        class: ClassId,
        /// Its place afterwards; beyond the end is the end.
        to: usize,
    },
    /// Remove a class.
    RemoveClass {
        /// The class.
        class: ClassId,
        /// Its samples go with it; otherwise they become unsorted.
        with_samples: bool,
    },
    /// New samples, behind the others. Their ids are from [`Project::next_sample`] on.
    AddSamples(#[serde(with = "shared")] Vec<Rc<Sample>>),
    /// Samples that were removed, back where they were.
    RestoreSamples {
        /// Their places in the list as it is afterwards, ascending.
        places: Vec<usize>,
        /// The samples, as many.
        #[serde(with = "shared")]
        samples: Vec<Rc<Sample>>,
    },
    /// Remove samples.
    RemoveSamples(Vec<SampleId>),
    /// Samples go into a class, or to the unsorted ones.
    MoveSamples(Vec<SampleId>, Option<ClassId>),
    /// The samples' side of the split.
    SetRole(Vec<SampleId>, Role),
    /// Several changes, one after another; all of them or, if one cannot be made, none.
    Batch(Vec<Edit>),
}

impl Edit {
    /// Does it change nothing?
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::AddSamples(samples) | Self::RestoreSamples { samples, .. } => samples.is_empty(),
            Self::RemoveSamples(ids) | Self::MoveSamples(ids, _) | Self::SetRole(ids, _) => ids.is_empty(),
            Self::Batch(edits) => edits.iter().all(Self::is_nothing),
            _ => false,
        }
    }

    /// Calls `take` with every sample that this would put into a project.
    pub fn each_new_sample(&self, take: &mut impl FnMut(SampleId)) {
        match self {
            Self::AddSamples(samples) | Self::RestoreSamples { samples, .. } => {
                samples.iter().for_each(|sample| take(sample.id));
            }
            Self::Batch(edits) => edits.iter().for_each(|edit| edit.each_new_sample(take)),
            _ => {}
        }
    }
}

impl Project {
    /// A class of this name with an id of its own, to be added by [`Edit::AddClass`].
    pub fn new_class(&self, name: impl Into<String>) -> Class {
        Class { id: self.next_class, name: name.into() }
    }

    /// Makes a change; gives the one that takes it back exactly. On an error nothing was changed.
    ///
    /// Ids that were given out stay given out: [`Project::next_class`] and [`Project::next_sample`] never go back, as
    /// embeddings on their way are told apart by them.
    ///
    /// # Errors
    ///
    /// A class that is not there, a name that is empty or taken, an id that is in use.
    pub fn apply(&mut self, edit: Edit) -> Result<Edit> {
        match edit {
            Edit::AddClass { class, at } => self.add_class(class, at),
            Edit::RenameClass { class, name } => self.rename_class(class, &name),
            Edit::MergeClasses { from, into } => self.merge_classes(from, into),
            Edit::MoveClass { class, to } => self.move_class(class, to),
            Edit::RemoveClass { class, with_samples } => self.remove_class(class, with_samples),
            Edit::AddSamples(samples) => self.add_samples(samples),
            Edit::RestoreSamples { places, samples } => self.restore_samples(places, samples),
            Edit::RemoveSamples(ids) => Ok(self.remove_samples(&ids)),
            Edit::MoveSamples(ids, to) => self.move_samples(&ids, to),
            Edit::SetRole(ids, role) => Ok(self.set_role(&ids, role)),
            Edit::Batch(edits) => self.batch(edits),
        }
    }

    /// The name as it will be kept, if a class other than `class` may have it.
    ///
    /// # Errors
    ///
    /// It is empty, or another class has it.
    pub fn name_for_class(&self, name: &str, class: Option<ClassId>) -> Result<String> {
        let name = name.trim();
        if name.is_empty() {
            return Err(wrong("The class's name", "at least one letter", "nothing", "Give the class a name."));
        }
        if self.class_named(name).is_some_and(|other| Some(other.id) != class) {
            return Err(wrong(
                format!("“{name}”"),
                "a name that no other class has",
                "a class of this name",
                "Choose another name, or merge the two classes.",
            ));
        }
        Ok(name.to_owned())
    }

    fn place_of(&self, class: ClassId) -> Result<usize> {
        self.classes.iter().position(|other| other.id == class).ok_or_else(|| {
            wrong(
                "The class",
                "a class of this project",
                "one that was removed",
                "Undo its removal, or choose another.",
            )
        })
    }

    fn add_class(&mut self, class: Class, at: Option<usize>) -> Result<Edit> {
        let Class { id, name } = class;
        let name = self.name_for_class(&name, None)?;
        if self.class(id).is_some() {
            return Err(wrong(
                name,
                "a class id that is free",
                format!("{id}, which is in use"),
                "Add the class again.",
            ));
        }
        let at = at.unwrap_or(self.classes.len()).min(self.classes.len());
        self.classes.insert(at, Class { id, name });
        self.next_class = self.next_class.max(id.saturating_add(1));
        Ok(Edit::RemoveClass { class: id, with_samples: false })
    }

    fn rename_class(&mut self, class: ClassId, name: &str) -> Result<Edit> {
        let place = self.place_of(class)?;
        let name = self.name_for_class(name, Some(class))?;
        if self.classes[place].name == name {
            return Ok(Edit::Batch(Vec::new()));
        }
        Ok(Edit::RenameClass { class, name: std::mem::replace(&mut self.classes[place].name, name) })
    }

    fn merge_classes(&mut self, from: ClassId, into: ClassId) -> Result<Edit> {
        self.place_of(into)?;
        let place = self.place_of(from)?;
        if from == into {
            return Ok(Edit::Batch(Vec::new()));
        }
        let moved = self.ids_of(from);
        self.move_samples(&moved, Some(into))?;
        let class = self.classes.remove(place);
        Ok(Edit::Batch(vec![Edit::AddClass { class, at: Some(place) }, Edit::MoveSamples(moved, Some(from))]))
    }

    fn move_class(&mut self, class: ClassId, to: usize) -> Result<Edit> {
        let place = self.place_of(class)?;
        let to = to.min(self.classes.len() - 1);
        if place == to {
            return Ok(Edit::Batch(Vec::new()));
        }
        let moved = self.classes.remove(place);
        self.classes.insert(to, moved);
        Ok(Edit::MoveClass { class, to: place })
    }

    fn remove_class(&mut self, class: ClassId, with_samples: bool) -> Result<Edit> {
        let place = self.place_of(class)?;
        let ids = self.ids_of(class);
        let back = if with_samples {
            self.remove_samples(&ids)
        } else {
            self.move_samples(&ids, None)?;
            Edit::MoveSamples(ids, Some(class))
        };
        let class = self.classes.remove(place);
        Ok(Edit::Batch(vec![Edit::AddClass { class, at: Some(place) }, back]))
    }

    fn ids_of(&self, class: ClassId) -> Vec<SampleId> {
        self.samples_of(Some(class)).map(|sample| sample.id).collect()
    }

    fn add_samples(&mut self, samples: Vec<Rc<Sample>>) -> Result<Edit> {
        self.check_new(&samples)?;
        let ids: Vec<SampleId> = samples.iter().map(|sample| sample.id).collect();
        self.samples.extend(samples);
        Ok(Edit::RemoveSamples(ids))
    }

    fn restore_samples(&mut self, places: Vec<usize>, samples: Vec<Rc<Sample>>) -> Result<Edit> {
        self.check_new(&samples)?;
        let ids = samples.iter().map(|sample| sample.id).collect();
        let mut all = Vec::with_capacity(self.samples.len() + samples.len());
        let mut stayed = std::mem::take(&mut self.samples).into_iter();
        for (sample, place) in samples.into_iter().zip(places.into_iter().chain(std::iter::repeat(usize::MAX))) {
            let between = place.saturating_sub(all.len());
            all.extend(stayed.by_ref().take(between));
            all.push(sample);
        }
        all.extend(stayed);
        self.samples = all;
        Ok(Edit::RemoveSamples(ids))
    }

    /// Ids must be free and classes there; takes note of the ids.
    fn check_new(&mut self, samples: &[Rc<Sample>]) -> Result<()> {
        let classes: HashSet<ClassId> = self.classes.iter().map(|class| class.id).collect();
        let mut ids: HashSet<SampleId> = self.samples.iter().map(|sample| sample.id).collect();
        for sample in samples {
            if sample.class.is_some_and(|class| !classes.contains(&class)) {
                return Err(wrong(
                    sample.name.clone(),
                    "a class of this project",
                    "one that was removed",
                    "Add the photo to another class.",
                ));
            }
            if !ids.insert(sample.id) {
                let found = format!("{}, which is in use", sample.id);
                return Err(wrong(sample.name.clone(), "a photo id that is free", found, "Add the photo again."));
            }
        }
        let after = samples.iter().map(|sample| sample.id.saturating_add(1)).max().unwrap_or(0);
        self.next_sample = self.next_sample.max(after);
        Ok(())
    }

    fn remove_samples(&mut self, ids: &[SampleId]) -> Edit {
        let gone: HashSet<SampleId> = ids.iter().copied().collect();
        let (mut places, mut samples, mut place) = (Vec::new(), Vec::new(), 0);
        self.samples.retain(|sample| {
            let stays = !gone.contains(&sample.id);
            if !stays {
                places.push(place);
                samples.push(sample.clone());
            }
            place += 1;
            stays
        });
        Edit::RestoreSamples { places, samples }
    }

    fn move_samples(&mut self, ids: &[SampleId], to: Option<ClassId>) -> Result<Edit> {
        if let Some(class) = to {
            self.place_of(class)?;
        }
        let before = self.set(ids, |sample| std::mem::replace(&mut sample.class, to), |sample| sample.class != to);
        Ok(one_or_batch(before, |class, ids| Edit::MoveSamples(ids, class)))
    }

    fn set_role(&mut self, ids: &[SampleId], role: Role) -> Edit {
        let before = self.set(ids, |sample| std::mem::replace(&mut sample.role, role), |sample| sample.role != role);
        one_or_batch(before, |role, ids| Edit::SetRole(ids, role))
    }

    /// Changes the samples that are not as they shall be; gives them by what they were before, in the order of the list.
    fn set<T: Eq + std::hash::Hash + Copy>(
        &mut self,
        ids: &[SampleId],
        change: impl Fn(&mut Sample) -> T,
        differs: impl Fn(&Sample) -> bool,
    ) -> Vec<(T, Vec<SampleId>)> {
        let meant: HashSet<SampleId> = ids.iter().copied().collect();
        let mut groups: Vec<(T, Vec<SampleId>)> = Vec::new();
        let mut place_of: HashMap<T, usize> = HashMap::new();
        for sample in self.samples.iter_mut().filter(|sample| meant.contains(&sample.id) && differs(sample)) {
            let before = change(Rc::make_mut(sample));
            let place = *place_of.entry(before).or_insert_with(|| {
                groups.push((before, Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push(sample.id);
        }
        groups
    }

    fn batch(&mut self, edits: Vec<Edit>) -> Result<Edit> {
        let mut back = Vec::with_capacity(edits.len());
        for edit in edits {
            match self.apply(edit) {
                Ok(inverse) => back.push(inverse),
                Err(error) => {
                    for inverse in back.into_iter().rev() {
                        // The inverse of what was just done always can be done.
                        let _ = self.apply(inverse);
                    }
                    return Err(error);
                }
            }
        }
        back.reverse();
        Ok(Edit::Batch(back))
    }
}

fn one_or_batch<T>(groups: Vec<(T, Vec<SampleId>)>, edit: impl Fn(T, Vec<SampleId>) -> Edit) -> Edit {
    let mut edits: Vec<Edit> = groups.into_iter().map(|(before, ids)| edit(before, ids)).collect();
    if edits.len() == 1 { edits.remove(0) } else { Edit::Batch(edits) }
}

fn wrong(subject: impl Into<String>, expected: &str, found: impl Into<String>, cure: &str) -> Error {
    Error::new(ErrorKind::Project, subject, expected, found, cure)
}

#[cfg(test)]
mod tests;

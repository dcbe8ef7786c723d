//! The head in use: what it was trained on, and how the project has changed since.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::project::{ClassId, HeadKind, Project, Sample, SampleId};
use crate::protocol::{HeadCard, SplitReport};

/// The head in use, as the page knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The run that trained it.
    pub run: u32,
    /// What the engine says of it; its classes have the names they had when it was trained.
    pub card: HeadCard,
    /// Its shape; `None`: not known.
    #[serde(default)]
    pub kind: Option<HeadKind>,
    /// The ids of its classes, in the order of `card.classes`, so that names can follow.
    pub classes: Vec<ClassId>,
    /// What it was to learn: samples with their classes, sorted by sample.
    pub taught: Vec<(SampleId, ClassId)>,
    /// Every sample that it, or a head it went on from, was trained on; sorted.
    pub seen: Vec<SampleId>,
    /// Who was on which side.
    pub split: SplitReport,
}

/// What a project has that its head does not know of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Photos that are new.
    pub added: usize,
    /// Photos that are gone, or no longer of a class.
    pub removed: usize,
    /// Photos that are of another class now.
    pub moved: usize,
    /// Names of new classes with photos.
    pub new_classes: Vec<String>,
    /// Names of its classes that are gone, or have no photo any more.
    pub gone_classes: Vec<String>,
}

impl Changes {
    /// Is there none?
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// "class “Wasps” is new, 12 photos were added".
    pub fn words(&self) -> String {
        let photos = |count: usize, what: &str| match count {
            0 => None,
            1 => Some(format!("1\u{a0}photo was {what}")),
            _ => Some(format!("{count}\u{a0}photos were {what}")),
        };
        let classes = |names: &[String], what: &str| match names {
            [] => None,
            [name] => Some(format!("class “{name}” is {what}")),
            names => Some(format!("{} classes are {what}", names.len())),
        };
        let parts = [
            classes(&self.new_classes, "new"),
            classes(&self.gone_classes, "gone"),
            photos(self.added, "added"),
            photos(self.removed, "removed"),
            photos(self.moved, "moved"),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl Head {
    /// The names of its classes as they are now, in the order of its outputs: a class that was renamed keeps its place.
    pub fn names(&self, project: &Project) -> Vec<String> {
        self.classes
            .iter()
            .zip(&self.card.classes)
            .map(|(id, trained_as)| project.class(*id).map_or(trained_as, |class| &class.name).clone())
            .collect()
    }

    /// The name by which it knows a class.
    pub fn known_as(&self, class: ClassId) -> Option<&str> {
        let place = self.classes.iter().position(|id| *id == class)?;
        self.card.classes.get(place).map(String::as_str)
    }

    /// What changed since it was trained; `counts` says which samples count (those that can be read).
    pub fn changes(&self, project: &Project, counts: impl Fn(&Sample) -> bool) -> Changes {
        let mut changes = Changes::default();
        let mut kept = 0;
        let mut with_photos: HashSet<ClassId> = HashSet::new();
        let mut newest = None;
        for sample in project.samples.iter().filter(|sample| counts(sample)) {
            let Some(class) = sample.class else { continue };
            // Samples of a class mostly come one after another.
            if newest.replace(class) != Some(class) {
                with_photos.insert(class);
            }
            match self.taught.binary_search_by_key(&sample.id, |(id, _)| *id) {
                Ok(place) if self.taught[place].1 == class => kept += 1,
                Ok(_) => {
                    kept += 1;
                    changes.moved += 1;
                }
                Err(_) => changes.added += 1,
            }
        }
        changes.removed = self.taught.len().saturating_sub(kept);
        for class in &project.classes {
            if with_photos.contains(&class.id) && !self.classes.contains(&class.id) {
                changes.new_classes.push(class.name.clone());
            }
        }
        for (id, name) in self.classes.iter().zip(&self.card.classes) {
            if !with_photos.contains(id) {
                changes.gone_classes.push(project.class(*id).map_or(name, |class| &class.name).clone());
            }
        }
        changes
    }
}

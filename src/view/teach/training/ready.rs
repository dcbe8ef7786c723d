//! Can training begin? What stands in its way, in words, and what it would be given.

use crate::project::{ClassId, Project, Role, Sample, SampleId};
use crate::protocol::Labelled;
use crate::view::format;
use crate::view::teach::{Around, Teach};

/// How far a photo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// Its embedding is there.
    Embedded,
    /// It waits to be embedded.
    Waiting,
    /// It cannot be read, and is left out.
    Failed,
}

/// What a person asks for when pressing Train.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ask {
    /// Go on from the head in use.
    pub go_on: bool,
    /// Leave out classes without photos.
    pub without_empty: bool,
    /// Leave out photos that are not embedded yet.
    pub only_embedded: bool,
    /// The run to show a careless random split beside.
    pub careless_of: Option<u32>,
}

/// Why training cannot begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A setting is not understood: its name, and what is wrong.
    Setting(&'static str, String),
    /// There is no class.
    NoClass,
    /// There is one class (its name).
    OneClass(String),
    /// These classes have no photo; whether enough others have.
    EmptyClasses(Vec<String>, bool),
    /// Photos are still to be embedded: how many, of how many.
    Embedding(usize, usize),
    /// Engine or network are not there yet.
    NotReady,
}

impl Problem {
    /// `data-kind` on the page.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Setting(..) => "setting",
            Self::NoClass => "no-class",
            Self::OneClass(_) => "one-class",
            Self::EmptyClasses(..) => "empty-class",
            Self::Embedding(..) => "embedding",
            Self::NotReady => "not-ready",
        }
    }

    /// Does it pass by itself?
    pub fn passes(&self) -> bool {
        matches!(self, Self::Embedding(..) | Self::NotReady)
    }

    /// What, and what to do about it.
    pub fn words(&self) -> String {
        match self {
            Self::Setting(name, why) => format!("{name}: {why} Correct it in the settings, or reset them."),
            Self::NoClass => "There is no class yet. Add two classes or more with photos in each.".to_owned(),
            Self::OneClass(name) => {
                format!("“{name}” is the only class. Add a second one: a head tells classes apart.")
            }
            Self::EmptyClasses(names, true) => {
                let (have, them) = if names.len() == 1 { ("has no photo", "it") } else { ("have no photo", "them") };
                format!("{} {have}. Add photos, or train without {them}.", listed(names))
            }
            Self::EmptyClasses(names, false) => {
                let have = if names.len() == 1 { "has no photo" } else { "have no photo" };
                format!("{} {have}. Add photos to two classes or more.", listed(names))
            }
            Self::Embedding(waiting, all) => {
                let are = if *waiting == 1 { "is" } else { "are" };
                format!("{waiting} of {} {are} still to be embedded; training begins after that.", format::photos(*all))
            }
            Self::NotReady => "The engine or its network is not ready yet; training begins when it is.".to_owned(),
        }
    }
}

/// “Ants”, “Bees” and 3 more.
fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().take(3).map(|name| format!("“{name}”")).collect();
    match (names.len(), quoted.as_slice()) {
        (4.., quoted) => format!("{} and {} more classes", quoted.join(", "), names.len() - quoted.len()),
        (_, [first @ .., last]) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        (_, quoted) => quoted.concat(),
    }
}

/// What training would be given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Material {
    /// As the engine takes it; classes that the head in use knows have the names it knows them by where it is gone on from.
    pub data: Labelled,
    /// The classes' ids.
    pub classes: Vec<ClassId>,
    /// Samples with their classes, sorted by sample.
    pub taught: Vec<(SampleId, ClassId)>,
    /// Names of classes with one photo: it is trained on, and nothing of them can be held out.
    pub single: Vec<String>,
}

impl Material {
    /// A warning about classes with one photo; `None` where there is none.
    pub fn warning(&self) -> Option<String> {
        let have = if self.single.len() == 1 { "has" } else { "have" };
        (!self.single.is_empty()).then(|| {
            format!(
                "{} {have} one photo: it is trained on, and none is left to check with. A few more would help.",
                listed(&self.single)
            )
        })
    }
}

impl Teach {
    /// How far a photo is.
    pub fn readiness(&self, sample: &Sample) -> Readiness {
        if self.intake.is_embedded(sample.id) {
            Readiness::Embedded
        } else if self.intake.failed().contains_key(&sample.id) {
            Readiness::Failed
        } else {
            Readiness::Waiting
        }
    }

    /// What training would be given, or why it cannot begin.
    pub fn material(&self, ask: Ask, around: Option<&Around>) -> Result<Material, Problem> {
        if let Some((field, _, why)) = self.training.drafts.first() {
            return Err(Problem::Setting(field.label(), why.clone()));
        }
        let project: &Project = &self.project;
        let (mut waiting, mut all) = (0, 0);
        let mut counts = vec![0_usize; project.classes.len()];
        let mut chosen: Vec<(&Sample, usize)> = Vec::new();
        let places: std::collections::HashMap<ClassId, usize> =
            project.classes.iter().enumerate().map(|(place, class)| (class.id, place)).collect();
        for sample in &project.samples {
            let Some(&place) = sample.class.and_then(|class| places.get(&class)) else { continue };
            match self.readiness(sample) {
                Readiness::Failed => continue,
                Readiness::Waiting => {
                    waiting += 1;
                    if !ask.only_embedded {
                        counts[place] += 1;
                    }
                }
                Readiness::Embedded => {
                    counts[place] += 1;
                    chosen.push((sample, place));
                }
            }
            all += 1;
        }
        let full = counts.iter().filter(|count| **count > 0).count();
        let only = || project.classes.iter().zip(&counts).find(|(_, count)| **count > 0).map(|(class, _)| &class.name);
        match (&project.classes[..], full) {
            ([], _) => return Err(Problem::NoClass),
            ([class], _) => return Err(Problem::OneClass(class.name.clone())),
            (_, 1) if ask.without_empty => return Err(Problem::OneClass(only().cloned().unwrap_or_default())),
            (classes, full) if full < classes.len() && !(ask.without_empty && full > 1) => {
                let empty = classes.iter().zip(&counts).filter(|(_, count)| **count == 0);
                return Err(Problem::EmptyClasses(empty.map(|(class, _)| class.name.clone()).collect(), full > 1));
            }
            _ => {}
        }
        if waiting > 0 && !ask.only_embedded {
            return Err(Problem::Embedding(waiting, all));
        }
        if around.is_some_and(|around| around.backbone.is_none() || around.device.is_none()) {
            return Err(Problem::NotReady);
        }
        Ok(self.gathered(&chosen, &counts, ask))
    }

    fn gathered(&self, chosen: &[(&Sample, usize)], counts: &[usize], ask: Ask) -> Material {
        let head = self.training.head.as_ref().filter(|_| ask.go_on);
        let mut labels = vec![0_u32; counts.len()];
        let mut material = Material::default();
        for (place, class) in self.project.classes.iter().enumerate().filter(|(place, _)| counts[*place] > 0) {
            labels[place] = u32::try_from(material.classes.len()).unwrap_or(u32::MAX);
            material.classes.push(class.id);
            let name = head.and_then(|head| head.known_as(class.id)).unwrap_or(&class.name).to_owned();
            material.data.classes.push(distinct(name, &material.data.classes));
            if counts[place] == 1 {
                material.single.push(class.name.clone());
            }
        }
        for (sample, place) in chosen {
            material.data.samples.push(sample.id);
            material.data.labels.push(labels[*place]);
            if sample.role == Role::Validation {
                material.data.validation.push(sample.id);
            }
            material.taught.push((sample.id, self.project.classes[*place].id));
        }
        material.taught.sort_unstable();
        material
    }
}

/// The name, with a number behind it where a class was renamed and another took its old name.
fn distinct(name: String, taken: &[String]) -> String {
    if !taken.contains(&name) {
        return name;
    }
    (2..).map(|count| format!("{name} ({count})")).find(|name| !taken.contains(name)).unwrap_or(name)
}

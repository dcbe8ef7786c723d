//! Can training begin? What stands in its way, in words, and what it would be given.

use std::collections::HashSet;

use crate::project::{Class, ClassId, Role, Sample, SampleId};
use crate::protocol::Labelled;
use crate::view::format;
use crate::view::teach::{Around, Teach};

use super::limits::TooMuch;

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
    /// The Lab's entry that is to be run; its settings are the Lab's, and its head is not kept.
    pub lab: Option<u32>,
}

impl Ask {
    /// Is the head of such a run not kept, and the one before in use again when it is over?
    pub fn is_aside(self) -> bool {
        self.careless_of.is_some() || self.lab.is_some()
    }
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
    /// A network's batch is larger than what there is to train on: the batch, the photos.
    Batch(usize, usize),
    /// It would take more memory than there is.
    Memory(TooMuch),
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
            Self::Batch(..) => "batch",
            Self::Memory(_) => "memory",
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
            Self::Batch(batch, photos) => {
                let about = if *photos == 1 { "is about" } else { "are about" };
                format!(
                    "A batch of {batch} is more than there {about} {} to train on. Choose a smaller batch, or add photos.",
                    format::photos(*photos)
                )
            }
            Self::Memory(too_much) => too_much.words(),
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
}

/// How many photos there are to train on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Counts {
    /// Of each class, in the project's order.
    of_class: Vec<usize>,
    /// Of all classes, still to be embedded.
    waiting: usize,
    /// Of all classes.
    all: usize,
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

    /// Why training cannot begin; where it can, a warning about classes with one photo, if there are any.
    pub fn obstacle(&self, ask: Ask, around: Option<&Around>) -> Result<Option<String>, Problem> {
        self.counted(ask, around).map(|counts| {
            let classes = self.project.classes.iter().zip(&counts.of_class);
            let single: Vec<String> =
                classes.filter(|(_, count)| **count == 1).map(|(class, _)| class.name.clone()).collect();
            let have = if single.len() == 1 { "has" } else { "have" };
            (!single.is_empty()).then(|| {
                format!(
                    "{} {have} one photo: it is trained on, and none is left to check with. A few more would help.",
                    listed(&single)
                )
            })
        })
    }

    /// What training would be given, or why it cannot begin.
    pub fn material(&self, ask: Ask, around: Option<&Around>) -> Result<Material, Problem> {
        let counts = self.counted(ask, around)?;
        let mut material = Material::default();
        let mut labels = vec![0_u32; counts.of_class.len()];
        let names = self.names_for(ask);
        for (place, class) in self.project.classes.iter().enumerate().filter(|(place, _)| counts.of_class[*place] > 0) {
            labels[place] = u32::try_from(material.classes.len()).unwrap_or(u32::MAX);
            material.classes.push(class.id);
            material.data.classes.push(names[place].clone());
        }
        for (sample, place) in self.of_classes().filter(|(sample, _)| self.readiness(sample) == Readiness::Embedded) {
            material.data.samples.push(sample.id);
            material.data.labels.push(labels[place]);
            if sample.role == Role::Validation {
                material.data.validation.push(sample.id);
            }
            material.taught.push((sample.id, self.project.classes[place].id));
        }
        material.taught.sort_unstable();
        Ok(material)
    }

    /// The samples of classes, each with its class's place.
    pub(in crate::view::teach) fn of_classes(&self) -> impl Iterator<Item = (&Sample, usize)> {
        let classes = self.project.classes.iter().enumerate();
        let mut places: Vec<(ClassId, usize)> = classes.map(|(place, class)| (class.id, place)).collect();
        places.sort_unstable();
        self.project.samples.iter().filter_map(move |sample| {
            let place = places.binary_search_by_key(&sample.class?, |(id, _)| *id).ok()?;
            Some((&**sample, places[place].1))
        })
    }

    /// Photos of each class that can be read and may be trained on, and all that can be read.
    pub(in crate::view::teach) fn class_sizes(&self) -> (Vec<usize>, usize) {
        let (mut sizes, mut all) = (vec![0; self.project.classes.len()], 0);
        for (sample, place) in self.of_classes().filter(|(sample, _)| self.readiness(sample) != Readiness::Failed) {
            sizes[place] += usize::from(sample.role != Role::Validation);
            all += 1;
        }
        (sizes, all)
    }

    fn counted(&self, ask: Ask, around: Option<&Around>) -> Result<Counts, Problem> {
        if let Some((field, _, why)) = self.training.drafts.first() {
            return Err(Problem::Setting(field.label(), why.clone()));
        }
        let classes = &self.project.classes;
        let mut counts = Counts { of_class: vec![0; classes.len()], ..Counts::default() };
        for (sample, place) in self.of_classes() {
            let readiness = self.readiness(sample);
            counts.all += usize::from(readiness != Readiness::Failed);
            counts.waiting += usize::from(readiness == Readiness::Waiting);
            let counts_now = readiness == Readiness::Embedded || readiness == Readiness::Waiting && !ask.only_embedded;
            counts.of_class[place] += usize::from(counts_now);
        }
        let named = |full: bool| {
            let chosen = classes.iter().zip(&counts.of_class).filter(move |(_, count)| (**count > 0) == full);
            chosen.map(|(class, _)| class.name.clone())
        };
        match (&classes[..], named(true).count()) {
            ([], _) => return Err(Problem::NoClass),
            ([class], _) => return Err(Problem::OneClass(class.name.clone())),
            (_, 1) if ask.without_empty => return Err(Problem::OneClass(named(true).collect())),
            (classes, full) if full < classes.len() && !(ask.without_empty && full > 1) => {
                return Err(Problem::EmptyClasses(named(false).collect(), full > 1));
            }
            _ => {}
        }
        if counts.waiting > 0 && !ask.only_embedded {
            return Err(Problem::Embedding(counts.waiting, counts.all));
        }
        if around.is_some_and(|around| around.backbone.is_none() || around.device.is_none()) {
            return Err(Problem::NotReady);
        }
        Ok(counts)
    }

    /// What the engine is told the classes are called: as the head knows them where it is gone on from, so that it finds those that were
    /// renamed; a class that took such a name has a number behind it.
    fn names_for(&self, ask: Ask) -> Vec<String> {
        let head = self.training.head.as_ref().filter(|_| ask.go_on);
        let known: Vec<Option<&str>> =
            self.project.classes.iter().map(|class| head.and_then(|head| head.known_as(class.id))).collect();
        let mut taken: HashSet<String> = known.iter().flatten().map(|name| (*name).to_owned()).collect();
        let name = |(class, known): (&Class, &Option<&str>)| {
            let name = known.map_or_else(|| distinct(&class.name, &taken), str::to_owned);
            taken.insert(name.clone());
            name
        };
        self.project.classes.iter().zip(&known).map(name).collect()
    }
}

/// The name, with a number behind it where it is taken.
fn distinct(name: &str, taken: &HashSet<String>) -> String {
    if !taken.contains(name) {
        return name.to_owned();
    }
    (2..).map(|count| format!("{name} ({count})")).find(|name| !taken.contains(name)).unwrap_or_default()
}

//! Classes and samples.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::settings::TrainSettings;

/// The version of the JSON form of [`Project`] that this program writes.
pub const FORMAT_VERSION: u32 = 1;

/// Tells classes of a project apart; never used again after a class was deleted.
pub type ClassId = u32;
/// Tells samples of a project apart; never used again after a sample was removed.
pub type SampleId = u64;

/// One class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// Tells it apart from the others.
    pub id: ClassId,
    /// As the person named it; no two of a project are the same.
    pub name: String,
}

/// On which side of the split a sample stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The split decides.
    #[default]
    Auto,
    /// It came with a validation folder: validation always.
    Validation,
}

/// One photo of a project. Its bytes, thumbnail and embedding are kept beside, by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Tells it apart from the others.
    pub id: SampleId,
    /// The file's name, without folders.
    pub name: String,
    /// Its class; `None` while it is unsorted.
    pub class: Option<ClassId>,
    /// On which side of the split it stands.
    #[serde(default)]
    pub role: Role,
    /// sha256 of the file, 64 lower-case hexadecimal digits; empty before the file was read.
    #[serde(default)]
    pub sha256: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// Width and height as a person sees it, pixels; zeros before it was decoded.
    #[serde(default)]
    pub size: [u32; 2],
    /// Has it no colour (every pixel's channels within a few units of each other)?
    #[serde(default)]
    pub grey: bool,
}

/// A project: what is taught, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// [`FORMAT_VERSION`] of the program that wrote it.
    pub version: u32,
    /// What the person calls it.
    pub name: String,
    /// The backbone's name, such as `mobilenet-v2`.
    pub backbone: String,
    /// The classes, in the person's order.
    pub classes: Vec<Class>,
    /// The samples, in the order in which they came.
    #[serde(with = "shared")]
    pub samples: Vec<Rc<Sample>>,
    /// How to train.
    pub settings: TrainSettings,
    /// The next class's id.
    pub next_class: ClassId,
    /// The next sample's id.
    pub next_sample: SampleId,
}

impl Default for Project {
    fn default() -> Self {
        Self {
            version: FORMAT_VERSION,
            name: "My project".to_owned(),
            backbone: String::new(),
            classes: Vec::new(),
            samples: Vec::new(),
            settings: TrainSettings::default(),
            next_class: 1,
            next_sample: 1,
        }
    }
}

impl Project {
    /// The class with this id.
    pub fn class(&self, id: ClassId) -> Option<&Class> {
        self.classes.iter().find(|class| class.id == id)
    }

    /// The class of this name.
    pub fn class_named(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.name == name)
    }

    /// The sample with this id.
    pub fn sample(&self, id: SampleId) -> Option<&Rc<Sample>> {
        self.samples.iter().find(|sample| sample.id == id)
    }

    /// The samples of a class, or the unsorted ones.
    pub fn samples_of(&self, class: Option<ClassId>) -> impl Iterator<Item = &Rc<Sample>> {
        self.samples.iter().filter(move |sample| sample.class == class)
    }
}

/// A list of shared values in JSON: the values themselves.
pub(super) mod shared {
    use std::rc::Rc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(list: &[Rc<T>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(list.iter().map(Rc::as_ref))
    }

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Rc<T>>, D::Error> {
        Ok(Vec::<T>::deserialize(deserializer)?.into_iter().map(Rc::new).collect())
    }
}

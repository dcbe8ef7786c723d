//! The list of backbones, `models/registry.toml`, and the way from a name in it to the bytes of a weight file.
//!
//! A file is looked for in `models/cache/`, then in `../shared/models/`, then at its public address; its checksum must be right wherever it
//! comes from. What was downloaded stays in the cache. The TFLite files are converted anew each time: that takes a few milliseconds. A
//! committed network lies beside the list, in our format: it is always there.

mod convert;
mod download;
mod resolver;

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::weights::Architecture;

pub use convert::{convert, describe, load, load_default, locate};
pub use resolver::{Found, Place, Resolver};

/// The list itself, part of the program.
const TEXT: &str = include_str!("../../models/registry.toml");

/// Every backbone that can be had by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registry {
    /// The backbones in the order the chooser shows them; the first is the default.
    #[serde(rename = "backbone")]
    pub backbones: Vec<Backbone>,
    /// What the output units of the backbones stand for.
    #[serde(rename = "class_list")]
    pub class_lists: Vec<ClassList>,
}

/// One backbone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backbone {
    /// The name that selects it, such as `mobilenet-v2`.
    pub name: String,
    /// The name people read, such as "MobileNetV2 1.0".
    pub title: String,
    /// Which layers it has.
    pub architecture: Architecture,
    /// The width multiplier.
    pub width: f32,
    /// Width and height of the input, pixels.
    pub input: usize,
    /// What its classes are: "ImageNet, 1000 classes".
    pub classes: String,
    /// The name of its [`ClassList`].
    pub class_list: String,
    /// Weights and biases, head included.
    pub parameters: usize,
    /// Share of 1000 ImageNet photos whose class is the most probable one, 0–1; `None` where it was not measured.
    pub top1: Option<f32>,
    /// The same for the five most probable.
    pub top5: Option<f32>,
    /// See [`crate::weights::Meta::confidence`].
    pub confidence: Option<f32>,
    /// See [`crate::weights::Meta::agreement`].
    pub agreement: Option<[f32; 2]>,
    /// SPDX licence of the weights.
    pub licence: String,
    /// Where the weights come from.
    pub source: String,
    /// Is its weight file part of the project, in `models/`? It is the network in use where no other can be had.
    #[serde(default)]
    pub committed: bool,
    /// The TFLite files: the network, and its classifier where that is a file of its own. Of a committed one: the weight file.
    pub files: Vec<RemoteFile>,
}

/// What the output units of a network stand for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassList {
    /// The name by which backbones refer to it.
    pub name: String,
    /// Where the background is, and whether there are ids.
    pub scheme: Scheme,
    /// A text file with a name a line.
    pub names: RemoteFile,
    /// Files with a WordNet id a line, all the same ids: the first that can be had is used.
    #[serde(default)]
    pub ids: Vec<RemoteFile>,
}

/// How a class list is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// Unit 0 is the background; the classes after it have WordNet ids.
    BackgroundFirst,
    /// The last unit is the background; no class has an id.
    BackgroundLast,
}

/// A file, most often not part of the project.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoteFile {
    /// Its name, in the cache and elsewhere.
    pub file: String,
    /// Its public address; `None` where it has none and must lie in `../shared/models/`, or is committed.
    pub url: Option<String>,
    /// Its checksum, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

impl Registry {
    /// The list in `models/registry.toml`, as it was when the program was built.
    ///
    /// # Errors
    /// The list is malformed: a mistake in the project.
    pub fn new() -> Result<Self> {
        Self::parse(TEXT)
    }

    fn parse(text: &str) -> Result<Self> {
        let bad = |found: String| {
            let cure = "Put models/registry.toml right and build again.";
            Error::new(ErrorKind::Registry, "models/registry.toml", "a well-formed list of backbones", found, cure)
        };
        let registry: Self = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
        for backbone in &registry.backbones {
            if !(1..=2).contains(&backbone.files.len()) {
                return Err(bad(format!("{} files for {}", backbone.files.len(), backbone.name)));
            }
            if backbone.committed && (backbone.files.len() != 1 || backbone.files[0].url.is_some()) {
                return Err(bad(format!("another file than the committed one for {}", backbone.name)));
            }
            if !registry.class_lists.iter().any(|list| list.name == backbone.class_list) {
                return Err(bad(format!("no class list {}", backbone.class_list)));
            }
        }
        if registry.backbones.is_empty() {
            return Err(bad("none".to_string()));
        }
        Ok(registry)
    }

    /// The backbone in use unless another is asked for.
    pub fn default_backbone(&self) -> &Backbone {
        &self.backbones[0] // `parse` refuses an empty list
    }

    /// The backbone that is part of the project: in use where the default cannot be had.
    pub fn committed(&self) -> Option<&Backbone> {
        self.backbones.iter().find(|backbone| backbone.committed)
    }

    /// The backbone of that name.
    ///
    /// # Errors
    /// There is none; the error lists those there are.
    pub fn backbone(&self, name: &str) -> Result<&Backbone> {
        self.backbones.iter().find(|backbone| backbone.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.backbones.iter().map(|backbone| backbone.name.as_str()).collect();
            let cure = "`graft models` shows what each of them is.";
            Error::new(
                ErrorKind::Usage,
                "the backbone",
                format!("one of {}", names.join(", ")),
                format!("`{name}`"),
                cure,
            )
        })
    }

    /// The class list of a backbone.
    ///
    /// # Errors
    /// The registry has none of that name; one that was parsed always has.
    pub fn class_list(&self, backbone: &Backbone) -> Result<&ClassList> {
        self.class_lists.iter().find(|list| list.name == backbone.class_list).ok_or_else(|| {
            let cure = "Put models/registry.toml right and build again.";
            Error::new(
                ErrorKind::Registry,
                &backbone.name,
                format!("the class list {}", backbone.class_list),
                "none",
                cure,
            )
        })
    }

    /// The backbone that this file belongs to, told by its checksum.
    pub fn backbone_of(&self, sha256: &str) -> Option<&Backbone> {
        self.backbones.iter().find(|backbone| backbone.files.iter().any(|file| file.sha256 == sha256))
    }
}

impl Backbone {
    /// The length of its files together.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_well_formed() {
        let registry = Registry::new().unwrap();
        assert_eq!(registry.backbones.len(), 8);
        assert_eq!(registry.default_backbone().name, "mobilenet-v2");
        let lists = registry.class_lists.iter().flat_map(|list| list.ids.iter().chain([&list.names]));
        for file in registry.backbones.iter().flat_map(|backbone| &backbone.files).chain(lists) {
            assert!(
                file.sha256.len() == 64 && file.sha256.bytes().all(|byte| b"0123456789abcdef".contains(&byte)),
                "{}",
                file.file
            );
            assert!(
                file.url.as_ref().is_none_or(|url| url.starts_with("https://") && url.ends_with(&file.file)),
                "{}",
                file.file
            );
        }
    }

    #[test]
    fn every_class_list_has_a_public_address() {
        for list in Registry::new().unwrap().class_lists {
            assert!(list.names.url.is_some());
            let public = list.ids.iter().any(|ids| ids.url.is_some());
            assert_eq!(public, list.scheme == Scheme::BackgroundFirst, "{}", list.name);
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known() {
        let error = Registry::new().unwrap().backbone("resnet").unwrap_err();
        assert!(error.expected.contains("mobilenet-v2, mobilenet-v1-1.0"), "{error}");
    }

    #[test]
    fn mistakes_are_told() {
        let error = Registry::parse(&TEXT.replacen("width = 1.0", "breadth = 1.0", 1)).unwrap_err();
        assert!(error.found.contains("breadth"), "{error}");
        assert!(
            Registry::parse(&TEXT.replacen("class_list = \"birds\"", "class_list = \"fish\"", 1))
                .unwrap_err()
                .found
                .contains("fish")
        );
        assert!(Registry::parse("backbone = []\nclass_list = []").is_err());
    }
}

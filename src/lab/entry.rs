//! A run that is to be: its name and its settings.

use serde::{Deserialize, Serialize};

use super::record::way;
use crate::architecture::Design;
use crate::project::{TrainSettings, Way};

/// A run that is to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name; runs that differ by their seed alone share it.
    pub name: String,
    /// The pretrained network, as the registry names it; `None`: whichever is in use, or one from random weights.
    #[serde(default)]
    pub backbone: Option<String>,
    /// How it is trained.
    pub settings: TrainSettings,
}

impl Entry {
    /// A way with the settings that suit it; seed, split and what is about the data are those of `base`.
    pub fn suited_to(way: Way, base: &TrainSettings) -> Self {
        let settings = TrainSettings {
            seed: base.seed,
            split: base.split,
            validation: base.validation,
            shots: base.shots,
            class_weights: base.class_weights,
            label_smoothing: base.label_smoothing,
            ..TrainSettings::suited_to(way)
        };
        Self { name: name(&settings), backbone: None, settings }
    }

    /// These settings.
    pub fn as_set(settings: &TrainSettings) -> Self {
        Self { name: format!("{} as set", name(settings)), backbone: None, settings: settings.clone() }
    }

    /// The same from this pretrained network; a run from random weights stays as it is.
    pub fn of(self, backbone: Option<String>) -> Self {
        let is_pretrained = !matches!(self.settings.way, Way::Scratch { .. });
        Self { backbone: backbone.filter(|_| is_pretrained), ..self }
    }

    /// The same with so many seeds, beginning with its own.
    pub fn seeds(&self, count: u32) -> Vec<Self> {
        let with = |more: u32| {
            let settings = TrainSettings { seed: self.settings.seed.wrapping_add(more), ..self.settings.clone() };
            Self { settings, ..self.clone() }
        };
        (0..count.max(1)).map(with).collect()
    }
}

/// "Frozen", "Last 3 blocks", "UserNet from scratch".
fn name(settings: &TrainSettings) -> String {
    let words = match &settings.way {
        Way::Scratch { architecture } => {
            let title = Design::parse(architecture).map_or_else(|_| architecture.clone(), |design| design.title);
            return format!("{title} {}", settings.way.words());
        }
        _ => way(settings),
    };
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

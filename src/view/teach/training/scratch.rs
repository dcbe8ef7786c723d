//! Which network is trained from random weights: a family, and for those that come in sizes a width and a side.

use crate::project::{TrainSettings, Way};

/// A family of networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// LeCun et al. 1998; grey, 32 pixels.
    LeNet5,
    /// A plain network of twelve weight layers; 224 pixels.
    UserNet,
    /// Howard et al. 2017.
    MobileNetV1,
    /// Sandler et al. 2018.
    MobileNetV2,
}

/// Widths that the published networks have.
pub const USUAL_WIDTHS: [&str; 6] = ["0.25", "0.35", "0.5", "0.75", "1", "1.4"];

/// Sides that the published networks have, pixels.
pub const USUAL_SIDES: [&str; 5] = ["96", "128", "160", "192", "224"];

impl Family {
    /// All of them: the word that is kept, and what people read.
    pub const CHOICES: [(&'static str, &'static str); 4] = [
        ("lenet-5", "LeNet-5"),
        ("user-net", "UserNet"),
        ("mobilenet-v1", "MobileNetV1"),
        ("mobilenet-v2", "MobileNetV2"),
    ];

    /// The word that is kept.
    pub fn word(self) -> &'static str {
        match self {
            Self::LeNet5 => "lenet-5",
            Self::UserNet => "user-net",
            Self::MobileNetV1 => "mobilenet-v1",
            Self::MobileNetV2 => "mobilenet-v2",
        }
    }

    /// Does it come in widths and sides?
    pub fn is_scaled(self) -> bool {
        matches!(self, Self::MobileNetV1 | Self::MobileNetV2)
    }

    fn of(word: &str) -> Option<Self> {
        [Self::LeNet5, Self::UserNet, Self::MobileNetV1, Self::MobileNetV2].into_iter().find(|one| one.word() == word)
    }
}

/// A network to be trained from random weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scratch {
    /// Its family.
    pub family: Family,
    /// Width multiplier, as it stands in the name.
    pub width: String,
    /// Side of the input, pixels, as it stands in the name.
    pub side: String,
}

/// Small enough to be trained on a processor while somebody watches.
impl Default for Scratch {
    fn default() -> Self {
        Self { family: Family::MobileNetV1, width: "0.25".to_owned(), side: "128".to_owned() }
    }
}

impl Scratch {
    /// The network of a way; `None` where the way has none, or one that this page does not know.
    pub fn of(way: &Way) -> Option<Self> {
        let Way::Scratch { architecture } = way else { return None };
        if let Some(family) = Family::of(architecture) {
            return Some(Self { family, ..Self::default() });
        }
        let (rest, side) = architecture.rsplit_once('-')?;
        let (family, width) = rest.rsplit_once('-')?;
        let width = if width == "1.0" { "1" } else { width };
        Some(Self { family: Family::of(family)?, width: width.to_owned(), side: side.to_owned() })
    }

    /// Its name, as [`crate::architecture::Design::parse`] reads it.
    pub fn name(&self) -> String {
        if self.family.is_scaled() {
            format!("{}-{}-{}", self.family.word(), self.width, self.side)
        } else {
            self.family.word().to_owned()
        }
    }

    /// The way that trains it.
    pub fn way(&self) -> Way {
        Way::Scratch { architecture: self.name() }
    }

    /// Takes a family by its word; another word changes nothing.
    pub(super) fn set_family(&mut self, word: &str) {
        self.family = Family::of(word).unwrap_or(self.family);
    }

    /// Changes the network of settings that train one from random weights; others stay as they are.
    pub(super) fn change(settings: &mut TrainSettings, change: impl FnOnce(&mut Self)) {
        if let Some(mut scratch) = Self::of(&settings.way) {
            change(&mut scratch);
            settings.way = scratch.way();
        }
    }
}

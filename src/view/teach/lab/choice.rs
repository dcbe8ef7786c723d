//! The form: which runs are to be added.

use crate::architecture::Design;
use crate::lab::Entry;
use crate::project::{TrainSettings, Way};
use crate::view::teach::training::way;

/// Epochs that may be asked for.
const MOST_EPOCHS: usize = 10_000;
/// Photos a class that may be asked for: more than any project holds.
const MOST_SHOTS: usize = 100_000;

/// What is trained.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum What {
    /// What the settings of the training panel say.
    AsSet,
    /// A head on frozen features.
    #[default]
    Frozen,
    /// The last blocks too.
    LastBlocks,
    /// Everything.
    Everything,
    /// A network from random weights.
    Scratch,
}

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// [`What`]
    What,
    /// Which pretrained network.
    Network,
    /// How many of the last blocks.
    Blocks,
    /// Which network from random weights.
    Architecture,
    /// How many epochs.
    Epochs,
    /// How many photos of each class to train on.
    Shots,
    /// How many seeds.
    Seeds,
}

/// What the form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is trained.
    pub what: What,
    /// The key of the pretrained network; empty: the one in use.
    pub network: String,
    /// How many of the last blocks, as typed.
    pub blocks: String,
    /// A name that [`Design::parse`] reads.
    pub architecture: String,
    /// How many epochs, as typed; empty: as many as suit the way.
    pub epochs: String,
    /// How many photos of each class to train on, all others held out, as typed; empty: as the split of the training panel has it.
    pub shots: String,
    /// How many seeds, 1–[`Choice::MOST_SEEDS`].
    pub seeds: u32,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            what: What::Frozen,
            network: String::new(),
            blocks: "3".to_owned(),
            architecture: "mobilenet-v1-0.25-128".to_owned(),
            epochs: String::new(),
            shots: String::new(),
            seeds: 1,
        }
    }
}

impl What {
    /// All, with the word that is kept and what people read.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::AsSet, "as-set", "As set in training"),
        Self::Frozen.named_as(way::Choice::Frozen),
        Self::LastBlocks.named_as(way::Choice::LastBlocks),
        Self::Everything.named_as(way::Choice::Everything),
        Self::Scratch.named_as(way::Choice::Scratch),
    ];

    /// A way is called here as it is in the training panel.
    const fn named_as(self, choice: way::Choice) -> (Self, &'static str, &'static str) {
        (self, choice.word(), choice.title())
    }

    /// The word that is kept.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(what, ..)| *what == self).map_or("", |(_, word, _)| word)
    }
}

impl Choice {
    /// So many seeds at a time.
    pub const MOST_SEEDS: u32 = 5;

    /// A person filled in a field.
    pub fn set(&mut self, field: Field, text: &str) {
        match field {
            Field::What => {
                self.what = What::ALL.iter().find(|(_, word, _)| *word == text).map_or(self.what, |(what, ..)| *what);
            }
            Field::Network => self.network = text.to_owned(),
            Field::Blocks => self.blocks = text.trim().to_owned(),
            Field::Architecture => self.architecture = text.trim().to_owned(),
            Field::Epochs => self.epochs = text.trim().to_owned(),
            Field::Shots => self.shots = text.trim().to_owned(),
            Field::Seeds => {
                self.seeds = text.parse().ok().map_or(self.seeds, |seeds: u32| seeds.clamp(1, Self::MOST_SEEDS));
            }
        }
    }

    /// The runs that it means, a seed each; those of `base` are the first seed and what is about the data, `in_use` is the network in use.
    ///
    /// # Errors
    /// A field is not understood: what is wrong, as a sentence.
    pub fn entries(&self, base: &TrainSettings, in_use: Option<&str>) -> Result<Vec<Entry>, String> {
        let suited = |way| Entry::suited_to(way, base);
        let mut entry = match self.what {
            What::AsSet => Entry::as_set(base),
            What::Frozen => suited(Way::Frozen),
            What::LastBlocks => suited(Way::LastBlocks { blocks: self.last_blocks()? }),
            What::Everything => suited(Way::Everything),
            What::Scratch => {
                let design = Design::parse(&self.architecture).map_err(|error| error.to_string())?;
                suited(Way::Scratch { architecture: design.name })
            }
        };
        if let Some(epochs) = some("Epochs", &self.epochs, MOST_EPOCHS)? {
            entry.settings.epochs = epochs;
        }
        if let Some(shots) = some("Photos a class", &self.shots, MOST_SHOTS)? {
            entry.settings.shots = Some(shots);
            entry.name = format!("{}, {shots} a class", entry.name);
        }
        let network = Some(self.network.as_str()).filter(|key| !key.is_empty()).or(in_use);
        Ok(entry.of(network.map(str::to_owned)).seeds(self.seeds))
    }

    /// Epochs that suit the way, which the field shows while it is empty.
    pub fn usual_epochs(&self, base: &TrainSettings) -> usize {
        let usual =
            Self { epochs: String::new(), shots: String::new(), blocks: "1".to_owned(), seeds: 1, ..self.clone() };
        usual
            .entries(base, None)
            .ok()
            .and_then(|entries| entries.first().map(|entry| entry.settings.epochs))
            .unwrap_or(0)
    }

    fn last_blocks(&self) -> Result<usize, String> {
        let blocks = self.blocks.parse().ok().filter(|blocks| *blocks > 0);
        blocks.ok_or_else(|| format!("Blocks: expected a whole number from 1 on, found “{}”.", self.blocks))
    }
}

/// A number that may be left out.
fn some(name: &str, typed: &str, most: usize) -> Result<Option<usize>, String> {
    if typed.is_empty() {
        return Ok(None);
    }
    let number = typed.parse().ok().filter(|number| (1..=most).contains(number));
    number.map(Some).ok_or_else(|| format!("{name}: expected a whole number from 1 to {most}, found “{typed}”."))
}

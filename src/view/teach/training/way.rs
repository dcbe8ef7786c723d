//! The four ways: their words, and what choosing one does to the settings.

use crate::project::{TrainSettings, Way};

use super::scratch::{Family, Scratch};

/// So many of the last blocks are trained to begin with.
const LAST_BLOCKS: usize = 3;

/// UserNet's batch in the lecture that it is from; where memory is short it goes by micro-batches.
const LECTURES_BATCH: usize = 128;

/// A way, without how many blocks or which network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// [`Way::Frozen`]
    Frozen,
    /// [`Way::LastBlocks`]
    LastBlocks,
    /// [`Way::Everything`]
    Everything,
    /// [`Way::Scratch`]
    Scratch,
}

impl Choice {
    /// All, in the order of how much is trained.
    pub const ALL: [Self; 4] = [Self::Frozen, Self::LastBlocks, Self::Everything, Self::Scratch];

    /// The choice that a way is.
    pub fn of(way: &Way) -> Self {
        match way {
            Way::Frozen => Self::Frozen,
            Way::LastBlocks { .. } => Self::LastBlocks,
            Way::Everything => Self::Everything,
            Way::Scratch { .. } => Self::Scratch,
        }
    }

    /// Its name in tests and ids.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::LastBlocks => "last-blocks",
            Self::Everything => "everything",
            Self::Scratch => "scratch",
        }
    }

    /// Its name on the page.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Frozen => "Keep it frozen",
            Self::LastBlocks => "Last blocks",
            Self::Everything => "Everything",
            Self::Scratch => "From scratch",
        }
    }

    /// What it does, in one sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::Frozen => "Only a small head learns, on what the network sees already: seconds.",
            Self::LastBlocks => "The head and the last blocks adapt to your photos: minutes.",
            Self::Everything => "Every block adapts, from what it knows: long, for many photos.",
            Self::Scratch => "A network that knows nothing yet: long, for thousands of photos.",
        }
    }

    /// What people of the field call it.
    pub fn term(self) -> &'static str {
        match self {
            Self::Frozen => "Feature extraction",
            Self::LastBlocks => "Fine-tuning of the last blocks",
            Self::Everything => "Fine-tuning of the whole network",
            Self::Scratch => "Training from random weights",
        }
    }

    /// The way it begins with.
    pub fn way(self) -> Way {
        match self {
            Self::Frozen => Way::Frozen,
            Self::LastBlocks => Way::LastBlocks { blocks: LAST_BLOCKS },
            Self::Everything => Way::Everything,
            Self::Scratch => Scratch::default().way(),
        }
    }
}

/// The settings with another way. Another choice brings the settings that suit it, but for what is about the data: seed, split, share held
/// out, class weights; and never a batch larger than the `photos` there are to train on. The same choice (other blocks, another network) changes
/// nothing else.
pub fn with_way(settings: &TrainSettings, way: Way, photos: usize) -> TrainSettings {
    if Choice::of(&settings.way) == Choice::of(&way) {
        return TrainSettings { way, ..settings.clone() };
    }
    let keeps_features = !matches!(way, Way::Scratch { .. });
    TrainSettings {
        features_at: settings.features_at.filter(|_| keeps_features),
        split: settings.split,
        validation: settings.validation,
        shots: settings.shots,
        seed: settings.seed,
        class_weights: settings.class_weights,
        ..suited(way, photos)
    }
}

/// What suits a way to begin with where there are so many photos to train on.
pub fn suited(way: Way, photos: usize) -> TrainSettings {
    let is_user_net = Scratch::of(&way).is_some_and(|scratch| scratch.family == Family::UserNet);
    let mut settings = TrainSettings::suited_to(way);
    if is_user_net {
        settings.batch = LECTURES_BATCH;
    }
    if settings.is_deep() {
        settings.batch = fitting(settings.batch, photos);
    }
    settings
}

/// The batch, halved until there are photos enough for it; as it is where there is none yet.
pub fn fitting(batch: usize, photos: usize) -> usize {
    if photos == 0 || batch <= photos {
        return batch.max(1);
    }
    // The largest power of two that is not above.
    1 << photos.ilog2()
}

/// The way in two or three words: "last 3 blocks", "everything", "MobileNetV1 0.25, 128 from scratch"; `None` where it is frozen.
pub fn words(way: &Way) -> Option<String> {
    match way {
        Way::Frozen => None,
        Way::LastBlocks { .. } | Way::Everything => Some(way.words()),
        Way::Scratch { architecture } => Some(format!("{} {}", network_name(way, architecture), way.words())),
    }
}

/// "MobileNetV1 0.25, 128", "LeNet-5".
fn network_name(way: &Way, architecture: &str) -> String {
    let Some(scratch) = Scratch::of(way) else { return architecture.to_owned() };
    let word = scratch.family.word();
    let family = Family::CHOICES.iter().find(|(one, _)| *one == word).map_or(word, |(_, name)| name);
    if scratch.family.is_scaled() { format!("{family} {}, {}", scratch.width, scratch.side) } else { family.to_owned() }
}

//! The network that is about to be trained: which blocks are frozen, trained, left away; how many numbers that is; where its boxes stand.

use crate::architecture::{Design, Shape, thousands};
use crate::project::{TrainSettings, Way};
use crate::protocol::BackboneCard;

/// Height of the picture, in its own units; a box of the largest side is as high.
pub const HEIGHT: f64 = 112.0;
/// Height of a box without width and height, such as the head's.
const LOWEST: f64 = 16.0;
/// Between two boxes.
const GAP: f64 = 2.5;
/// The smallest width of a box: a pointer must be able to meet it.
const NARROWEST: f64 = 7.0;

/// What becomes of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It stays as it is.
    Frozen,
    /// It is trained.
    Trainable,
    /// It is left away: features are taken before it.
    Unused,
}

impl State {
    /// Its name in tests.
    pub fn word(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::Trainable => "trainable",
            Self::Unused => "unused",
        }
    }

    /// Its name on the page.
    pub fn words(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::Trainable => "trained",
            Self::Unused => "left away",
        }
    }
}

/// A block as it is drawn; the head is one, too.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// `stem`, `blocks.3`, `last`, `head`.
    pub name: String,
    /// What becomes of it.
    pub state: State,
    /// What comes out of it.
    pub output: Shape,
    /// Numbers in it.
    pub parameters: usize,
}

impl Part {
    /// "blocks.13 · 7 × 7 × 160 · 155,264 numbers · frozen"
    pub fn words(&self) -> String {
        let Self { name, state, output, parameters } = self;
        format!("{name} · {output} · {} numbers · {}", thousands(*parameters), state.words())
    }
}

/// A network with a head, and what is trained of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// All blocks, those that are left away included.
    pub design: Design,
    /// Blocks in use; behind them is the head.
    pub used: usize,
    /// The first block that is trained; [`Self::used`]: none is.
    pub from: usize,
    /// The blocks and the head, the first the nearest to the photo.
    pub parts: Vec<Part>,
}

/// A box of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Left end.
    pub x: f64,
    /// Upper end.
    pub y: f64,
    /// Width: more channels, wider.
    pub width: f64,
    /// Height: more pixels, higher.
    pub height: f64,
}

impl Network {
    /// The network of these settings for so many classes; `None` before there is a backbone, or where its design is not known.
    pub fn of(settings: &TrainSettings, backbone: Option<&BackboneCard>, classes: usize) -> Option<Self> {
        let name = match &settings.way {
            Way::Scratch { architecture } => architecture.as_str(),
            _ => backbone?.design.as_str(),
        };
        let design = Design::parse(name).ok()?;
        let all = design.blocks.len();
        let used = settings.features_at.map_or(all, |at| at.saturating_add(1).min(all));
        let cut = design.cut(used.checked_sub(1)?).ok()?;
        let from = cut.trainable_from(&settings.way);
        let is_scratch = matches!(settings.way, Way::Scratch { .. });
        let mut parts: Vec<Part> = design
            .blocks
            .iter()
            .enumerate()
            .map(|(place, block)| Part {
                name: block.name.clone(),
                state: match place {
                    _ if place >= used => State::Unused,
                    _ if place >= from => State::Trainable,
                    _ => State::Frozen,
                },
                output: block.output(),
                parameters: match is_scratch {
                    true => block.layers.iter().map(|layer| layer.trained_parameters()).sum(),
                    false => block.parameters(),
                },
            })
            .collect();
        parts.push(Part {
            name: "head".to_owned(),
            state: State::Trainable,
            output: Shape { height: 1, width: 1, channels: classes },
            parameters: cut.head_parameters(settings.head, classes),
        });
        Some(Self { design, used, from, parts })
    }

    /// The blocks that are used, as a design of their own.
    pub fn cut(&self) -> Option<Design> {
        self.design.cut(self.used.checked_sub(1)?).ok()
    }

    /// The layers that are used as a table, with what standard convolutions would take.
    pub fn summary(&self) -> Option<String> {
        let classes = self.parts.last()?.output.channels;
        Some(self.cut()?.summary_text(classes))
    }

    /// Numbers that are trained, and all that are used.
    pub fn parameters(&self) -> (usize, usize) {
        let sum = |wanted: fn(State) -> bool| {
            self.parts.iter().filter(|part| wanted(part.state)).map(|part| part.parameters).sum()
        };
        (sum(|state| state == State::Trainable), sum(|state| state != State::Unused))
    }

    /// "1,234,560 of 3,504,872 numbers are trained".
    pub fn words(&self) -> String {
        let (trained, all) = self.parameters();
        if trained == all {
            return format!("All {} numbers are trained", thousands(all));
        }
        format!("{} of {} numbers are trained", thousands(trained), thousands(all))
    }

    /// What the picture shows, for those who cannot see it.
    pub fn label(&self) -> String {
        let trained = match self.parts.get(self.from).filter(|_| self.from < self.used) {
            Some(part) if self.from > 0 => format!("trained from {} on", part.name),
            Some(_) => "trained from end to end".to_owned(),
            None => "frozen, with a new head".to_owned(),
        };
        format!("{}, {trained}: {}", self.design.title, self.words())
    }

    /// The way that trains this block and what follows it: the head alone behind the last block in use.
    pub fn way_from(&self, place: usize) -> Way {
        match self.used.saturating_sub(place) {
            0 => Way::Frozen,
            blocks if blocks == self.used => Way::Everything,
            blocks => Way::LastBlocks { blocks },
        }
    }

    /// The settings with the features taken at this block: what was trained stays trained, as far as it is still there.
    pub fn with_features_at(&self, place: usize, settings: &TrainSettings) -> TrainSettings {
        let at = place.min(self.design.blocks.len().saturating_sub(1));
        let used = at + 1;
        let way = match &settings.way {
            Way::LastBlocks { .. } => match used.saturating_sub(self.from).max(1) {
                blocks if blocks == used => Way::Everything,
                blocks => Way::LastBlocks { blocks },
            },
            way => way.clone(),
        };
        let features_at = (used < self.design.blocks.len()).then_some(at);
        TrainSettings { way, features_at, ..settings.clone() }
    }

    /// Where the boxes stand in a picture of this width.
    pub fn places(&self, width: f64) -> Vec<Place> {
        let largest = self.parts.iter().map(|part| part.output.height).max().unwrap_or(1).max(1) as f64;
        let count = self.parts.len() as f64;
        let room = (width - GAP * (count - 1.0) - NARROWEST * count).max(0.0);
        let weight = |part: &Part| (part.output.channels.max(1) as f64).sqrt();
        let weights: f64 = self.parts.iter().map(weight).sum();
        let mut x = 0.0;
        let place = |part: &Part| {
            let width = NARROWEST + room * weight(part) / weights;
            let share = (part.output.height as f64 / largest).sqrt();
            let height = LOWEST + (HEIGHT - LOWEST) * if part.output.height > 1 { share } else { 0.0 };
            let place = Place { x, y: (HEIGHT - height) / 2.0, width, height };
            x += width + GAP;
            place
        };
        self.parts.iter().map(place).collect()
    }
}

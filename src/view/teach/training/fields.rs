//! The settings as a form has them: names, explanations, and what is understood.

use crate::architecture::{SIDES, WIDTHS};
use crate::project::{HeadKind, OptimizerKind, Schedule, SplitKind, TrainSettings, Way};

use super::run::number;
use super::scratch::{Family, Scratch, USUAL_SIDES, USUAL_WIDTHS};

/// One field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The family of a network from scratch.
    Family,
    /// Its width multiplier.
    Width,
    /// Its input's side.
    Side,
    /// Linear or with a hidden layer.
    Head,
    /// Width of the hidden layer.
    Units,
    /// Dropout behind it.
    Dropout,
    /// The optimizer.
    Optimizer,
    /// Learning rate.
    LearningRate,
    /// How much smaller each earlier block's learning rate is.
    Factor,
    /// The course of the learning rate.
    Schedule,
    /// Epochs between two steps of it.
    StepEvery,
    /// What each step multiplies it by.
    StepFactor,
    /// Epochs of warm-up.
    WarmUp,
    /// Longest gradient.
    Clip,
    /// Epochs of the head alone before the blocks.
    HeadFirst,
    /// Momentum of SGD.
    Momentum,
    /// Weight decay.
    WeightDecay,
    /// Samples a step.
    Batch,
    /// Epochs at most.
    Epochs,
    /// Early stopping.
    Patience,
    /// Label smoothing.
    LabelSmoothing,
    /// Class weights.
    ClassWeights,
    /// Kind of split.
    Split,
    /// Share held out, percent.
    Validation,
    /// The seed.
    Seed,
}

/// What was typed into a field and not understood, and why.
pub type Draft = (Field, String, String);

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// One of these: the word that is kept, and what people read.
    Choice(&'static [(&'static str, &'static str)]),
    /// A number; the unit behind it, or nothing.
    Number(&'static str),
    /// Yes ("true") or no ("false").
    Tick,
}

/// Width and dropout that a hidden layer begins with.
const HIDDEN: HeadKind = HeadKind::Hidden { units: 64, dropout: 0.2 };

/// The steps that a schedule of steps begins with.
const STEP: Schedule = Schedule::Step { every: 5, factor: 0.3 };

impl Field {
    /// All fields of the form, in its order.
    pub const FORM: [Self; 22] = [
        Self::Head,
        Self::Units,
        Self::Dropout,
        Self::Optimizer,
        Self::LearningRate,
        Self::Factor,
        Self::Momentum,
        Self::Schedule,
        Self::StepEvery,
        Self::StepFactor,
        Self::WarmUp,
        Self::HeadFirst,
        Self::Epochs,
        Self::Batch,
        Self::Clip,
        Self::Patience,
        Self::WeightDecay,
        Self::LabelSmoothing,
        Self::Split,
        Self::Validation,
        Self::Seed,
        Self::ClassWeights,
    ];

    /// The fields of a network from scratch; they stand with the ways.
    pub const SCRATCH: [Self; 3] = [Self::Family, Self::Width, Self::Side];

    /// How it is filled in.
    pub fn entry(self) -> Entry {
        match self {
            Self::Family => Entry::Choice(&Family::CHOICES),
            Self::Schedule => Entry::Choice(&[
                ("constant", "Constant"),
                ("step", "Step"),
                ("cosine", "Cosine"),
                ("one-cycle", "One cycle"),
            ]),
            Self::Factor | Self::Width => Entry::Number("×"),
            Self::Side => Entry::Number("pixels"),
            Self::StepEvery | Self::WarmUp | Self::HeadFirst => Entry::Number("epochs"),
            Self::Head => Entry::Choice(&[("linear", "Linear"), ("hidden", "One hidden layer")]),
            Self::Optimizer => Entry::Choice(&[("adam", "Adam"), ("adamw", "AdamW"), ("sgd", "SGD with momentum")]),
            Self::Split => Entry::Choice(&[("honest", "Honest"), ("random", "Random")]),
            Self::ClassWeights => Entry::Tick,
            Self::Validation => Entry::Number("%"),
            Self::Patience => Entry::Number("epochs"),
            _ => Entry::Number(""),
        }
    }

    /// What a field that takes any number offers: the values of published networks.
    pub fn usual(self) -> &'static [&'static str] {
        match self {
            Self::Width => &USUAL_WIDTHS,
            Self::Side => &USUAL_SIDES,
            _ => &[],
        }
    }

    /// Does it matter with these settings?
    pub fn matters(self, settings: &TrainSettings) -> bool {
        match self {
            Self::Units | Self::Dropout => settings.head != HeadKind::Linear,
            Self::Momentum => settings.optimizer == OptimizerKind::Sgd,
            Self::Family => matches!(settings.way, Way::Scratch { .. }),
            Self::Width | Self::Side => Scratch::of(&settings.way).is_some_and(|scratch| scratch.family.is_scaled()),
            Self::Factor | Self::HeadFirst => matches!(settings.way, Way::LastBlocks { .. } | Way::Everything),
            Self::Clip => settings.is_by_photo(),
            Self::WarmUp => settings.schedule != Schedule::OneCycle,
            Self::StepEvery | Self::StepFactor => matches!(settings.schedule, Schedule::Step { .. }),
            _ => true,
        }
    }

    /// What the field shows.
    pub fn text(self, settings: &TrainSettings) -> String {
        let scratch = Scratch::of(&settings.way);
        match self {
            Self::Family => scratch.map(|scratch| scratch.family.word().to_owned()).unwrap_or_default(),
            Self::Width => scratch.map(|scratch| scratch.width).unwrap_or_default(),
            Self::Side => scratch.map(|scratch| scratch.side).unwrap_or_default(),
            Self::Factor => number(settings.lr_factor),
            Self::Schedule => match settings.schedule {
                Schedule::Constant => "constant",
                Schedule::Step { .. } => "step",
                Schedule::Cosine => "cosine",
                Schedule::OneCycle => "one-cycle",
            }
            .to_owned(),
            Self::StepEvery => match settings.schedule {
                Schedule::Step { every, .. } => every.to_string(),
                _ => String::new(),
            },
            Self::StepFactor => match settings.schedule {
                Schedule::Step { factor, .. } => number(factor),
                _ => String::new(),
            },
            Self::WarmUp => number(settings.warm_up),
            Self::Clip => settings.clip.map(number).unwrap_or_default(),
            Self::HeadFirst => settings.head_first.to_string(),
            Self::Head => if settings.head == HeadKind::Linear { "linear" } else { "hidden" }.to_owned(),
            Self::Units => match settings.head {
                HeadKind::Hidden { units, .. } => units.to_string(),
                HeadKind::Linear => String::new(),
            },
            Self::Dropout => match settings.head {
                HeadKind::Hidden { dropout, .. } => number(dropout),
                HeadKind::Linear => String::new(),
            },
            Self::Optimizer => match settings.optimizer {
                OptimizerKind::Adam => "adam",
                OptimizerKind::AdamW => "adamw",
                OptimizerKind::Sgd => "sgd",
            }
            .to_owned(),
            Self::LearningRate => number(settings.learning_rate),
            Self::Momentum => number(settings.momentum),
            Self::WeightDecay => number(settings.weight_decay),
            Self::Batch => settings.batch.to_string(),
            Self::Epochs => settings.epochs.to_string(),
            Self::Patience => settings.patience.map(|epochs| epochs.to_string()).unwrap_or_default(),
            Self::LabelSmoothing => number(settings.label_smoothing),
            Self::ClassWeights => settings.class_weights.to_string(),
            Self::Split => match settings.split {
                SplitKind::Honest => "honest",
                SplitKind::Random => "random",
            }
            .to_owned(),
            Self::Validation => number(settings.validation * 100.0),
            Self::Seed => settings.seed.to_string(),
        }
    }

    /// Takes what was typed. Where it is not understood, the words say what would be: a full sentence.
    pub fn set(self, text: &str, settings: &mut TrainSettings) -> Result<(), String> {
        let text = text.trim();
        match self {
            Self::Family => Scratch::change(settings, |scratch| scratch.set_family(text)),
            Self::Width => {
                let width = real(text, *WIDTHS.start(), *WIDTHS.end())?;
                Scratch::change(settings, |scratch| scratch.width = number(width));
            }
            Self::Side => {
                let side = whole(text, *SIDES.start(), *SIDES.end())?;
                Scratch::change(settings, |scratch| scratch.side = side.to_string());
            }
            Self::Factor => settings.lr_factor = real(text, 1.0, 10.0)?,
            Self::Schedule => match (text, settings.schedule) {
                ("constant", _) => settings.schedule = Schedule::Constant,
                ("cosine", _) => settings.schedule = Schedule::Cosine,
                ("one-cycle", _) => {
                    settings.schedule = Schedule::OneCycle;
                    // It rises by itself; a warm-up before that would be a peak of its own.
                    settings.warm_up = 0.0;
                }
                ("step", Schedule::Step { .. }) => {}
                ("step", _) => settings.schedule = STEP,
                _ => {}
            },
            Self::StepEvery => {
                let new = whole(text, 1, 10_000)?;
                if let Schedule::Step { every, .. } = &mut settings.schedule {
                    *every = new;
                }
            }
            Self::StepFactor => {
                let new = real(text, 0.001, 1.0)?;
                if let Schedule::Step { factor, .. } = &mut settings.schedule {
                    *factor = new;
                }
            }
            Self::WarmUp => settings.warm_up = real(text, 0.0, 100.0)?,
            Self::Clip if text.is_empty() => settings.clip = None,
            Self::Clip => settings.clip = Some(real(text, 0.001, 1000.0)?),
            Self::HeadFirst => settings.head_first = whole(text, 0, 1000)?,
            Self::Head => match (text, settings.head) {
                ("linear", _) => settings.head = HeadKind::Linear,
                ("hidden", HeadKind::Linear) => settings.head = HIDDEN,
                _ => {}
            },
            Self::Units => {
                let new = whole(text, 1, 4096)?;
                if let HeadKind::Hidden { units, .. } = &mut settings.head {
                    *units = new;
                }
            }
            Self::Dropout => {
                let new = real(text, 0.0, 0.9)?;
                if let HeadKind::Hidden { dropout, .. } = &mut settings.head {
                    *dropout = new;
                }
            }
            Self::Optimizer => {
                settings.optimizer = match text {
                    "sgd" => OptimizerKind::Sgd,
                    "adamw" => OptimizerKind::AdamW,
                    _ => OptimizerKind::Adam,
                }
            }
            Self::LearningRate => settings.learning_rate = real(text, 1e-7, 10.0)?,
            Self::Momentum => settings.momentum = real(text, 0.0, 0.99)?,
            Self::WeightDecay => settings.weight_decay = real(text, 0.0, 1.0)?,
            Self::Batch => settings.batch = whole(text, 1, 4096)?,
            Self::Epochs => settings.epochs = whole(text, 1, 10_000)?,
            Self::Patience if text.is_empty() => settings.patience = None,
            Self::Patience => settings.patience = Some(whole(text, 1, 10_000)?),
            Self::LabelSmoothing => settings.label_smoothing = real(text, 0.0, 0.5)?,
            Self::ClassWeights => settings.class_weights = text == "true",
            Self::Split => settings.split = if text == "random" { SplitKind::Random } else { SplitKind::Honest },
            Self::Validation => settings.validation = real(text, 0.0, 50.0)? / 100.0,
            Self::Seed => {
                settings.seed = text.parse().map_err(|_| "expected a whole number from 0 to 4294967295.".to_owned())?;
            }
        }
        Ok(())
    }
}

fn whole(text: &str, low: usize, high: usize) -> Result<usize, String> {
    let value = text.parse().ok().filter(|value| (low..=high).contains(value));
    value.ok_or_else(|| format!("expected a whole number from {low} to {high}."))
}

/// A decimal comma is a comma to many people.
fn real(text: &str, low: f32, high: f32) -> Result<f32, String> {
    let value = text.trim_end_matches('%').trim_end().replace(',', ".").parse().ok();
    let value = value.filter(|value: &f32| (low..=high).contains(value));
    value.ok_or_else(|| format!("expected a number from {} to {}.", number(low), number(high)))
}

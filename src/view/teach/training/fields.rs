//! The settings as a form has them: names, explanations, and what is understood.

use crate::project::{HeadKind, OptimizerKind, SplitKind, TrainSettings};

use super::run::number;

/// One field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
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

impl Field {
    /// All fields, in the form's order.
    pub const ALL: [Self; 15] = [
        Self::Head,
        Self::Units,
        Self::Dropout,
        Self::Optimizer,
        Self::LearningRate,
        Self::Momentum,
        Self::Batch,
        Self::Epochs,
        Self::Patience,
        Self::WeightDecay,
        Self::LabelSmoothing,
        Self::Split,
        Self::Validation,
        Self::Seed,
        Self::ClassWeights,
    ];

    /// Its name on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Head => "Head",
            Self::Units => "Hidden units",
            Self::Dropout => "Dropout",
            Self::Optimizer => "Optimizer",
            Self::LearningRate => "Learning rate",
            Self::Momentum => "Momentum",
            Self::WeightDecay => "Weight decay",
            Self::Batch => "Batch size",
            Self::Epochs => "Epochs",
            Self::Patience => "Early stopping",
            Self::LabelSmoothing => "Label smoothing",
            Self::ClassWeights => "Class weights",
            Self::Split => "Split",
            Self::Validation => "Held out",
            Self::Seed => "Seed",
        }
    }

    /// Its name in ids and tests: `learning-rate`.
    pub fn word(self) -> String {
        self.label().to_ascii_lowercase().replace(' ', "-")
    }

    /// What the term means.
    pub fn about(self) -> &'static str {
        match self {
            Self::Head => {
                "What is trained: a linear layer on the backbone's numbers, or one with a hidden layer before it, which can bend its borders and needs more photos."
            }
            Self::Units => {
                "How wide the hidden layer is, 1–4096. More can tell finer things apart, and learns by heart sooner."
            }
            Self::Dropout => {
                "The share of hidden values that is left out at each step, 0–0.9, so that the head relies on none of them alone."
            }
            Self::Optimizer => {
                "How a gradient becomes a step. Adam suits almost everything; AdamW keeps weight decay apart from it; SGD with momentum is the plain classic."
            }
            Self::LearningRate => {
                "The size of a step. Too large and the loss jumps about, too small and training takes long. 0.001 suits Adam, about 0.05 SGD."
            }
            Self::Momentum => "How much of the last step goes on in the next one, 0–0.99. For SGD only.",
            Self::WeightDecay => "Pulls the weights towards zero, 0–1, so that the head learns less by heart.",
            Self::Batch => "Photos in one step, 1–4096.",
            Self::Epochs => "How often all training photos are gone through at most, 1–10000.",
            Self::Patience => {
                "Stops after so many epochs without a better validation loss; empty: never. The best epoch's head is kept either way."
            }
            Self::LabelSmoothing => {
                "Spreads this share of each answer over all classes, 0–0.5, so that the head is less sure of itself. Helps where some labels are wrong."
            }
            Self::ClassWeights => "Makes small classes count as much as large ones.",
            Self::Split => {
                "How photos are held out for checking. Honest keeps near-duplicates (bursts, crops, copies) on one side; random does not, and so claims too much."
            }
            Self::Validation => {
                "The share of each class that is not trained on but used for checking, 0–50 %. With 0 there is no validation curve, and the last epoch is kept."
            }
            Self::Seed => {
                "Any whole number. It decides the split, the head's first weights and the order of photos; the same seed gives the same result."
            }
        }
    }

    /// How it is filled in.
    pub fn entry(self) -> Entry {
        match self {
            Self::Head => Entry::Choice(&[("linear", "Linear"), ("hidden", "One hidden layer")]),
            Self::Optimizer => Entry::Choice(&[("adam", "Adam"), ("adamw", "AdamW"), ("sgd", "SGD with momentum")]),
            Self::Split => Entry::Choice(&[("honest", "Honest"), ("random", "Random")]),
            Self::ClassWeights => Entry::Tick,
            Self::Validation => Entry::Number("%"),
            Self::Patience => Entry::Number("epochs"),
            _ => Entry::Number(""),
        }
    }

    /// Does it matter with these settings?
    pub fn matters(self, settings: &TrainSettings) -> bool {
        match self {
            Self::Units | Self::Dropout => settings.head != HeadKind::Linear,
            Self::Momentum => settings.optimizer == OptimizerKind::Sgd,
            _ => true,
        }
    }

    /// What the field shows.
    pub fn text(self, settings: &TrainSettings) -> String {
        match self {
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
            Self::LearningRate => settings.learning_rate = real(text, 1e-6, 10.0)?,
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

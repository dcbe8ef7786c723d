//! How a network is trained. The defaults are such that nobody has to touch any of it.

mod augmentation;
mod held_out;
mod schedule;
mod way;

use serde::{Deserialize, Serialize};

pub use augmentation::{Augmentation, Fill};
pub use held_out::held_out_of;
pub use schedule::Schedule;
pub use way::Way;

/// The shape of the head.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum HeadKind {
    /// `logits = W · embedding + b`: logistic regression.
    #[default]
    Linear,
    /// One hidden layer with ReLU, dropout behind it.
    Hidden {
        /// Its width.
        units: usize,
        /// Share of its values that are dropped at each step, 0–0.9.
        dropout: f32,
    },
}

/// What turns a gradient into a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptimizerKind {
    /// Kingma & Ba 2015; weight decay is added to the gradient.
    #[default]
    Adam,
    /// Loshchilov & Hutter 2019: Adam with decoupled weight decay.
    AdamW,
    /// Stochastic gradient descent with momentum.
    Sgd,
}

/// How samples are told apart into training and validation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SplitKind {
    /// Groups of near-duplicates stay on one side, so that validation says what new photos will get.
    #[default]
    Honest,
    /// Every photo for itself, as most tools do it.
    Random,
}

/// Everything that training is told. JSON: missing fields take their defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrainSettings {
    /// What is trained.
    pub way: Way,
    /// Take the globally averaged output of this block as the embedding, instead of the last one's; blocks after it are left away. Counted as
    /// [`crate::architecture::Design::blocks`] does.
    pub features_at: Option<usize>,
    /// Epochs in which the head alone is trained on frozen features before anything else is; 0: none. Only where blocks are trained too.
    pub head_first: usize,
    /// By how much the learning rate of each block is smaller than that of the block after it, 1–10 (the head counts as the last).
    pub lr_factor: f32,
    /// How the learning rate goes from step to step.
    pub schedule: Schedule,
    /// Epochs in which the learning rate grows from nothing to its value, 0 or more; fractions are allowed.
    pub warm_up: f32,
    /// Gradients of a longer norm (of a tensor) are shortened to it; `None`: not at all.
    pub clip: Option<f32>,
    /// Random changes to the photos that are trained on; needs the photos at every step.
    pub augmentation: Augmentation,
    /// The shape of the head.
    pub head: HeadKind,
    /// What turns a gradient into a step.
    pub optimizer: OptimizerKind,
    /// Size of a step, above 0.
    pub learning_rate: f32,
    /// Momentum of [`OptimizerKind::Sgd`], 0–0.99.
    pub momentum: f32,
    /// Pull of the weights (not the biases) towards zero, 0 or more.
    pub weight_decay: f32,
    /// Samples a step.
    pub batch: usize,
    /// Passes over the training samples, at most.
    pub epochs: usize,
    /// Share of the target that is spread evenly over all classes, 0–0.5 (Szegedy et al. 2016, section 7).
    pub label_smoothing: f32,
    /// Weigh classes by the inverse of their share, so that small ones count as much as large ones.
    pub class_weights: bool,
    /// Stop after so many epochs without a better validation loss; `None`: train to the end. The best epoch's head is kept either way.
    pub patience: Option<usize>,
    /// How training and validation are told apart.
    pub split: SplitKind,
    /// Share of the samples held out for validation, 0–0.5 (0: none).
    pub validation: f32,
    /// Train on so many samples of each class, and hold out all others; `None`: as [`TrainSettings::validation`] says.
    pub shots: Option<usize>,
    /// Decides split, initial head and order of the samples.
    pub seed: u32,
}

/// Chosen by measurement on MobileNetV2's embeddings, from five photos a class to three thousand in all: SGD is better than Adam where photos
/// are few, and as good where they are many.
impl Default for TrainSettings {
    fn default() -> Self {
        Self {
            way: Way::Frozen,
            features_at: None,
            head_first: 0,
            lr_factor: 3.0,
            schedule: Schedule::Constant,
            warm_up: 0.0,
            clip: None,
            augmentation: Augmentation::default(),
            head: HeadKind::Linear,
            optimizer: OptimizerKind::Sgd,
            learning_rate: 2e-3,
            momentum: 0.9,
            weight_decay: 0.01,
            batch: 32,
            epochs: 50,
            label_smoothing: 0.0,
            class_weights: false,
            patience: Some(15),
            split: SplitKind::Honest,
            validation: 0.2,
            shots: None,
            seed: 0,
        }
    }
}

impl TrainSettings {
    /// What suits a way of training to begin with. Seed, split and share held out stay to be set.
    pub fn suited_to(way: Way) -> Self {
        let adam = Self { optimizer: OptimizerKind::Adam, weight_decay: 0.0, batch: 16, ..Self::default() };
        match way {
            Way::Frozen => Self::default(),
            // The usual procedure: the head first, then the blocks with it at a very low rate.
            Way::LastBlocks { .. } | Way::Everything => Self {
                learning_rate: 1e-4,
                epochs: 10,
                head_first: 20,
                schedule: Schedule::Cosine,
                warm_up: 0.5,
                patience: None,
                way,
                ..adam
            },
            Way::Scratch { .. } => Self {
                learning_rate: 1e-3,
                epochs: 30,
                lr_factor: 1.0,
                schedule: Schedule::Cosine,
                warm_up: 1.0,
                patience: None,
                way,
                ..adam
            },
        }
    }

    /// Epochs in which the head alone is trained: [`TrainSettings::head_first`] where blocks come after it.
    pub fn head_epochs(&self) -> usize {
        if self.way == Way::Frozen { 0 } else { self.head_first }
    }

    /// Numbers that the optimizer keeps for each that it trains: Adam two moments, SGD its momentum.
    pub fn optimizer_states(&self) -> usize {
        match self.optimizer {
            OptimizerKind::Adam | OptimizerKind::AdamW => 2,
            OptimizerKind::Sgd => usize::from(self.momentum > 0.0),
        }
    }

    /// Is more than a head on frozen features of whole photos trained, so that the photos' pixels are needed?
    pub fn is_deep(&self) -> bool {
        self.features_at.is_some() || self.is_by_photo()
    }

    /// Do photos go through the network at every step? Otherwise a head alone is trained, on features that are computed once.
    pub fn is_by_photo(&self) -> bool {
        self.way != Way::Frozen || !self.augmentation.is_off()
    }
}

//! How a head is trained. The defaults are such that nobody has to touch any of it.

use serde::{Deserialize, Serialize};

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
    /// Decides split, initial head and order of the samples.
    pub seed: u32,
}

/// Chosen by measurement on MobileNetV2's embeddings, from five photos a class to three thousand in all: SGD is better than Adam where photos
/// are few, and as good where they are many.
impl Default for TrainSettings {
    fn default() -> Self {
        Self {
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
            seed: 0,
        }
    }
}

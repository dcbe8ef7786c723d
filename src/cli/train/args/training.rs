//! The flags about the training.

use clap::ValueEnum;

use super::parse::{architecture, augmentation, head_kind, schedule, unfreeze};
use crate::project::{Augmentation, HeadKind, Schedule, Way};

/// How it is trained.
#[derive(Debug, Clone, clap::Args)]
pub struct TrainingArgs {
    /// Which blocks are trained with the head: `none`, `last:N`, or `all`.
    #[arg(long, value_parser = unfreeze, conflicts_with = "from_scratch")]
    pub unfreeze: Option<Way>,
    /// Train this network from random weights: `lenet-5`, `user-net`, `mobilenet-v1-0.25-128`, `mobilenet-v2-1-224`, …
    #[arg(long, value_name = "ARCH", value_parser = architecture)]
    pub from_scratch: Option<String>,
    /// Take the globally averaged output of block K as the embedding.
    #[arg(long, value_name = "K")]
    pub features_at: Option<usize>,
    /// Epochs in which the head alone is trained before the blocks are too.
    #[arg(long, value_name = "EPOCHS")]
    pub head_first: Option<usize>,
    /// By how much each earlier block's learning rate is smaller, 1 to 10.
    #[arg(long, value_name = "F")]
    pub lr_factor: Option<f32>,
    /// `constant`, `step:EVERY:FACTOR`, `cosine` or `one-cycle`.
    #[arg(long, value_parser = schedule)]
    pub schedule: Option<Schedule>,
    /// Epochs in which the learning rate grows to its value; one-cycle rises by itself and takes none.
    #[arg(long, value_name = "EPOCHS")]
    pub warm_up: Option<f32>,
    /// Shorten gradients of a longer norm, each tensor's by itself, to this.
    #[arg(long, value_name = "NORM")]
    pub clip: Option<f32>,
    /// Change the photos at random: moderately, or as named: `flip,rotation=15,zoom=0.9,shift=0.1,brightness=0.2,contrast=0.2,saturation=0.2`, and
    /// `fill=edge|mirror|grey` for what comes in at the edge; `moderate,fill=grey` changes the moderate ones.
    #[arg(long, value_name = "WHAT", value_parser = augmentation, num_args = 0..=1, default_missing_value = "moderate")]
    pub augment: Option<Augmentation>,
    /// `linear`, or `hidden:N` for a hidden layer of N units.
    #[arg(long, value_parser = head_kind)]
    pub head: Option<HeadKind>,
    /// Share of a hidden layer's values that are dropped at each step, 0 to 0.9 (default 0.5).
    #[arg(long)]
    pub dropout: Option<f32>,
    /// What turns a gradient into a step.
    #[arg(long, value_enum)]
    pub optimizer: Option<OptimizerArg>,
    /// Passes over the training photos, at most.
    #[arg(long)]
    pub epochs: Option<usize>,
    /// Photos a step.
    #[arg(long)]
    pub batch: Option<usize>,
    /// Learning rate.
    #[arg(long)]
    pub lr: Option<f32>,
    /// Momentum of sgd.
    #[arg(long)]
    pub momentum: Option<f32>,
    /// Pull of the weights towards zero.
    #[arg(long)]
    pub weight_decay: Option<f32>,
    /// Share of the target that is spread over all classes, 0 to 0.5.
    #[arg(long)]
    pub label_smoothing: Option<f32>,
    /// Weigh small classes as much as large ones.
    #[arg(long)]
    pub class_weights: bool,
    /// Stop after so many epochs without a better validation loss; 0: train to the end.
    #[arg(long)]
    pub patience: Option<usize>,
}

/// `--optimizer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub enum OptimizerArg {
    /// Kingma & Ba 2015.
    Adam,
    /// Adam with decoupled weight decay.
    AdamW,
    /// With momentum.
    Sgd,
}

//! What `graft train` understands, and the settings that it means.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::architecture::Design;
use crate::cli::engine::EngineArgs;
use crate::error::{Error, ErrorKind, Result};
use crate::project::{Augmentation, HeadKind, OptimizerKind, Schedule, SplitKind, TrainSettings, Way};

/// What is not given takes the default of [`TrainSettings::suited_to`] the way.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub data: DataArgs,
    #[command(flatten)]
    pub training: TrainingArgs,
    /// Write the project: photos, embeddings and head.
    #[arg(long, value_name = "FILE.graft")]
    pub out: Option<PathBuf>,
    /// Keep place, camera and time in the written photos.
    #[arg(long)]
    pub keep_metadata: bool,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

/// Which photos, and who is held out.
#[derive(Debug, Clone, clap::Args)]
pub struct DataArgs {
    /// A folder that holds a folder a class (or `train` and `val` folders that do).
    #[arg(long)]
    pub data: PathBuf,
    /// Only these of its folders, by their names, with commas between.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub classes: Vec<String>,
    /// Share of each class that is held out for validation, 0 to 0.5.
    #[arg(long, conflicts_with_all = ["val_data", "shots"])]
    pub val: Option<f32>,
    /// A folder of the same classes that is held out instead.
    #[arg(long)]
    pub val_data: Option<PathBuf>,
    /// Train on so many photos a class; all others are held out.
    #[arg(long, value_name = "K", conflicts_with = "val_data")]
    pub shots: Option<usize>,
    /// Do near-duplicates stay on one side?
    #[arg(long, value_enum)]
    pub split: Option<SplitArg>,
    /// Decides split, initial weights, order of the photos and augmentation.
    #[arg(long)]
    pub seed: Option<u32>,
}

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
    /// Epochs in which the learning rate grows to its value.
    #[arg(long, value_name = "EPOCHS")]
    pub warm_up: Option<f32>,
    /// Shorten gradients of a longer norm to this.
    #[arg(long, value_name = "NORM")]
    pub clip: Option<f32>,
    /// Change the photos at random: moderately, or as named: `flip,rotation=15,zoom=0.9,shift=0.1,brightness=0.2,contrast=0.2,saturation=0.2`.
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

/// `--split`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitArg {
    /// Near-duplicates stay on one side.
    Honest,
    /// Every photo for itself.
    Random,
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

/// The dropout of a hidden layer where none is named.
const DROPOUT: f32 = 0.5;

type Parsed<T> = std::result::Result<T, String>;

fn head_kind(text: &str) -> Parsed<HeadKind> {
    match text.strip_prefix("hidden:").map(str::parse) {
        Some(Ok(units)) => Ok(HeadKind::Hidden { units, dropout: DROPOUT }),
        None if text == "linear" => Ok(HeadKind::Linear),
        _ => Err("expected `linear` or `hidden:N`, such as hidden:128".into()),
    }
}

fn unfreeze(text: &str) -> Parsed<Way> {
    match (text, text.strip_prefix("last:").map(str::parse)) {
        ("none", _) => Ok(Way::Frozen),
        ("all", _) => Ok(Way::Everything),
        (_, Some(Ok(blocks))) if blocks > 0 => Ok(Way::LastBlocks { blocks }),
        _ => Err("expected `none`, `last:N` (N from 1), or `all`".into()),
    }
}

fn architecture(text: &str) -> Parsed<String> {
    Design::parse(text).map(|design| design.name).map_err(|error| error.to_string())
}

fn schedule(text: &str) -> Parsed<Schedule> {
    let step = |text: &str| {
        let (every, factor) = text.split_once(':')?;
        Some(Schedule::Step { every: every.parse().ok()?, factor: factor.parse().ok()? })
    };
    match text {
        "constant" => Some(Schedule::Constant),
        "cosine" => Some(Schedule::Cosine),
        "one-cycle" => Some(Schedule::OneCycle),
        _ => text.strip_prefix("step:").and_then(step),
    }
    .ok_or_else(|| "expected `constant`, `step:EVERY:FACTOR` (step:10:0.1), `cosine` or `one-cycle`".into())
}

fn augmentation(text: &str) -> Parsed<Augmentation> {
    if text == "moderate" {
        return Ok(Augmentation::moderate());
    }
    let mut augmentation = Augmentation::default();
    for part in text.split(',') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let number = || value.parse().map_err(|_| format!("`{part}`: expected a number behind the ="));
        match name {
            "flip" if value.is_empty() => augmentation.flip = true,
            "rotation" => augmentation.rotation = number()?,
            "zoom" => augmentation.zoom = number()?,
            "shift" => augmentation.shift = number()?,
            "brightness" => augmentation.brightness = number()?,
            "contrast" => augmentation.contrast = number()?,
            "saturation" => augmentation.saturation = number()?,
            _ => {
                return Err(format!(
                    "`{part}`: expected flip, rotation=, zoom=, shift=, brightness=, contrast= or saturation="
                ));
            }
        }
    }
    Ok(augmentation)
}

impl Args {
    /// The settings, checked when training begins.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: a dropout without a hidden layer.
    pub fn settings(&self) -> Result<TrainSettings> {
        let Self { data, training, .. } = self;
        let way = match (&training.from_scratch, &training.unfreeze) {
            (Some(architecture), _) => Way::Scratch { architecture: architecture.clone() },
            (None, way) => way.clone().unwrap_or_default(),
        };
        let default = TrainSettings::suited_to(way);
        Ok(TrainSettings {
            features_at: training.features_at,
            head_first: training.head_first.unwrap_or(default.head_first),
            lr_factor: training.lr_factor.unwrap_or(default.lr_factor),
            schedule: training.schedule.unwrap_or(default.schedule),
            warm_up: training.warm_up.unwrap_or(default.warm_up),
            clip: training.clip.or(default.clip),
            augmentation: training.augment.unwrap_or(default.augmentation),
            head: training.head(default.head)?,
            optimizer: training.optimizer.map_or(default.optimizer, |optimizer| match optimizer {
                OptimizerArg::Adam => OptimizerKind::Adam,
                OptimizerArg::AdamW => OptimizerKind::AdamW,
                OptimizerArg::Sgd => OptimizerKind::Sgd,
            }),
            learning_rate: training.lr.unwrap_or(default.learning_rate),
            momentum: training.momentum.unwrap_or(default.momentum),
            weight_decay: training.weight_decay.unwrap_or(default.weight_decay),
            batch: training.batch.unwrap_or(default.batch),
            epochs: training.epochs.unwrap_or(default.epochs),
            label_smoothing: training.label_smoothing.unwrap_or(default.label_smoothing),
            class_weights: training.class_weights,
            patience: training.patience.map_or(default.patience, |epochs| (epochs > 0).then_some(epochs)),
            split: data.split.map_or(default.split, |split| match split {
                SplitArg::Honest => SplitKind::Honest,
                SplitArg::Random => SplitKind::Random,
            }),
            validation: data.val.unwrap_or(default.validation),
            shots: data.shots,
            seed: data.seed.unwrap_or(default.seed),
            way: default.way,
        })
    }
}

impl TrainingArgs {
    fn head(&self, default: HeadKind) -> Result<HeadKind> {
        match (self.head.unwrap_or(default), self.dropout) {
            (HeadKind::Hidden { units, .. }, Some(dropout)) => Ok(HeadKind::Hidden { units, dropout }),
            (HeadKind::Linear, Some(_)) => Err(Error::new(
                ErrorKind::Usage,
                "--dropout",
                "a hidden layer to drop values of",
                "a linear head",
                "Add --head hidden:128, or leave --dropout out.",
            )),
            (head, None) => Ok(head),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_and_augmentations_are_read() {
        assert_eq!(schedule("step:10:0.1"), Ok(Schedule::Step { every: 10, factor: 0.1 }));
        assert!(schedule("step:10").is_err() && schedule("cosinus").is_err());
        let read = augmentation("flip,rotation=15,zoom=0.9").unwrap();
        assert_eq!(read, Augmentation { flip: true, rotation: 15.0, zoom: 0.9, ..Augmentation::default() });
        assert!(augmentation("flip=1").is_err() && augmentation("turn=1").unwrap_err().contains("turn"));
        assert_eq!(augmentation("moderate"), Ok(Augmentation::moderate()));
    }

    #[test]
    fn blocks_to_train_are_read() {
        assert_eq!(unfreeze("last:3"), Ok(Way::LastBlocks { blocks: 3 }));
        assert_eq!((unfreeze("none"), unfreeze("all")), (Ok(Way::Frozen), Ok(Way::Everything)));
        assert!(unfreeze("last:0").is_err() && unfreeze("some").is_err());
    }
}

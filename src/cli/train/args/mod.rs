//! What `graft train` understands, and the settings that it means.

mod data;
mod obeyed;
mod parse;
#[cfg(test)]
mod tests;
mod training;

use std::path::PathBuf;

use crate::cli::engine::EngineArgs;
use crate::error::Result;
use crate::project::{OptimizerKind, Schedule, SplitKind, TrainSettings, Way};

use data::SplitArg;
use training::OptimizerArg;

pub use data::DataArgs;
pub use training::TrainingArgs;

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

impl Args {
    /// The settings, checked when training begins.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage): a flag that these settings would not obey, such as a dropout without a
    /// hidden layer.
    pub fn settings(&self) -> Result<TrainSettings> {
        let Self { data, training, .. } = self;
        let way = match (&training.from_scratch, &training.unfreeze) {
            (Some(architecture), _) => Way::Scratch { architecture: architecture.clone() },
            (None, way) => way.clone().unwrap_or_default(),
        };
        let mut default = TrainSettings::suited_to(way);
        if training.schedule == Some(Schedule::OneCycle) {
            default.warm_up = 0.0;
        }
        let settings = TrainSettings {
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
        };
        training.check_obeyed(&settings)?;
        Ok(settings)
    }
}

//! What stands above a column: for people, and in a CSV.

use super::Column;

impl Column {
    /// What people read above it.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Name => "run",
            Self::Seed => "seed",
            Self::Model => "model",
            Self::Way => "trained",
            Self::Split => "split",
            Self::Training => "photos to train on",
            Self::Validation => "held out",
            Self::Parameters => "parameters",
            Self::Trainable => "of them trained",
            Self::Depth => "depth",
            Self::Size => "size, MB",
            Self::SizeWithOptimizer => "with optimizer, MB",
            Self::Epoch => "s an epoch",
            Self::Step => "ms a step",
            Self::Prepared => "prepared, s",
            Self::Total => "s in all",
            Self::Epochs => "epochs",
            Self::BestEpoch => "best epoch",
            Self::BestAccuracy => "best validation accuracy",
            Self::KeptEpoch => "kept epoch",
            Self::KeptAccuracy => "kept epoch's",
            Self::LastAccuracy => "last epoch's",
            Self::Device => "device",
        }
    }

    /// What it is, where the heading needs words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Parameters => "Numbers in the whole network, its head included",
            Self::Depth => "Weight layers: convolutions and dense layers",
            Self::Size => "The weights as float32, four bytes each",
            Self::SizeWithOptimizer => "With what the optimizer keeps for each number that is trained",
            Self::Epoch => {
                "Seconds of an epoch on average, validation included; where blocks are trained, epochs of the head alone before them do not count. A head on frozen features does not look at the photos again"
            }
            Self::Step => "Milliseconds of a step in the same epochs on average, validation included",
            Self::Prepared => "Seconds before the first step, in which the frozen blocks looked at all photos once",
            Self::BestEpoch => {
                "The first epoch of the best validation accuracy; where blocks are trained, epochs of the head alone before them do not count"
            }
            Self::KeptEpoch => "The epoch whose weights are kept: the one of the lowest validation loss",
            Self::KeptAccuracy => "Validation accuracy of the epoch that is kept",
            Self::LastAccuracy => "Validation accuracy of the last epoch",
            _ => "",
        }
    }

    /// Its name in a CSV.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Seed => "seed",
            Self::Model => "model",
            Self::Way => "way",
            Self::Split => "split",
            Self::Training => "train_samples",
            Self::Validation => "val_samples",
            Self::Parameters => "parameters",
            Self::Trainable => "trainable",
            Self::Depth => "depth",
            Self::Size => "size_mb",
            Self::SizeWithOptimizer => "size_with_optimizer_mb",
            Self::Epoch => "seconds_an_epoch",
            Self::Step => "milliseconds_a_step",
            Self::Prepared => "seconds_prepared",
            Self::Total => "seconds",
            Self::Epochs => "epochs",
            Self::BestEpoch => "best_epoch",
            Self::BestAccuracy => "best_val_accuracy",
            Self::KeptEpoch => "kept_epoch",
            Self::KeptAccuracy => "kept_val_accuracy",
            Self::LastAccuracy => "last_val_accuracy",
            Self::Device => "device",
        }
    }
}

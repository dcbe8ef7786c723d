//! Flags that the settings would not obey are refused.

use super::TrainingArgs;
use crate::error::{Error, ErrorKind, Result};
use crate::project::{HeadKind, OptimizerKind, Schedule, TrainSettings, Way};

impl TrainingArgs {
    /// The head, with the dropout that was asked for.
    pub(super) fn head(&self, default: HeadKind) -> Result<HeadKind> {
        match (self.head.unwrap_or(default), self.dropout) {
            (HeadKind::Hidden { units, .. }, Some(dropout)) => Ok(HeadKind::Hidden { units, dropout }),
            (HeadKind::Linear, Some(_)) => {
                let cure = "Add --head hidden:128, or leave --dropout out.";
                Err(idle("--dropout", "a hidden layer to drop values of", "a linear head", cure))
            }
            (head, None) => Ok(head),
        }
    }

    /// Refuses what would change nothing: a person who asks for it expects something of it.
    pub(super) fn check_obeyed(&self, settings: &TrainSettings) -> Result<()> {
        const FROZEN: &str = "a head alone, on frozen blocks";
        let is_frozen = settings.way == Way::Frozen;
        let is_on_embeddings = is_frozen && settings.augmentation.is_off();
        if self.lr_factor.is_some() && is_frozen {
            let cure = "Add --unfreeze last:3, or leave --lr-factor out.";
            return Err(idle("--lr-factor", "trained blocks, each with a rate of its own", FROZEN, cure));
        }
        if self.head_first.is_some_and(|epochs| epochs > 0) && is_frozen {
            let cure = "Add --unfreeze last:3, or leave --head-first out.";
            return Err(idle("--head-first", "blocks that are trained after the head", FROZEN, cure));
        }
        if self.clip.is_some() && is_on_embeddings {
            let cure = "Add --unfreeze last:3 or --augment, or leave --clip out.";
            return Err(idle("--clip", "photos that go through the network at every step", FROZEN, cure));
        }
        if self.warm_up.is_some_and(|epochs| epochs > 0.0) && settings.schedule == Schedule::OneCycle {
            let cure = "Leave --warm-up out, or choose another schedule.";
            return Err(idle(
                "--warm-up",
                "a schedule that begins at its full rate",
                "one-cycle, which rises by itself",
                cure,
            ));
        }
        if self.momentum.is_some() && settings.optimizer != OptimizerKind::Sgd {
            let cure = "Add --optimizer sgd, or leave --momentum out.";
            return Err(idle("--momentum", "the optimizer sgd", "one that has averages of its own", cure));
        }
        Ok(())
    }
}

/// A flag that would change nothing.
fn idle(flag: &str, expected: &str, found: &str, cure: &str) -> Error {
    Error::new(ErrorKind::Usage, flag, expected, found, cure)
}

//! What a run came to.

use serde::{Deserialize, Serialize};

use super::pace::Pace;
use crate::advice::Tried;
use crate::architecture::Design;
use crate::project::{HeadKind, TrainSettings};
use crate::protocol::{DeviceKind, Ended, EpochRow};

/// Bytes of a number (float32).
const BYTES: f64 = 4.0;
/// Bytes of a megabyte.
const MEGA: f64 = 1e6;

/// One run, with everything that the Lab shows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What it is called; runs that differ by their seed alone share it.
    pub name: String,
    /// The network, as people name it: "MobileNetV2 1.0".
    pub model: String,
    /// The key of the pretrained network that was in use; empty: not known.
    #[serde(default)]
    pub backbone: String,
    /// Tells the data of runs apart: samples and labels ([`super::fingerprint()`]); empty: not known.
    #[serde(default)]
    pub data: String,
    /// How it was trained: way, seed, split and all.
    pub settings: TrainSettings,
    /// Numbers in the whole network, head included.
    pub parameters: usize,
    /// Of these, how many were trained.
    pub trainable: usize,
    /// Weight layers (convolutions and dense layers), head included; `None`: unknown.
    pub depth: Option<usize>,
    /// Photos trained on.
    pub training: usize,
    /// Photos held out.
    pub validation: usize,
    /// Steps in all.
    pub steps: u64,
    /// Seconds in all, pauses not counted.
    pub seconds: f64,
    /// Why it ended.
    pub ended: Ended,
    /// Where it was trained, to the end.
    pub device: DeviceKind,
    /// Where it began, if that was lost on the way and the epochs before stayed.
    #[serde(default)]
    pub began_on: Option<DeviceKind>,
    /// All epochs, in order.
    pub rows: Vec<EpochRow>,
}

impl Record {
    /// The first epoch of the highest validation accuracy, with that accuracy; `None` where nothing was held out, or where it was stopped too early. Epochs
    /// of the head alone before the blocks do not count: they say nothing of what training the blocks came to.
    ///
    /// This is what lectures and papers report. It is chosen on the photos that it is measured on, and so flatters.
    pub fn best(&self) -> Option<(usize, f32)> {
        let head = self.settings.head_epochs();
        let known = self.rows.iter().filter(|row| row.epoch > head);
        let known = known.filter_map(|row| Some((row.epoch, row.val_accuracy.filter(|value| value.is_finite())?)));
        known.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    /// The epoch whose weights are kept, with its validation accuracy: the first of the lowest validation loss, of all epochs; the last where nothing was
    /// held out.
    pub fn kept(&self) -> Option<(usize, Option<f32>)> {
        let known = self.rows.iter().filter_map(|row| Some((row, row.val_loss.filter(|loss| loss.is_finite())?)));
        let lowest = known.reduce(|best, next| if next.1 < best.1 { next } else { best }).map(|(row, _)| row);
        lowest.or(self.rows.last()).map(|row| (row.epoch, row.val_accuracy))
    }

    /// The validation accuracy of the last epoch.
    pub fn last(&self) -> Option<f32> {
        self.rows.last()?.val_accuracy
    }

    /// Epochs trained.
    pub fn epochs(&self) -> usize {
        self.rows.len()
    }

    /// What takes how long.
    pub fn pace(&self) -> Pace<'_> {
        Pace::of(&self.settings, &self.rows)
    }

    /// Megabytes of the weights as float32.
    pub fn megabytes(&self) -> f64 {
        self.parameters as f64 * BYTES / MEGA
    }

    /// The same with what the optimizer keeps for each number that it trains.
    pub fn megabytes_with_optimizer(&self) -> f64 {
        (self.parameters + self.trainable * self.settings.optimizer_states()) as f64 * BYTES / MEGA
    }

    /// What advice can learn from it.
    pub fn tried(&self) -> Option<Tried> {
        Tried::of(&self.settings, &self.rows, self.validation)
    }

    /// What is trained, in a word or two.
    pub fn way(&self) -> String {
        way(&self.settings)
    }
}

/// Weight layers of a network with its head.
pub fn depth(design: &Design, head: HeadKind) -> usize {
    design.depth() + usize::from(matches!(head, HeadKind::Hidden { .. }))
}

/// What is trained, in a word or two: "frozen", "last 3 blocks", "from scratch".
pub fn way(settings: &TrainSettings) -> String {
    let what = settings.way.words();
    match settings.features_at {
        Some(block) => format!("{what}, features of block {block}"),
        None => what,
    }
}

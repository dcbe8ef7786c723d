//! The messages about training more than a head: photos that the engine asks for, the learning-rate finder, previews, likeness.
//!
//! Training begins with [`TeachCommand::Train`](super::TeachCommand::Train) as ever. Where its settings are deep
//! ([`TrainSettings::is_deep`]) the engine asks for the photos it needs with [`TuneEvent::Wanted`], a few at a time; the page answers each with
//! [`TuneCommand::Supply`] or [`TuneCommand::SupplyFailed`]. The engine keeps what it made of them for the next run.

use serde::{Deserialize, Serialize};

use super::Labelled;
use crate::error::Error;
use crate::project::{Augmentation, SampleId, TrainSettings};

/// What the page asks about training deeper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TuneCommand {
    /// A photo that was [`TuneEvent::Wanted`]. Beside it: the `File` or `Blob`. Answer, where it cannot be decoded: [`TuneEvent::LeftOut`].
    Supply {
        /// The run it is for.
        run: u32,
        /// Which photo.
        sample: SampleId,
    },
    /// A photo that was wanted cannot be had: training goes on without it. Answer: [`TuneEvent::LeftOut`].
    SupplyFailed {
        /// The run.
        run: u32,
        /// Which photo.
        sample: SampleId,
        /// Why.
        error: Error,
    },
    /// Try learning rates from tiny to huge, a step each. Answer: [`TuneEvent::Rates`] while it goes, the last with `done`.
    FindRate {
        /// A number for messages, counted with the runs.
        run: u32,
        /// What to train on.
        data: Labelled,
        /// How; the learning rate and the schedule are what is looked for.
        settings: TrainSettings,
    },
    /// Show what augmentation does to a photo. Beside it: the `File` or `Blob`. Answer: [`TuneEvent::Previewed`].
    Preview {
        /// The changes.
        augmentation: Augmentation,
        /// Another number, other changes.
        seed: u32,
        /// Width and height of a tile, pixels.
        side: u32,
    },
    /// Time training steps on the loaded backbone; nothing is kept. Answer: [`Event::Measured`](super::Event::Measured), milliseconds a step.
    Measure {
        /// The first block that is trained; those before it run for every batch.
        trained_from: usize,
        /// Classes of the head.
        classes: usize,
        /// Photos a step.
        batch: usize,
        /// How often to repeat after one warm-up step; the median counts.
        repeats: usize,
    },
    /// How alike are these photos to those that the backbone knows? Answer: [`TuneEvent::Likeness`].
    Likeness {
        /// The photos; all must have been embedded.
        samples: Vec<SampleId>,
    },
}

/// What the engine tells about training deeper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TuneEvent {
    /// The engine needs these photos; more may be wanted once they were answered.
    Wanted {
        /// The run they are for.
        run: u32,
        /// Which.
        samples: Vec<SampleId>,
    },
    /// What has to be done before the first step, or after the last.
    Preparing {
        /// The run.
        run: u32,
        /// What is being done.
        stage: Preparing,
        /// How much of it was done.
        done: usize,
        /// Of how much.
        total: usize,
    },
    /// The run goes on without a photo that it wanted.
    LeftOut {
        /// The run.
        run: u32,
        /// Which photo.
        sample: SampleId,
        /// Why.
        error: Error,
    },
    /// The GPU was lost; the run goes on from the last epoch that was finished.
    Resumed {
        /// The run.
        run: u32,
        /// That epoch; 0: from the beginning.
        epoch: usize,
    },
    /// Losses of the learning-rate finder so far.
    Rates {
        /// The number of the search.
        run: u32,
        /// Learning rate and smoothed loss of each step, the smallest rate first.
        points: Vec<(f32, f32)>,
        /// The rate where the loss falls fastest, once that is known.
        suggested: Option<f32>,
        /// Was that the last step?
        done: bool,
    },
    /// A preview. Beside it: one JPEG, `tiles` squares side by side.
    Previewed {
        /// What was done to the photo in each tile: `photo`, `flip`, `rotation`, …, `all`.
        tiles: Vec<String>,
        /// Width and height of a tile, pixels.
        side: u32,
    },
    /// How alike photos are to those that the backbone knows.
    Likeness {
        /// Mean of the backbone's largest probability, 0–1, background left out.
        confidence: f32,
        /// How many were looked at.
        samples: usize,
    },
}

/// What is done before the first step, or after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preparing {
    /// Photos are decoded.
    Photos,
    /// The frozen blocks' output is computed, once for the whole run.
    Features,
    /// After the last step: the trained network looks at all photos again, so that it can be judged.
    Judging,
}

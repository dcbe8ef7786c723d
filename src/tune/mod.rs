//! Trains networks: the last blocks, everything, or from random weights; with augmentation, schedules and a learning rate for each block.
//!
//! ```text
//! Pixels ─ augment ─→ frozen blocks ──→ activation before block k ──→ trained blocks, head ──→ loss ──→ gradients ──→ step
//!                     └── or from the cache, where nothing changes them ┘                      └ micro-batches add up to a batch
//! ```
//!
//! A [`Tuner`] goes through stages, each in slices of a step or a batch: preparing (the cache, where it pays) → the head alone, if it is to be
//! trained first → epochs of steps and validation. [`RateFinder`] goes the same way as far as the first step, then looks for a learning rate. What
//! a run takes in memory and how it is cut into micro-batches is a [`Plan`], made before anything is computed; the page says the same beforehand.

mod batch;
mod cache;
mod checkpoint;
mod checks;
mod data;
mod finder;
mod measure;
mod optimizer;
mod pixels;
mod stepper;
mod tally;
mod tuner;

pub use crate::architecture::{Caching, Plan};
pub use checkpoint::Checkpoint;
pub use checks::check;
pub use data::{SoftTargets, TuneData};
pub use finder::RateFinder;
pub use measure::measure;
pub use pixels::Pixels;
pub use tuner::Tuner;

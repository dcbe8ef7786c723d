//! How the learning rate goes from step to step.

use serde::{Deserialize, Serialize};

/// A course of the learning rate after the warm-up. [`crate::schedule::Course`] computes it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Schedule {
    /// It stays.
    #[default]
    Constant,
    /// It is multiplied by `factor` every `every` epochs.
    Step {
        /// Epochs between two steps, 1 or more.
        every: usize,
        /// What it is multiplied by, above 0, at most 1.
        factor: f32,
    },
    /// It falls to zero along half a cosine (Loshchilov & Hutter 2017, "SGDR", equation 5, without restarts).
    Cosine,
    /// It grows to its value in the first 30 % of all steps, then falls to almost nothing (Smith & Topin 2018, "Super-convergence").
    OneCycle,
}

//! "None of these": below which familiarity a photo is none of the classes, and what that costs.

use super::{Judge, Validation};
use crate::metrics::{RejectionCost, rejection_cost};

/// Steps of the slider.
pub const STEPS: u16 = 200;
/// Turns nothing away. JSON has no infinity.
const NEVER: f32 = f32::MIN;

/// What the slider goes over: from "never" (step 0) through the familiarities of the held-out photos.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The familiarity of step 1.
    pub low: f32,
    /// The familiarity of the last step.
    pub high: f32,
}

impl Range {
    /// The range for these familiarities, with some room below the least, and around `threshold`. `None` where there are none.
    pub fn of(familiarity: &[f32], threshold: Option<f32>) -> Option<Self> {
        let finite = || familiarity.iter().copied().filter(|value| value.is_finite());
        let (least, most) = (finite().reduce(f32::min)?, finite().reduce(f32::max)?);
        let room = ((most - least) * 0.5).max(least.abs().max(1e-3) * 0.05);
        let at = threshold.filter(|at| at.is_finite() && *at > NEVER);
        Some(Self {
            low: at.map_or(least - room, |at| at.min(least - room)),
            high: at.map_or(most, |at| at.max(most)).max(least - room + f32::EPSILON),
        })
    }

    /// The threshold at a step, 0–[`STEPS`].
    pub fn threshold(self, step: u16) -> f32 {
        match step {
            0 => NEVER,
            step => {
                let share = f32::from(step.min(STEPS) - 1) / f32::from(STEPS - 1);
                // Not low + share · (high − low), which may end a hair beside `high`.
                self.low * (1.0 - share) + self.high * share
            }
        }
    }

    /// The step nearest to a threshold.
    pub fn step(self, threshold: Option<f32>) -> u16 {
        let Some(threshold) = threshold.filter(|at| *at > NEVER) else { return 0 };
        let share = ((threshold - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        (share * f32::from(STEPS - 1)).round() as u16 + 1
    }

    /// Where a familiarity lies in the range, 0–1.
    pub fn share(self, familiarity: f32) -> f64 {
        f64::from((familiarity - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// Does this threshold turn nothing away?
pub fn is_never(threshold: Option<f32>) -> bool {
    threshold.is_none_or(|at| at <= NEVER)
}

impl Judge {
    /// What the threshold costs on the held-out photos.
    pub fn rejection_cost(&self, validation: &Validation) -> RejectionCost {
        let threshold = self.threshold().unwrap_or(NEVER);
        rejection_cost(&validation.familiarity, &validation.labels, validation.classes, threshold)
    }

    /// Does the threshold in use turn nothing away?
    pub fn never_turns_away(&self) -> bool {
        is_never(self.threshold())
    }
}

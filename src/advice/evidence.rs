//! What runs on the very photos showed.

use crate::project::{TrainSettings, Way};
use crate::protocol::EpochRow;

/// So many standard errors apart, two accuracies differ by more than chance (about 95 % of the time).
const STANDARD_ERRORS: f64 = 2.0;

/// What one run came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// What was trained.
    pub way: Way,
    /// Where the features were taken.
    pub features_at: Option<usize>,
    /// Steps so far and validation accuracy (0–1) after each epoch, in order; steps of the head alone are steps, too.
    pub curve: Vec<(u64, f32)>,
    /// Of these, steps of the head alone before the blocks.
    pub head_steps: u64,
    /// Photos that were held out.
    pub held_out: usize,
}

/// The pretrained start does worse than the random one at equal steps (Rosenstein et al. 2005, "To transfer or not to transfer"; Wang et al. 2019,
/// "Characterizing and avoiding negative transfer").
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NegativeTransfer {
    /// The best validation accuracy of a pretrained start within these steps, 0–1.
    pub pretrained: f32,
    /// The same of a random start.
    pub random: f32,
    /// Steps that both were given.
    pub steps: u64,
}

impl Tried {
    /// What a run with these settings and epochs says; `None` where nothing was held out, or no epoch with a count of its steps is there yet.
    pub fn of(settings: &TrainSettings, rows: &[EpochRow], held_out: usize) -> Option<Self> {
        let counted = rows.iter().filter(|row| row.steps > 0);
        let curve: Vec<(u64, f32)> = counted.filter_map(|row| Some((row.steps, row.val_accuracy?))).collect();
        let head = settings.head_epochs();
        let head_steps = rows.iter().rev().find(|row| row.epoch <= head).map_or(0, |row| row.steps);
        let (way, features_at) = (settings.way.clone(), settings.features_at);
        (held_out > 0 && !curve.is_empty()).then_some(Self { way, features_at, curve, head_steps, held_out })
    }

    /// The best validation accuracy of what the way trains, 0–1: epochs of the head alone before the blocks say nothing of the blocks.
    pub fn best(&self) -> Option<f32> {
        self.best_at(|steps| steps > self.head_steps)
    }

    /// The best within so many steps from the start; `None` where no epoch was over by then.
    fn best_within(&self, most: u64) -> Option<f32> {
        self.best_at(|steps| steps <= most)
    }

    fn best_at(&self, counts: impl Fn(u64) -> bool) -> Option<f32> {
        let all = self.curve.iter().filter(|(at, accuracy)| counts(*at) && accuracy.is_finite());
        all.map(|(_, accuracy)| *accuracy).reduce(f32::max)
    }

    fn steps(&self) -> Option<u64> {
        self.curve.last().map(|(steps, _)| *steps)
    }

    fn is_random(&self) -> bool {
        matches!(self.way, Way::Scratch { .. })
    }
}

/// Is `one` better than `other` by more than chance, where each was measured on `held_out` photos? Two proportions: the standard error of their difference is
/// √(2 p (1 − p) / n).
fn is_better(one: f32, other: f32, held_out: usize) -> bool {
    let mean = f64::from(one + other) / 2.0;
    let error = (2.0 * mean * (1.0 - mean) / held_out.max(1) as f64).max(0.0).sqrt();
    f64::from(one - other) > STANDARD_ERRORS * error
}

/// The best pretrained start against the best random one, at equal steps; `None` unless the random one is better by more than chance.
pub fn negative_transfer(tried: &[Tried]) -> Option<NegativeTransfer> {
    let pretrained: Vec<&Tried> = tried.iter().filter(|tried| !tried.is_random()).collect();
    let found = tried.iter().filter(|tried| tried.is_random()).filter_map(|random| {
        // Against every pretrained one at the steps that both had: one that keeps up is enough to clear the weights.
        let pairs = pretrained.iter().filter_map(|pretrained| {
            let steps = pretrained.steps()?.min(random.steps()?);
            let (ours, theirs) = (pretrained.best_within(steps)?, random.best_within(steps)?);
            let held_out = pretrained.held_out.min(random.held_out);
            Some((is_better(theirs, ours, held_out), NegativeTransfer { pretrained: ours, random: theirs, steps }))
        });
        let pairs: Vec<_> = pairs.collect();
        let all_worse = !pairs.is_empty() && pairs.iter().all(|(worse, _)| *worse);
        let best = pairs
            .into_iter()
            .map(|(_, pair)| pair)
            .reduce(|one, other| if other.pretrained > one.pretrained { other } else { one });
        best.filter(|_| all_worse)
    });
    found.reduce(|one, other| if other.random > one.random { other } else { one })
}

/// A run of another way that is better by more than chance than every run of this way; `None` where this way was not tried.
pub fn better_than<'a>(way: &Way, tried: &'a [Tried]) -> Option<&'a Tried> {
    let (these, others): (Vec<&Tried>, Vec<&Tried>) = tried.iter().partition(|tried| is_same(&tried.way, way));
    let best = |all: Vec<&'a Tried>| {
        let known = all.into_iter().filter_map(|tried| Some((tried, tried.best()?)));
        known.reduce(|one, other| if other.1 > one.1 { other } else { one })
    };
    let ((this, ours), (other, theirs)) = (best(these)?, best(others)?);
    is_better(theirs, ours, this.held_out.min(other.held_out)).then_some(other)
}

/// The best accuracies of a pretrained and of a random start, where the random one is worse by more than chance.
pub fn too_little_for_scratch(tried: &[Tried]) -> Option<(f32, f32)> {
    let best = |random: bool| {
        let known = tried.iter().filter(move |tried| tried.is_random() == random);
        known
            .filter_map(|tried| Some((tried.best()?, tried.held_out)))
            .reduce(|one, other| if other.0 > one.0 { other } else { one })
    };
    let ((pretrained, ours), (random, theirs)) = (best(false)?, best(true)?);
    is_better(pretrained, random, ours.min(theirs)).then_some((pretrained, random))
}

/// The same kind of way; how many blocks does not matter.
fn is_same(one: &Way, other: &Way) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

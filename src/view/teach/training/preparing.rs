//! What is done before the first step: how far it is, how fast, and how long it will take.

use crate::protocol::Preparing;
use crate::view::format;

/// Before this, a pace says nothing yet, milliseconds.
const SOON: f64 = 1000.0;

/// How far the preparation of a run is.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The run, or the search for a rate.
    pub run: u32,
    /// What is being done.
    pub stage: Preparing,
    /// How much of it was done.
    pub done: usize,
    /// Of how much.
    pub total: usize,
    /// When this stage was first heard of, and how much had been done then; milliseconds of the page's clock.
    began: (f64, usize),
    /// When it was last heard of.
    now_ms: f64,
}

impl Progress {
    /// Takes in what the engine says; `before` is what was known.
    pub fn next(before: Option<Self>, run: u32, stage: Preparing, (done, total): (usize, usize), now_ms: f64) -> Self {
        let same = before.filter(|before| (before.run, before.stage) == (run, stage) && before.done <= done);
        let began = same.map_or((now_ms, done), |before| before.began);
        Self { run, stage, done, total, began, now_ms }
    }

    /// Share that is done, 0–1.
    pub fn share(&self) -> f64 {
        self.done as f64 / self.total.max(1) as f64
    }

    /// Photos a second; `None` before that can be said.
    pub fn rate(&self) -> Option<f64> {
        let (ms, done) = (self.now_ms - self.began.0, self.done.saturating_sub(self.began.1));
        (ms >= SOON && done > 0).then(|| done as f64 / ms * 1000.0)
    }

    /// "Looking at photos 120 of 500 · 12 photos/s · 32 s left".
    pub fn words(&self) -> String {
        let what = match self.stage {
            Preparing::Photos => "Opening photos",
            Preparing::Features => "Looking at photos",
            Preparing::Judging => "Judging photos",
        };
        let mut words = format!("{what} {} of {}", self.done, self.total);
        if let Some(rate) = self.rate() {
            let left = self.total.saturating_sub(self.done) as f64 / rate;
            words += &format!(" · {} photos/s · {} left", format::rate(rate), format::duration(left));
        }
        words
    }
}

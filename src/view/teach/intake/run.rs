//! A run through the queue: from the first photo that waits until none does.

use std::collections::VecDeque;

/// Answers that the rate is measured over: it follows when another engine joins in.
const WINDOW: usize = 48;
/// Answers after which the rate is worth telling.
const ENOUGH: usize = 4;

/// How a run goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// When it began, milliseconds on the page's clock; pauses move it.
    pub started_ms: f64,
    /// When it ended.
    pub ended_ms: Option<f64>,
    /// When it was paused, while it is.
    paused_ms: Option<f64>,
    /// Photos with an answer.
    pub done: usize,
    /// When the last answers came, the newest last.
    recent_ms: VecDeque<f64>,
}

impl Run {
    /// A run that begins.
    pub fn begin(now_ms: f64) -> Self {
        Self { started_ms: now_ms, ended_ms: None, paused_ms: None, done: 0, recent_ms: VecDeque::new() }
    }

    /// A photo has its answer.
    pub fn one_done(&mut self, now_ms: f64) {
        self.done += 1;
        self.recent_ms.push_back(now_ms);
        if self.recent_ms.len() > WINDOW {
            self.recent_ms.pop_front();
        }
    }

    /// Pauses, or goes on: the time of a pause is none of the run's.
    pub fn pause(&mut self, paused: bool, now_ms: f64) {
        if paused {
            self.paused_ms.get_or_insert(now_ms);
        } else if let Some(paused_ms) = self.paused_ms.take() {
            self.started_ms += now_ms - paused_ms;
            self.recent_ms.clear();
        }
    }

    /// Nothing waits any more.
    pub fn end(&mut self, now_ms: f64) {
        self.pause(false, now_ms);
        self.ended_ms = Some(now_ms);
    }

    /// Seconds that it took, or takes so far.
    pub fn seconds(&self, now_ms: f64) -> f64 {
        (self.ended_ms.or(self.paused_ms).unwrap_or(now_ms) - self.started_ms).max(0.0) / 1000.0
    }

    /// Photos a second: of late while it goes on, of the whole run afterwards. `None` while that is not known.
    pub fn rate(&self) -> Option<f64> {
        if let Some(ended_ms) = self.ended_ms {
            let seconds = (ended_ms - self.started_ms) / 1000.0;
            return (self.done >= ENOUGH && seconds > 0.0).then(|| self.done as f64 / seconds);
        }
        let seconds = (self.recent_ms.back()? - self.recent_ms.front()?) / 1000.0;
        let intervals = self.recent_ms.len() - 1;
        (intervals >= ENOUGH && seconds > 0.0).then(|| intervals as f64 / seconds)
    }

    /// Seconds that `left` photos take at this rate.
    pub fn seconds_left(&self, left: usize) -> Option<f64> {
        self.rate().map(|rate| left as f64 / rate)
    }
}

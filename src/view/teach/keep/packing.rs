//! A `.graft` file being written: photos go to the engine a few at a time, the file comes back in parts.

use std::rc::Rc;

use crate::project::SampleId;

/// Photos that are with the engine at once: enough that it never waits, few enough that memory stays flat.
const WINDOW: usize = 3;

/// How far the file is.
#[derive(Debug, Clone, PartialEq)]
pub struct Packing {
    samples: Rc<[SampleId]>,
    sent: usize,
    /// Photos that are in the file.
    pub done: usize,
    /// The last part is awaited.
    pub ending: bool,
    /// A person stopped it; what the engine still answers is awaited, so that no next file gets it.
    pub stopping: bool,
    /// When it began, milliseconds on the page's clock.
    pub began_ms: f64,
}

/// What is to be sent next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// This photo.
    Photo(SampleId),
    /// The end of the file.
    End,
}

impl Packing {
    /// Begins with these samples.
    pub fn new(samples: Rc<[SampleId]>, now_ms: f64) -> Self {
        Self { samples, sent: 0, done: 0, ending: false, stopping: false, began_ms: now_ms }
    }

    /// Photos in all.
    pub fn total(&self) -> usize {
        self.samples.len()
    }

    /// One photo is in the file, or was left out.
    pub fn photo_done(&mut self) {
        self.done += 1;
    }

    /// Has the engine photos to put in, or the end to write?
    pub fn is_awaited(&self) -> bool {
        self.ending || self.done < self.sent
    }

    /// Is it stopped, and all that was sent answered?
    pub fn has_stopped(&self) -> bool {
        self.stopping && !self.ending && self.done >= self.sent
    }

    /// What is to be sent now.
    pub fn more(&mut self) -> Vec<Next> {
        let mut next = Vec::new();
        if self.stopping {
            return next;
        }
        while self.sent < self.samples.len() && self.sent - self.done.min(self.sent) < WINDOW {
            next.push(Next::Photo(self.samples[self.sent]));
            self.sent += 1;
        }
        if self.done >= self.samples.len() && !std::mem::replace(&mut self.ending, true) {
            next.push(Next::End);
        }
        next
    }
}

/// A file's name made of the project's: without what file systems refuse.
pub fn file_name(project: &str) -> String {
    let kept: String = project
        .chars()
        .map(|letter| if letter.is_control() || "/\\:*?\"<>|".contains(letter) { '-' } else { letter })
        .take(80)
        .collect();
    let name = kept.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
    format!("{}.graft", if name.is_empty() { "project" } else { name })
}

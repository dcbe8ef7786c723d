//! Zip files of photos: one at a time, entry by entry, a few on their way at once.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::project::{Role, SampleId};

use super::FileId;

/// Entries on their way at a time: enough that the engine need not wait for us, few enough that nothing heaps up.
const WINDOW: usize = 4;

/// Crashes of the engine at the same place of a file, after which the file is given up.
const MAX_CRASHES: u8 = 3;

/// A zip file that a person gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// The file, as the runtime knows it.
    pub file: FileId,
    /// Its name.
    pub name: String,
    /// On which side its photos stand, where its folders do not say.
    pub role: Role,
}

/// How far a zip file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The engine is yet to be asked to open it.
    Closed,
    /// It was asked, by a question of this number.
    Opening(u32),
    /// It is open.
    Open,
}

/// The zip file that is being unpacked.
#[derive(Debug, Clone, PartialEq)]
pub struct Unpacking {
    /// The file.
    pub archive: Archive,
    /// How far it is.
    stage: Stage,
    /// Its photos are in the project already.
    known: bool,
    /// Entries to be unpacked, with the samples that they are.
    left: Rc<VecDeque<(usize, SampleId)>>,
    /// Entries on their way.
    flying: Vec<(usize, SampleId)>,
    /// How often the engine stopped at the same place of this file, and how many entries came since it last stopped.
    crashes: u8,
    landed: usize,
}

impl Unpacking {
    /// Begins with a file that is to be opened.
    pub fn begin(archive: Archive) -> Self {
        let (stage, left, flying) = (Stage::Closed, Rc::default(), Vec::new());
        Self { archive, stage, known: false, left, flying, crashes: 0, landed: 0 }
    }

    /// Has the engine something to do with it?
    pub fn is_awaited(&self) -> bool {
        matches!(self.stage, Stage::Opening(_)) || !self.flying.is_empty()
    }

    /// Is the engine yet to be asked to open the file?
    pub fn is_closed(&self) -> bool {
        self.stage == Stage::Closed
    }

    /// The engine is asked to open the file.
    pub fn ask(&mut self, number: u32) {
        self.stage = Stage::Opening(number);
    }

    /// Is the question of this number the one that opens the file?
    pub fn is_asked(&self, number: u32) -> bool {
        self.stage == Stage::Opening(number)
    }

    /// The file was opened: was it so before, so that what is left can go on?
    pub fn opened_again(&mut self) -> bool {
        self.stage = Stage::Open;
        self.known
    }

    /// The file was opened: these entries are wanted, with the samples that they become.
    pub fn opened(&mut self, entries: Vec<(usize, SampleId)>) {
        self.known = true;
        self.left = Rc::new(entries.into());
    }

    /// The next entry to be asked for.
    pub fn next_entry(&mut self) -> Option<usize> {
        if self.stage != Stage::Open || self.flying.len() >= WINDOW || self.left.is_empty() {
            return None;
        }
        let next = Rc::make_mut(&mut self.left).pop_front()?;
        self.flying.push(next);
        Some(next.0)
    }

    /// An entry came, or failed: gives its sample.
    pub fn landed(&mut self, index: usize) -> Option<SampleId> {
        let place = self.flying.iter().position(|(flying, _)| *flying == index)?;
        self.landed += 1;
        Some(self.flying.remove(place).1)
    }

    /// The engine stopped: what was on its way is asked for again once the file is open again. Gives whether that is worth trying: not where it was the
    /// file that stopped the engine, time and again.
    pub fn engine_lost(&mut self) -> bool {
        // What was on its way is asked for first: where more came than that, it has got past the place.
        if std::mem::take(&mut self.landed) >= WINDOW {
            self.crashes = 0;
        }
        self.crashes += u8::from(self.is_awaited());
        self.stage = Stage::Closed;
        let left = Rc::make_mut(&mut self.left);
        self.flying.drain(..).rev().for_each(|entry| left.push_front(entry));
        self.crashes < MAX_CRASHES
    }

    /// Photos that are still to come; `None` before the file was opened.
    pub fn left(&self) -> Option<usize> {
        self.known.then(|| self.left.len() + self.flying.len())
    }

    /// Was everything unpacked?
    pub fn is_over(&self) -> bool {
        self.known && self.left.is_empty() && self.flying.is_empty()
    }
}

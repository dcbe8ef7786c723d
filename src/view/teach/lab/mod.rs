//! The Lab: several runs one after another, then one table and their curves over one another.
//!
//! A run goes through the part [`training`](super::training) like any other, but its head is put aside when it is over: the head in use stays what it was.

pub mod choice;
pub mod kept;
pub mod words;

mod follow;
mod network;
mod reduce;

#[cfg(target_arch = "wasm32")]
mod blocks;
#[cfg(target_arch = "wasm32")]
mod charts;
#[cfg(target_arch = "wasm32")]
mod data;
#[cfg(target_arch = "wasm32")]
mod form;
#[cfg(target_arch = "wasm32")]
mod list;
#[cfg(target_arch = "wasm32")]
pub mod panel;
#[cfg(target_arch = "wasm32")]
mod table;

#[cfg(test)]
mod tests;

use std::rc::Rc;

use crate::error::Error;
use crate::lab::{Entry, Record, Search};
use crate::project::TrainSettings;

pub use choice::Choice;
pub use network::Coming;

/// So many runs the list holds.
pub const MAX_ENTRIES: usize = 60;

/// The state of this part.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lab {
    /// The runs that are to be and those that were, in order.
    pub entries: Vec<Rc<Queued>>,
    /// What the form says.
    pub choice: Choice,
    /// Are runs begun one after another?
    pub on: bool,
    /// The entry that is being run.
    pub current: Option<u32>,
    /// The blocks of the network in which their number is looked for; `None`: it was not.
    pub blocks: Option<usize>,
    /// Is another number of blocks tried when one is over?
    pub searching: bool,
    /// The network that the next run needs and that is on its way.
    pub coming: Option<Coming>,
    /// The network that was in use before the runs; it is again when they are over.
    pub home: Option<String>,
    /// What is in the way, in words.
    pub problem: Option<String>,
    /// What was taken out last: it can be brought back.
    pub removed: Option<Vec<Rc<Queued>>>,
    /// The number of the newest entry ever.
    last_id: u32,
}

/// A run of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// Counts from 1.
    pub id: u32,
    /// What is run.
    pub entry: Entry,
    /// It tries so many trainable blocks.
    pub blocks: Option<usize>,
    /// What came of it.
    pub outcome: Outcome,
    /// What went wrong in it though something came of it: why it ended before its time, photos that were left out.
    pub errors: Rc<[Error]>,
}

/// What came of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Outcome {
    /// Nothing yet.
    #[default]
    Waiting,
    /// This.
    Done(Rc<Record>),
    /// It went wrong.
    Failed(Rc<Error>),
}

/// What a file is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// The table.
    Csv,
    /// The table.
    Markdown,
    /// The curves, and accuracy by blocks where that was looked for.
    Svg,
}

/// What can happen to this part.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A person filled in a field of the form.
    Choose(choice::Field, String),
    /// Put what the form says into the list.
    Add,
    /// Take this one out.
    Remove(u32),
    /// Take all out that are not being run.
    Clear,
    /// Bring back what was taken out last.
    Undo,
    /// Run what waits.
    Run,
    /// Run no more; the run in progress ends with what it has.
    Stop,
    /// Look for the number of blocks to train.
    HowManyBlocks,
    /// Save a file; drawings this wide, pixels.
    Save(File, f64),
}

impl Lab {
    /// The settings of an entry.
    pub fn settings(&self, id: u32) -> Option<&TrainSettings> {
        self.entry(id).map(|queued| &queued.entry.settings)
    }

    /// The name of an entry.
    pub fn name(&self, id: u32) -> Option<String> {
        self.entry(id).map(|queued| queued.entry.name.clone())
    }

    /// What the runs came to, in their order.
    pub fn records(&self) -> Vec<Record> {
        let done = self.entries.iter().filter_map(|queued| match &queued.outcome {
            Outcome::Done(record) => Some(record),
            _ => None,
        });
        done.map(|record| Record::clone(record)).collect()
    }

    /// Entries that wait and are not being run.
    pub fn waiting(&self) -> impl Iterator<Item = &Rc<Queued>> {
        self.entries.iter().filter(|queued| queued.outcome == Outcome::Waiting && Some(queued.id) != self.current)
    }

    /// The search for the number of blocks, as far as it came.
    pub fn search(&self) -> Option<Search> {
        let mut search = Search { is_cut_off: !self.searching, ..Search::new(self.blocks?) };
        for queued in &self.entries {
            if let (Some(blocks), Outcome::Done(record)) = (queued.blocks, &queued.outcome) {
                search.tried.extend(record.best().map(|(_, accuracy)| (blocks, accuracy)));
            }
        }
        Some(search)
    }

    fn entry(&self, id: u32) -> Option<&Rc<Queued>> {
        self.entries.iter().find(|queued| queued.id == id)
    }

    fn entry_mut(&mut self, id: u32) -> Option<&mut Queued> {
        self.entries.iter_mut().find(|queued| queued.id == id).map(Rc::make_mut)
    }

    /// Puts a run at the end of the list.
    fn push(&mut self, entry: Entry, blocks: Option<usize>) {
        self.last_id = self.last_id.saturating_add(1);
        let (id, outcome, errors) = (self.last_id, Outcome::Waiting, Rc::default());
        self.entries.push(Rc::new(Queued { id, entry, blocks, outcome, errors }));
    }
}

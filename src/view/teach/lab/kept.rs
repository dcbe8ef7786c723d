//! What is kept of this part between visits and in a `.graft` file.

use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Lab, MAX_ENTRIES, Outcome, Queued};
use crate::error::Error;
use crate::lab::{Entry, Record};

#[derive(Serialize)]
struct Kept<'a> {
    last_id: u32,
    /// See [`Lab::blocks`].
    blocks: Option<usize>,
    /// See [`Lab::home`].
    home: Option<&'a str>,
    entries: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    id: u32,
    entry: &'a Entry,
    blocks: Option<usize>,
    record: Option<&'a Record>,
    error: Option<&'a Error>,
    /// See [`Queued::errors`].
    errors: &'a [Error],
}

/// Entries are read one by one, so that one that is not understood costs no other.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Read {
    last_id: u32,
    blocks: Option<usize>,
    home: Option<String>,
    entries: Vec<Value>,
}

#[derive(Deserialize)]
struct OneRead {
    id: u32,
    entry: Entry,
    #[serde(default)]
    blocks: Option<usize>,
    #[serde(default)]
    record: Option<Record>,
    #[serde(default)]
    error: Option<Error>,
    #[serde(default)]
    errors: Vec<Error>,
}

impl<'a> One<'a> {
    fn of(queued: &'a Queued) -> Self {
        let (record, error) = match &queued.outcome {
            Outcome::Waiting => (None, None),
            Outcome::Done(record) => (Some(&**record), None),
            Outcome::Failed(error) => (None, Some(&**error)),
        };
        Self { id: queued.id, entry: &queued.entry, blocks: queued.blocks, record, error, errors: &queued.errors }
    }
}

impl Lab {
    /// The list, with what the runs came to. JSON.
    pub fn to_json(&self) -> Value {
        let entries = self.entries.iter().map(|queued| One::of(queued)).collect();
        let kept = Kept { last_id: self.last_id, blocks: self.blocks, home: self.home.as_deref(), entries };
        serde_json::to_value(kept).unwrap_or_default()
    }

    /// Reads [`Lab::to_json`]. What is not understood is left out.
    pub fn from_json(value: &Value) -> Self {
        let read = Read::deserialize(value).unwrap_or_default();
        let mut entries: Vec<Rc<Queued>> =
            read.entries.iter().filter_map(|one| OneRead::deserialize(one).ok()).map(queued).collect();
        entries.sort_by_key(|queued| queued.id);
        entries.dedup_by_key(|queued| queued.id);
        entries.truncate(MAX_ENTRIES);
        let last = entries.last().map_or(0, |queued| queued.id);
        Self { entries, blocks: read.blocks, home: read.home, last_id: read.last_id.max(last), ..Self::default() }
    }
}

fn queued(one: OneRead) -> Rc<Queued> {
    let outcome = match (one.record, one.error) {
        (Some(mut record), _) => {
            record.rows.sort_by_key(|row| row.epoch);
            record.rows.dedup_by_key(|row| row.epoch);
            Outcome::Done(Rc::new(record))
        }
        (None, Some(error)) => Outcome::Failed(Rc::new(error)),
        (None, None) => Outcome::Waiting,
    };
    Rc::new(Queued { id: one.id, entry: one.entry, blocks: one.blocks, outcome, errors: one.errors.into() })
}

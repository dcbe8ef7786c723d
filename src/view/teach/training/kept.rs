//! What is kept of this part between visits and in a `.graft` file.

use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::head::Head;
use super::run::Run;
use super::{MAX_RUNS, Training};

#[derive(Serialize)]
struct Kept<'a> {
    last_number: u32,
    log_loss: bool,
    head: Option<&'a Head>,
    runs: Vec<&'a Run>,
}

/// Runs are read one by one, so that one that is not understood costs no other.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Read {
    last_number: u32,
    log_loss: bool,
    head: Value,
    runs: Vec<Value>,
}

impl Training {
    /// Runs with their curves, and what is known of the head in use. JSON.
    pub fn to_json(&self) -> Value {
        let kept = Kept {
            last_number: self.last_number,
            log_loss: self.log_loss,
            head: self.head.as_deref(),
            runs: self.runs.iter().filter(|run| run.lab.is_none()).map(Rc::as_ref).collect(),
        };
        serde_json::to_value(kept).unwrap_or_default()
    }

    /// Reads [`Training::to_json`]. What is not understood is left out, so that a file of a later version still opens.
    pub fn from_json(value: &Value) -> Self {
        let read = Read::deserialize(value).unwrap_or_default();
        let mut runs: Vec<Run> = read.runs.iter().filter_map(|run| Run::deserialize(run).ok()).collect();
        runs.sort_by_key(|run| run.number);
        runs.dedup_by_key(|run| run.number);
        for run in &mut runs {
            run.rows.sort_by_key(|row| row.epoch);
            run.rows.dedup_by_key(|row| row.epoch);
        }
        let surplus = runs.len().saturating_sub(MAX_RUNS);
        let last = runs.last().map_or(0, |run| run.number);
        Self {
            head: Head::deserialize(&read.head).ok().filter(Head::is_whole).map(Rc::new),
            runs: runs.into_iter().skip(surplus).map(Rc::new).collect(),
            last_number: read.last_number.max(last),
            log_loss: read.log_loss,
            ..Self::default()
        }
    }
}

impl Head {
    /// Do its lists fit one another?
    fn is_whole(&self) -> bool {
        self.classes.len() == self.card.classes.len()
            && self.taught.is_sorted_by_key(|(sample, _)| *sample)
            && self.seen.is_sorted()
    }
}

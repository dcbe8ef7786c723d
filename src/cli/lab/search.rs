//! `search-blocks`: the runs of a search for the number of blocks to train.

use super::journal::Journal;
use super::plan::Planned;
use super::{Train, go};
use crate::cli::say::note;
use crate::error::Result;
use crate::lab::Search;

/// Tries 0, 1, 2, 4, … trainable blocks until validation no longer improves; says whether every run went well. `blocks`: how many the network has.
///
/// Runs that were finished before count with what they came to, so that a search goes on where it was cut off.
///
/// # Errors
/// A file of the journal cannot be written.
pub fn go_through(
    run: &Planned,
    which: &str,
    journal: &mut Journal,
    blocks: &dyn Fn(&Planned) -> Result<usize>,
    train: Train<'_>,
) -> Result<bool> {
    let mut search = match blocks(run) {
        Ok(most) => Search::new(most),
        Err(error) => {
            note!("graft: {which}: {error}");
            return Ok(false);
        }
    };
    let title = format!("{}, seed {}", run.name, run.seed);
    while let Some(blocks) = search.next() {
        let tried = run.with_blocks(blocks);
        let which = format!("{which}, {blocks} trained blocks");
        let Some(record) = go(&tried, &which, journal, train)? else { return Ok(false) };
        let Some((_, accuracy)) = record.best() else {
            note!("graft: {which}: no photo was held out, so that nobody can say which number is best");
            return Ok(false);
        };
        search.tried.push((blocks, accuracy));
        journal.search(&title, &search)?;
    }
    search.outcome().iter().for_each(|outcome| note!("{title}: {outcome}"));
    Ok(true)
}

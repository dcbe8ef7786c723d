//! The Lab: several runs side by side, as one table and as curves over one another.
//!
//! ```text
//! runs ─→ records ─┬─→ table ──→ CSV, Markdown
//!                  └─→ curves ─→ crate::plot ─→ SVG, the page
//! blocks: how many trainable blocks? ─→ the next run, or enough
//! ```
//!
//! Page and terminal fill in [`Record`]s; what becomes of them is the same for both.

pub mod blocks;
pub mod curves;
pub mod entry;
pub mod record;
pub mod table;

mod axes;
mod spread;
#[cfg(test)]
mod tests;

pub use blocks::Search;
pub use entry::Entry;
pub use record::Record;
pub use spread::Spread;
pub use table::Table;

/// The records of each name, in the order in which the names came first: several seeds of one run.
pub fn groups(records: &[Record]) -> Vec<(&str, Vec<&Record>)> {
    let mut groups: Vec<(&str, Vec<&Record>)> = Vec::new();
    for record in records {
        match groups.iter_mut().find(|(name, _)| *name == record.name) {
            Some((_, group)) => group.push(record),
            None => groups.push((&record.name, vec![record])),
        }
    }
    groups
}

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
pub mod pace;
pub mod record;
pub mod table;

mod axes;
mod fingerprint;
mod spread;
#[cfg(test)]
mod tests;

pub use blocks::Search;
pub use entry::Entry;
pub use fingerprint::fingerprint;
pub use pace::Pace;
pub use record::Record;
pub use spread::Spread;
pub use table::Table;

/// Runs of one name and one network, which differ by their seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Group<'a> {
    /// The name; where another network has runs of the same name, with the network's behind it.
    pub name: String,
    /// The runs, in the order they came.
    pub records: Vec<&'a Record>,
}

/// The groups, in the order in which their first runs came.
pub fn groups(records: &[Record]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for record in records {
        let is_of = |group: &&mut Group<'_>| {
            group.records.first().is_some_and(|first| first.name == record.name && first.model == record.model)
        };
        match groups.iter_mut().find(is_of) {
            Some(group) => group.records.push(record),
            None => groups.push(Group { name: record.name.clone(), records: vec![record] }),
        }
    }
    let is_shared = |name: &str| groups.iter().filter(|group| group.name == name).count() > 1;
    let shared: Vec<bool> = groups.iter().map(|group| is_shared(&group.name)).collect();
    for (group, _) in groups.iter_mut().zip(shared).filter(|(_, shared)| *shared) {
        group.name = format!("{}, {}", group.name, group.records[0].model);
    }
    groups
}

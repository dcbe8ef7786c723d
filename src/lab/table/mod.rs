//! Runs as a table: a row a run, and where several share a name a row of their mean.

mod column;
mod headings;
mod rows;
mod words;
mod writing;

use super::Group;
use super::record::Record;

pub use column::Column;
pub use rows::{Cell, Row};

/// The table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The rows, runs of one name together.
    pub rows: Vec<Row>,
}

impl Table {
    /// The table of these runs.
    pub fn of(records: &[Record]) -> Self {
        let mut rows = Vec::new();
        for Group { name, records } in super::groups(records) {
            for record in &records {
                let cells = Column::ALL.map(|column| column.cell(record)).to_vec();
                rows.push(Row { name: name.clone(), mean_of: None, cells });
            }
            if records.len() > 1 {
                let cells = Column::ALL.map(|column| column.mean(&records)).to_vec();
                rows.push(Row { name, mean_of: Some(records.len()), cells });
            }
        }
        Self { rows }
    }
}

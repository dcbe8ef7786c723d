//! What stands in a row: the cells of a run, or the mean of several runs with how far they lie apart.

use super::Column;
use crate::lab::{Record, Spread};

/// What stands in a row's column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing is known.
    Missing,
    /// Words.
    Text(String),
    /// A number, or the mean of several.
    Number(Spread),
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The run's name.
    pub name: String,
    /// Is it a mean, and of how many runs?
    pub mean_of: Option<usize>,
    /// A cell for each of [`Column::ALL`].
    pub cells: Vec<Cell>,
}

impl Column {
    /// Its cell in the row of this run.
    pub(super) fn cell(self, record: &Record) -> Cell {
        let number = self.number(record).filter(|number| number.is_finite());
        match (self.text(record), number) {
            (Some(text), _) => Cell::Text(text),
            (None, Some(mean)) => Cell::Number(Spread { mean, deviation: None }),
            (None, None) => Cell::Missing,
        }
    }

    /// Its cell in the row of these runs' mean.
    pub(super) fn mean(self, records: &[&Record]) -> Cell {
        if self == Self::Seed {
            return Cell::Text(format!("mean of {}", records.len()));
        }
        if let Some(text) = records.first().and_then(|first| self.text(first)) {
            let is_common = records.iter().all(|record| self.text(record).as_ref() == Some(&text));
            return if is_common { Cell::Text(text) } else { Cell::Text("several".to_owned()) };
        }
        let numbers: Option<Vec<f64>> =
            records.iter().map(|record| self.number(record).filter(|number| number.is_finite())).collect();
        numbers.and_then(|numbers| Spread::of(&numbers)).map_or(Cell::Missing, Cell::Number)
    }
}

impl Row {
    /// The number of a column, or the mean there.
    pub fn number(&self, column: Column) -> Option<f64> {
        let place = Column::ALL.iter().position(|each| *each == column)?;
        match self.cells.get(place)? {
            Cell::Number(spread) => Some(spread.mean),
            _ => None,
        }
    }
}

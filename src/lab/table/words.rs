//! Cells as people read them.

use super::{Cell, Column, Row};
use crate::architecture::thousands;
use crate::lab::Spread;

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// A count, digits in groups of three.
    Count,
    /// Two decimals.
    Megabytes,
    /// A fraction 0–1 as a percentage.
    Share,
    /// Three digits that count.
    Time,
}

impl Column {
    fn unit(self) -> Unit {
        match self {
            Self::Size | Self::SizeWithOptimizer => Unit::Megabytes,
            Self::Epoch | Self::Step | Self::Prepared | Self::Total => Unit::Time,
            Self::BestAccuracy | Self::KeptAccuracy | Self::LastAccuracy => Unit::Share,
            _ => Unit::Count,
        }
    }
}

impl Row {
    /// What people read in each column.
    pub fn words(&self) -> Vec<String> {
        Column::ALL.iter().zip(&self.cells).map(|(column, cell)| words(*column, cell)).collect()
    }
}

fn words(column: Column, cell: &Cell) -> String {
    match cell {
        Cell::Missing => "–".to_owned(),
        Cell::Text(text) => text.clone(),
        Cell::Number(spread) => {
            let decimals = decimals(column.unit(), spread);
            let mean = written(column.unit(), spread.mean, decimals);
            match spread.deviation {
                Some(deviation) if deviation > 0.0 => {
                    format!("{mean} ± {}", written(column.unit(), deviation, decimals)) + percent(column)
                }
                _ => mean + percent(column),
            }
        }
    }
}

fn percent(column: Column) -> &'static str {
    if column.unit() == Unit::Share { "\u{a0}%" } else { "" }
}

fn decimals(unit: Unit, spread: &Spread) -> usize {
    match unit {
        // A mean of whole numbers that differ.
        Unit::Count => usize::from(spread.deviation.is_some_and(|deviation| deviation > 0.0)),
        Unit::Megabytes | Unit::Share => 2,
        Unit::Time => match spread.mean {
            mean if mean <= 0.0 => 0,
            mean if mean >= 99.5 => 0,
            mean if mean >= 9.95 => 1,
            mean if mean >= 0.995 => 2,
            mean if mean >= 0.0995 => 3,
            mean if mean >= 0.00995 => 4,
            _ => 5,
        },
    }
}

fn written(unit: Unit, value: f64, decimals: usize) -> String {
    match unit {
        Unit::Count if decimals == 0 => thousands(value.round() as usize),
        Unit::Share => format!("{:.decimals$}", 100.0 * value),
        _ => format!("{value:.decimals$}"),
    }
}

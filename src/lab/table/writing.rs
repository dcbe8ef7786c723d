//! The table as a file: CSV and Markdown.

use super::{Cell, Column, Table};

impl Table {
    /// As RFC 4180 has it. Numbers are plain; accuracies are fractions 0–1. A column that means have a spread in is followed by one for it.
    pub fn to_csv(&self) -> String {
        let has_spread = |place: usize| {
            self.rows.iter().any(|row| matches!(&row.cells[place], Cell::Number(spread) if spread.deviation.is_some_and(|deviation| deviation > 0.0)))
        };
        let spreads: Vec<bool> = (0..Column::ALL.len()).map(has_spread).collect();
        let mut heading = Vec::new();
        for (column, spread) in Column::ALL.iter().zip(&spreads) {
            heading.push(column.key().to_owned());
            heading.extend(spread.then(|| format!("{}_deviation", column.key())));
        }
        let mut text = heading.join(",") + "\r\n";
        for row in &self.rows {
            let mut fields = Vec::new();
            for (cell, spread) in row.cells.iter().zip(&spreads) {
                fields.push(plain(cell));
                fields.extend(spread.then(|| match cell {
                    Cell::Number(spread) => spread.deviation.map(precise).unwrap_or_default(),
                    _ => String::new(),
                }));
            }
            text += &(fields.join(",") + "\r\n");
        }
        text
    }

    /// As GitHub and others show it; means are bold.
    pub fn to_markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(Column::ALL.iter().map(|column| column.heading().to_owned()).collect());
        text += &line(
            Column::ALL.iter().map(|column| if column.is_number() { "---:" } else { "---" }.to_owned()).collect(),
        );
        for row in &self.rows {
            let cells = row.words().into_iter().map(|cell| {
                let cell = cell.replace('\\', "\\\\").replace('|', "\\|").replace(['\r', '\n'], " ");
                if row.mean_of.is_some() && !cell.is_empty() { format!("**{cell}**") } else { cell }
            });
            text += &line(cells.collect());
        }
        text
    }
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Missing => String::new(),
        Cell::Text(text) => field(text),
        Cell::Number(spread) => precise(spread.mean),
    }
}

/// Whole numbers whole, others with as many digits as are worth keeping.
fn precise(value: f64) -> String {
    let rounded = (value * 1e6).round() / 1e6;
    format!("{rounded}")
}

/// A text as a cell: quoted where it must be, and never a formula that a spreadsheet would run.
fn field(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

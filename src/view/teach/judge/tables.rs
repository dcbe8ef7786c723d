//! What is known of held-out photos, as tables to take elsewhere.

use std::collections::HashMap;

use super::{Table, Validation};
use crate::project::{Project, SampleId};
use crate::view::csv::{BOM, harmless, quoted};

/// The name of a table's file.
pub fn file_name(table: Table) -> &'static str {
    match table {
        Table::Confusion => "graft-confusion.csv",
        Table::Classes => "graft-classes.csv",
        Table::Photos => "graft-validation.csv",
    }
}

/// The rows of a table, the heading first. `names` are those of the head's classes.
pub fn rows(table: Table, validation: &Validation, names: &[String], project: &Project) -> Vec<Vec<String>> {
    let name = |class: usize| harmless(names.get(class).map_or("", String::as_str));
    let all = 0..validation.classes;
    let share = |share: f32| format!("{share:.6}");
    match table {
        Table::Confusion => {
            let heading = std::iter::once("true class".to_owned()).chain(all.clone().map(name)).collect();
            let row = |label: usize| {
                let counts = all.clone().map(|said| validation.confusion.count(label, said).to_string());
                std::iter::once(name(label)).chain(counts).collect()
            };
            std::iter::once(heading).chain(all.clone().map(row)).collect()
        }
        Table::Classes => {
            let heading = ["class", "precision", "recall", "f1", "support"].map(str::to_owned).to_vec();
            let row = |(class, report): (usize, &crate::metrics::ClassReport)| {
                let shares = [report.precision, report.recall, report.f1].map(share);
                let mut row = vec![name(class)];
                row.extend(shares);
                row.push(report.support.to_string());
                row
            };
            std::iter::once(heading).chain(validation.reports.iter().enumerate().map(row)).collect()
        }
        Table::Photos => {
            let columns = ["photo", "true class", "said", "probability of true class", "probability of said"];
            let files: HashMap<SampleId, &str> =
                project.samples.iter().map(|sample| (sample.id, sample.name.as_str())).collect();
            let row = |place: &usize| {
                let pair = validation.pair(*place);
                let file = files.get(&pair.sample).copied().unwrap_or("(removed)");
                vec![harmless(file), name(pair.label), name(pair.said), share(pair.of_label), share(pair.of_said)]
            };
            let heading = columns.map(str::to_owned).to_vec();
            std::iter::once(heading).chain(validation.worst.iter().map(row)).collect()
        }
    }
}

/// As RFC 4180 has it, after the [`BOM`]: comma, CRLF, quotes where needed.
pub fn comma_separated(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| row.iter().map(|field| quoted(field)).collect::<Vec<_>>().join(",") + "\r\n";
    std::iter::once(BOM.to_owned()).chain(rows.iter().map(line)).collect()
}

/// For the clipboard: tab and line feed, which therefore cannot stand in a field.
pub fn tab_separated(rows: &[Vec<String>]) -> String {
    let field = |field: &String| field.replace(['\t', '\r', '\n'], " ");
    let line = |row: &Vec<String>| row.iter().map(field).collect::<Vec<_>>().join("\t") + "\n";
    rows.iter().map(line).collect()
}

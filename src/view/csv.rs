//! The results as a table: CSV to download, tab-separated text to paste into a spreadsheet.

use super::format;
use super::photos::{Photo, PhotoState};

const COLUMNS: [&str; 9] = ["photo", "rank", "index", "id", "label", "probability", "backbone", "device", "ms"];

/// What a CSV file begins with: without it, Excel takes UTF-8 for the system's old alphabet and breaks every umlaut.
pub const BOM: &str = "\u{feff}";

/// The table as RFC 4180 has it, after the [`BOM`]: comma, CRLF, quotes where needed.
pub fn comma_separated<'a>(photos: impl IntoIterator<Item = &'a Photo>) -> String {
    let lines = lines(photos).map(|fields| fields.map(|field| quoted(&field)).join(",") + "\r\n");
    std::iter::once(BOM.to_owned()).chain(lines).collect()
}

/// The table for the clipboard: tab and line feed, which therefore cannot stand in a field.
pub fn tab_separated<'a>(photos: impl IntoIterator<Item = &'a Photo>) -> String {
    lines(photos).map(|fields| fields.map(|field| field.replace(['\t', '\r', '\n'], " ")).join("\t") + "\n").collect()
}

/// Any table as RFC 4180 has it, after the [`BOM`].
pub fn comma_table<const N: usize>(rows: &[[String; N]]) -> String {
    let line = |row: &[String; N]| row.each_ref().map(|field| quoted(&harmless(field))).join(",") + "\r\n";
    std::iter::once(BOM.to_owned()).chain(rows.iter().map(line)).collect()
}

/// Any table for the clipboard.
pub fn tab_table<const N: usize>(rows: &[[String; N]]) -> String {
    let line = |row: &[String; N]| {
        row.each_ref().map(|field| harmless(field).replace(['\t', '\r', '\n'], " ")).join("\t") + "\n"
    };
    rows.iter().map(line).collect()
}

/// The heading and one line a class of each photo that was classified.
fn lines<'a>(photos: impl IntoIterator<Item = &'a Photo>) -> impl Iterator<Item = [String; 9]> {
    let results = photos.into_iter().filter(|photo| photo.state == PhotoState::Done);
    let rows = results.filter_map(|photo| photo.prediction.as_deref().map(|prediction| (photo, prediction))).flat_map(
        |(photo, found)| {
            found.top.iter().enumerate().map(move |(place, item)| {
                [
                    harmless(&photo.name),
                    (place + 1).to_string(),
                    item.index.to_string(),
                    harmless(item.id.as_deref().unwrap_or_default()),
                    harmless(&item.label),
                    format!("{:.6}", item.probability),
                    harmless(&found.backbone),
                    format::device_word(found.device).to_owned(),
                    format!("{:.1}", found.decode_ms + found.network_ms),
                ]
            })
        },
    );
    std::iter::once(COLUMNS.map(str::to_owned)).chain(rows)
}

/// A spreadsheet runs a cell that begins like a formula, and a file can have any name: an apostrophe makes it text.
pub(super) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

pub(super) fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

//! What is written of the runs, after every one of them.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::plan::Planned;
use crate::cli::engine::{io, read};
use crate::cli::say::note;
use crate::error::{Error, ErrorKind, Result};
use crate::lab::{Record, Search, Table, curves};
use crate::plot::{Lines, Scene};
use crate::protocol::EpochRow;

/// Width of the curves, pixels.
const WIDTH: f64 = 900.0;
/// Around a chart, pixels.
const GAP: f64 = 16.0;

/// A run that is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// What it was called with: a run that is called with something else now is another.
    pub command: String,
    /// What it came to.
    pub record: Record,
}

/// A line of epochs.jsonl.
#[derive(Debug, Serialize)]
struct Line<'a> {
    run: &'a str,
    seed: u32,
    #[serde(flatten)]
    row: &'a EpochRow,
}

/// The folder, and what is in it.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    kept: Vec<Kept>,
    /// Searches for the number of blocks to train, by their titles.
    searches: Vec<(String, Search)>,
    /// epochs.jsonl.
    epochs: File,
}

impl Journal {
    /// Opens a folder, which is made where it is not there. Of earlier runs those that were finished are kept.
    ///
    /// # Errors
    /// It cannot be read or written; its records.json is no such file.
    pub fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|error| io(folder, "a folder to write to", &error))?;
        let records = folder.join("records.json");
        let kept: Vec<Kept> = if records.exists() {
            serde_json::from_slice(&read(&records)?).map_err(|error| {
                let cure = "Take it away, and all runs are run again; or give another folder.";
                Error::new(ErrorKind::Io, records.display().to_string(), "records of the Lab", error.to_string(), cure)
            })?
        } else {
            Vec::new()
        };
        let path = folder.join("epochs.jsonl");
        // Lines of a run that was not finished go: it is run again from the start.
        let lines = kept.iter().flat_map(|kept| {
            kept.record.rows.iter().map(|row| line(&kept.record.name, kept.record.settings.seed, row))
        });
        write(&path, &lines.collect::<String>())?;
        let epochs =
            OpenOptions::new().append(true).open(&path).map_err(|error| io(&path, "a file to write to", &error))?;
        Ok(Self { folder: folder.to_owned(), kept, searches: Vec::new(), epochs })
    }

    /// What this very run came to, if it was finished before.
    pub fn record_of(&self, run: &Planned) -> Option<&Record> {
        let command = run.command();
        self.kept.iter().find(|kept| is_of(kept, run) && kept.command == command).map(|kept| &kept.record)
    }

    /// A run begins: what was kept of another of its name and seed goes.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn begin(&mut self, run: &Planned) -> Result<()> {
        if self.kept.iter().any(|kept| is_of(kept, run)) {
            note!("“{}”, seed {}, was run in another way before; that is replaced.", run.name, run.seed);
            self.kept.retain(|kept| !is_of(kept, run));
            self.write()?;
            let searches = std::mem::take(&mut self.searches);
            *self = Self { searches, ..Self::open(&self.folder)? };
        }
        Ok(())
    }

    /// An epoch is over.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn epoch(&mut self, run: &Planned, row: &EpochRow) -> Result<()> {
        let line = line(&run.name, run.seed, row);
        self.epochs
            .write_all(line.as_bytes())
            .map_err(|error| io(&self.folder.join("epochs.jsonl"), "a file to write to", &error))
    }

    /// A run is over: everything is written anew.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn keep(&mut self, kept: Kept) -> Result<()> {
        self.kept.push(kept);
        self.write()
    }

    /// A search is so far: blocks.svg is written anew.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn search(&mut self, title: &str, search: &Search) -> Result<()> {
        self.searches.retain(|(other, _)| other != title);
        self.searches.push((title.to_owned(), search.clone()));
        let charts = self.searches.iter().filter_map(|(title, search)| {
            let chart = search.chart(WIDTH)?;
            Some(Lines { title: format!("{title}: {}", chart.title), ..chart }.scene().padded(GAP))
        });
        write(&self.folder.join("blocks.svg"), &Scene::stacked(charts, 0.0).to_svg())
    }

    /// The table, and the commands that made it.
    pub fn markdown(&self) -> String {
        let commands: String = self.kept.iter().map(|kept| format!("{}\n", kept.command)).collect();
        format!("{}\n```\n{commands}```\n", Table::of(&self.records()).to_markdown())
    }

    /// What the runs came to.
    pub fn records(&self) -> Vec<Record> {
        self.kept.iter().map(|kept| kept.record.clone()).collect()
    }

    fn write(&self) -> Result<()> {
        let records = self.records();
        let json = serde_json::to_string_pretty(&self.kept).unwrap_or_default(); // plain data: cannot fail
        write(&self.folder.join("records.json"), &json)?;
        write(&self.folder.join("table.csv"), &Table::of(&records).to_csv())?;
        write(&self.folder.join("table.md"), &self.markdown())?;
        let curves = curves::scene(&records, WIDTH).map(|scene| scene.to_svg());
        curves.map_or(Ok(()), |svg| write(&self.folder.join("curves.svg"), &svg))
    }
}

fn is_of(kept: &Kept, run: &Planned) -> bool {
    kept.record.name == run.name && kept.record.settings.seed == run.seed
}

fn line(run: &str, seed: u32, row: &EpochRow) -> String {
    serde_json::to_string(&Line { run, seed, row }).unwrap_or_default() + "\n" // plain data: cannot fail
}

/// Writes a file whole or not at all: what is there already stays until the new one is complete.
fn write(path: &Path, text: &str) -> Result<()> {
    let part = path.with_extension("part");
    let written = fs::write(&part, text).and_then(|()| fs::rename(&part, path));
    written.map_err(|error| io(path, "a file to write to", &error))
}

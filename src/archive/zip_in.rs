//! A person's zip file of a folder of folders of photos.

use std::io::{Read, Seek};

use super::limits::MAX_TOTAL;
use super::names;
use super::open::{Archive, no_such_entry};
use super::trouble::too_much;
use crate::error::Result;
use crate::protocol::{Skipped, ZipEntry};

/// An open zip file. Only its directory is in memory; photos are taken out one at a time.
#[derive(Debug)]
pub struct ZipPhotos<R> {
    archive: Archive<R>,
    entries: Vec<ZipEntry>,
    skipped: Vec<Skipped>,
}

impl<R: Read + Seek> ZipPhotos<R> {
    /// Reads the directory, and tells what may be photos from what is to be left out.
    ///
    /// # Errors
    /// `Archive`: the file is no zip file, is cut short or damaged, or claims to hold more than [the limits](super::limits). The
    /// subject is "the zip file"; callers that know its name put it in with [`about`](crate::error::Error::about).
    pub fn open(reader: R) -> Result<Self> {
        let archive = Archive::open(reader)?;
        let mut skipped = archive.oddities();
        let mut entries = Vec::new();
        for file in archive.files() {
            match file.and_then(photos_only) {
                Ok(entry) => entries.push(entry),
                Err(left_out) => skipped.push(left_out),
            }
        }
        let total = entries.iter().fold(0, |sum: u64, entry| sum.saturating_add(entry.bytes));
        if total > MAX_TOTAL {
            let expected = format!("at most {} GB of photos when unpacked", MAX_TOTAL >> 30);
            return Err(too_much(expected, format!("{} GB", total >> 30)));
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        skipped.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { archive, entries, skipped })
    }

    /// What may be photos, in the order of their paths.
    pub fn entries(&self) -> &[ZipEntry] {
        &self.entries
    }

    /// What is left out and why, in the order of their paths.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// The bytes of the file at [`ZipEntry::index`].
    ///
    /// # Errors
    /// `Archive`: it is damaged or not one of [`ZipPhotos::entries`]; `Io`: the zip file is gone.
    pub fn take(&mut self, index: usize) -> Result<Vec<u8>> {
        if !self.entries.iter().any(|entry| entry.index == index) {
            return Err(no_such_entry(index));
        }
        self.archive.take(index)
    }
}

fn photos_only(entry: ZipEntry) -> std::result::Result<ZipEntry, Skipped> {
    match names::may_be_photo(&entry.path) {
        Ok(()) => Ok(entry),
        Err(reason) => Err(Skipped { path: entry.path, reason: reason.to_owned() }),
    }
}

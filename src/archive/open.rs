//! A zip file with its directory read: what its entries are called, and which can be taken out.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};

use super::directory::{self, Entry};
use super::trouble::io;
use super::{names, unpack};
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::{Skipped, ZipEntry};

/// A zip file's reader and directory.
#[derive(Debug)]
pub(super) struct Archive<R> {
    reader: R,
    /// Bytes of the zip file.
    length: u64,
    entries: Vec<Entry>,
    /// The last entry of each name.
    by_name: HashMap<String, usize>,
    /// Entries that cannot be told apart or must not be trusted, and why.
    unusable: HashMap<usize, &'static str>,
}

impl<R: Read + Seek> Archive<R> {
    /// Reads the directory.
    ///
    /// # Errors
    /// As [`directory::read`].
    pub(super) fn open(mut reader: R) -> Result<Self> {
        let entries = directory::read(&mut reader)?;
        let length = reader.seek(SeekFrom::End(0)).map_err(io)?;
        let mut unusable = overlaps(&entries);
        let mut by_name = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            if let Some(former) = by_name.insert(entry.name.clone(), index) {
                unusable.insert(former, "a later file in the zip file has the same name, and takes its place");
            }
        }
        Ok(Self { reader, length, entries, by_name, unusable })
    }

    /// Every file that can be told apart: as an entry whose path is clean and that can be taken out, or its name and why not.
    pub(super) fn files(&self) -> impl Iterator<Item = std::result::Result<ZipEntry, Skipped>> {
        let indices = (0..self.entries.len()).filter(|index| !self.unusable.contains_key(index));
        indices
            .filter(|&index| !self.entries[index].name.ends_with('/'))
            .map(|index| self.file(index).map_err(|reason| Skipped { path: self.entries[index].name.clone(), reason }))
    }

    /// The file of exactly this name, or why it cannot be taken out; `None` where there is none.
    pub(super) fn find(&self, name: &str) -> Option<std::result::Result<ZipEntry, String>> {
        self.by_name.get(name).map(|&index| match self.unusable.get(&index) {
            Some(reason) => Err((*reason).to_owned()),
            None => self.file(index),
        })
    }

    fn file(&self, index: usize) -> std::result::Result<ZipEntry, String> {
        let entry = &self.entries[index];
        let path = names::clean(&entry.name)?;
        unpack::check(entry, self.length)?;
        Ok(ZipEntry { index, path, bytes: entry.bytes })
    }

    /// The bytes of an entry that [`Archive::files`] or [`Archive::find`] gave.
    ///
    /// # Errors
    /// As [`unpack::unpack`].
    pub(super) fn take(&mut self, index: usize) -> Result<Vec<u8>> {
        let entry = self.entries.get(index).ok_or_else(|| no_such_entry(index))?;
        unpack::unpack(&mut self.reader, entry)
    }

    /// What must not be trusted, and folders in which there is nothing (a class without photos, perhaps).
    pub(super) fn oddities(&self) -> Vec<Skipped> {
        let mut names: Vec<&str> = self.entries.iter().map(|entry| entry.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        // In the order of the names, what lies in a folder comes right after it.
        let is_empty = |(place, name): &(usize, &&str)| {
            name.ends_with('/') && !names.get(place + 1).is_some_and(|next| next.starts_with(**name))
        };
        let folders = names.iter().enumerate().filter(is_empty);
        let folders = folders.map(|(_, name)| Skipped { path: (*name).to_owned(), reason: "an empty folder".into() });
        let files = self.unusable.iter().filter(|(index, _)| !self.entries[**index].name.ends_with('/'));
        let files = files
            .map(|(index, reason)| Skipped { path: self.entries[*index].name.clone(), reason: (*reason).to_owned() });
        files.chain(folders).collect()
    }
}

/// A local header, the least that lies between two entries, bytes.
const BETWEEN: u64 = 30;

/// Entries whose data begin inside another's: the better zip bombs are made so (Fifield 2019, "A better zip bomb").
fn overlaps(entries: &[Entry]) -> HashMap<usize, &'static str> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|&index| entries[index].start);
    let mut found = HashMap::new();
    let mut end = 0;
    for index in order {
        let entry = &entries[index];
        if entry.start < end {
            found.insert(index, "it shares its bytes with another file, as only a zip bomb does");
        }
        end = end.max(entry.start.saturating_add(BETWEEN).saturating_add(entry.packed));
    }
    found
}

/// The error for a number that is none of the files that can be taken out.
pub(super) fn no_such_entry(index: usize) -> Error {
    let cure = "Open the zip file again.";
    Error::new(ErrorKind::Archive, "the zip file", "the number of a file in it", index.to_string(), cure)
}

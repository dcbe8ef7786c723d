//! A zip file's directory, which stands at its end: every entry's name, size and place (APPNOTE.TXT 6.3.10, sections 4.3 to 4.5).
//!
//! The `zip` crate unpacks entries (`unpack.rs`), but the directory is read here: that crate merges entries of one name, searches the whole file
//! for an end that is missing, and believes any number of entries before it reads the first.

use std::io::{Read, Seek, SeekFrom};

use super::limits::{MAX_DIRECTORY, MAX_ENTRIES};
use super::names;
use super::trouble::{broken, foreign, io, too_much};
use crate::error::Result;

/// One entry as the directory claims it to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The name as text, as it stands there: not yet to be trusted.
    pub name: String,
    /// Bit 0: encrypted.
    pub flags: u16,
    /// 0: stored; 8: deflated.
    pub method: u16,
    /// Of the unpacked bytes.
    pub crc: u32,
    /// Bytes in the zip file.
    pub packed: u64,
    /// Bytes unpacked.
    pub bytes: u64,
    /// Where its local header begins, from the beginning of the file.
    pub start: u64,
    /// Is it a link to another file, as Unix knows them?
    pub link: bool,
}

/// The end record without its comment, bytes.
const END: usize = 22;
/// The zip64 locator, which stands before it, and the record that it points to, bytes.
const LOCATOR: u64 = 20;
const END64: usize = 56;
/// One entry of the directory without its name and fields, bytes.
const HEADER: usize = 46;
/// The extra field with sizes beyond 32 bits.
const ZIP64: u16 = 1;

/// Reads the directory: one read for the end, one for the list.
///
/// # Errors
/// `Archive`: the file is no zip file, is cut short or damaged, or claims more than the limits.
pub(super) fn read(reader: &mut (impl Read + Seek)) -> Result<Vec<Entry>> {
    let length = reader.seek(SeekFrom::End(0)).map_err(io)?;
    let tail_start = length.saturating_sub(END as u64 + u64::from(u16::MAX) + LOCATOR + END64 as u64);
    let tail = read_at(reader, tail_start, length - tail_start)?;
    let Some(at) = find_end(&tail) else { return Err(not_a_zip(reader, length)) };
    let end = End::new(&tail, at, tail_start).ok_or_else(|| broken("an end record that makes no sense"))?;

    if end.count > MAX_ENTRIES {
        return Err(too_much(format!("at most {MAX_ENTRIES} files"), format!("{} files", end.count)));
    }
    if end.size > MAX_DIRECTORY {
        return Err(too_much(
            format!("a list of files of at most {MAX_DIRECTORY} bytes"),
            format!("{} bytes", end.size),
        ));
    }
    // Programs may stand before the zip file in the same file (self-extracting archives): then every place in it is off by `shift`.
    let start = end.position.checked_sub(end.size).ok_or_else(cut_short)?;
    let shift = start.checked_sub(end.offset).ok_or_else(cut_short)?;
    let list = read_at(reader, start, end.size)?;
    let mut rest = &list[..];
    let mut entries = Vec::new();
    for _ in 0..end.count {
        let (mut entry, after) = entry(rest).ok_or_else(|| broken("a list of files that is damaged"))?;
        entry.start = entry.start.checked_add(shift).ok_or_else(|| broken("a list of files that is damaged"))?;
        entries.push(entry);
        rest = after;
    }
    Ok(entries)
}

/// `count` bytes from `at`; they must be there.
pub(super) fn read_at(reader: &mut (impl Read + Seek), at: u64, count: u64) -> Result<Vec<u8>> {
    let count = usize::try_from(count).map_err(|_| cut_short())?;
    reader.seek(SeekFrom::Start(at)).map_err(io)?;
    let mut bytes = vec![0; count];
    reader.read_exact(&mut bytes).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => cut_short(),
        _ => io(error),
    })?;
    Ok(bytes)
}

fn cut_short() -> crate::error::Error {
    broken("one that is cut short or damaged: its parts are not where it says")
}

/// Where the end record begins: the last place that bears its mark and has room for the comment that it claims.
fn find_end(tail: &[u8]) -> Option<usize> {
    (0..=tail.len().checked_sub(END)?).rev().find(|&at| {
        tail[at..].starts_with(b"PK\x05\x06")
            && u16_at(tail, at + 20).is_some_and(|comment| at + END + usize::from(comment) <= tail.len())
    })
}

/// What the end record says, the 64-bit one where there is one.
#[derive(Debug, Clone, Copy)]
struct End {
    count: u64,
    size: u64,
    offset: u64,
    /// Where the directory ends, from the beginning of the file.
    position: u64,
}

impl End {
    /// `at`: where the record begins in `tail`, which itself begins at `tail_start` in the file.
    fn new(tail: &[u8], at: usize, tail_start: u64) -> Option<Self> {
        let position = tail_start + at as u64;
        let end = Self {
            count: u16_at(tail, at + 10)?.into(),
            size: u32_at(tail, at + 12)?.into(),
            offset: u32_at(tail, at + 16)?.into(),
            position,
        };
        let locator = at.checked_sub(usize::try_from(LOCATOR).ok()?);
        let Some(locator) = locator.filter(|&locator| tail[locator..].starts_with(b"PK\x06\x07")) else {
            return Some(end);
        };
        // The record stands right before its locator; what the locator says is off where a program stands before the zip file.
        let said = u64_at(tail, locator + 8).and_then(|place| usize::try_from(place.checked_sub(tail_start)?).ok());
        let record = said
            .into_iter()
            .chain(locator.checked_sub(END64))
            .find(|&place| tail.get(place..).is_some_and(|rest| rest.starts_with(b"PK\x06\x06")))?;
        Some(Self {
            count: u64_at(tail, record + 32)?,
            size: u64_at(tail, record + 40)?,
            offset: u64_at(tail, record + 48)?,
            position: tail_start + record as u64,
        })
    }
}

/// The first entry of `list`, and what follows it; `None` where it is damaged.
fn entry(list: &[u8]) -> Option<(Entry, &[u8])> {
    if !list.starts_with(b"PK\x01\x02") || list.len() < HEADER {
        return None;
    }
    let length = |at| u16_at(list, at).map(usize::from);
    let name_end = HEADER + length(28)?;
    let extra_end = name_end + length(30)?;
    let end = extra_end + length(32)?;
    let (name, extra) = (list.get(HEADER..name_end)?, list.get(name_end..extra_end)?);
    let flags = u16_at(list, 8)?;
    let mut wide = names::extra_field(extra, ZIP64).unwrap_or_default();
    // The 64-bit field holds those of the three, in this order, that do not fit 32 bits.
    let mut widen = |value: u32| -> Option<u64> {
        if value != u32::MAX {
            return Some(value.into());
        }
        let (number, rest) = wide.split_first_chunk::<8>()?;
        wide = rest;
        Some(u64::from_le_bytes(*number))
    };
    let bytes = widen(u32_at(list, 24)?)?;
    let packed = widen(u32_at(list, 20)?)?;
    let start = widen(u32_at(list, 42)?)?;
    // Made by Unix (3) or macOS (19): the upper half of the attributes is the file's mode, of which 0o120000 says "link".
    let unix = matches!(u16_at(list, 4)? >> 8, 3 | 19);
    let link = unix && (u32_at(list, 38)? >> 16) & 0o170_000 == 0o120_000;
    let name = names::decode(name, flags, extra);
    let entry = Entry { name, flags, method: u16_at(list, 10)?, crc: u32_at(list, 16)?, packed, bytes, start, link };
    Some((entry, list.get(end..)?))
}

/// What a file is that has no end record.
fn not_a_zip(reader: &mut (impl Read + Seek), length: u64) -> crate::error::Error {
    match read_at(reader, 0, length.min(1024)) {
        Ok(head) if head.starts_with(b"PK") => broken(format!("one that ends early, after {length} bytes")),
        Ok(head) => foreign(crate::photo::seems(&head)),
        Err(error) => error,
    }
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|word| u16::from_le_bytes(*word))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|word| u32::from_le_bytes(*word))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|word| u64::from_le_bytes(*word))
}

//! Takes one entry out of a zip file, believing nothing that its headers say.

use std::io::{Cursor, Read, Seek};

use super::directory::{Entry, read_at, u16_at};
use super::limits::{MAX_ENTRY, MAX_RATIO, RATIO_FROM};
use super::trouble::broken;
use crate::error::{Error, ErrorKind, Result};

/// A local header without its name and extra field, bytes.
const LOCAL: usize = 30;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const ENCRYPTED: u16 = 1;
/// The deepest that deflate can pack: 258 bytes in two bits. What claims more is lying.
const DEFLATE_LIMIT: u64 = 1032;
/// What deflate may add to a file that it cannot pack, beside an eighth: generous, bytes.
const DEFLATE_SLACK: u64 = 64 << 10;

/// Whether the entry can be taken out at all, by what the directory says of it; `file` is the zip file's length.
///
/// # Errors
/// Why not, in plain words.
pub(super) fn check(entry: &Entry, file: u64) -> std::result::Result<(), String> {
    if entry.flags & ENCRYPTED != 0 {
        return Err("it is encrypted: unpack the zip file with its password, and add the folder".into());
    }
    if entry.link {
        return Err("it is a link to another file, not a file".into());
    }
    if !matches!(entry.method, STORED | DEFLATED) {
        return Err(format!("it is packed in a way that is not supported here (method {})", entry.method));
    }
    if entry.bytes == 0 {
        return Err("it is empty (0 bytes)".into());
    }
    if entry.bytes > MAX_ENTRY {
        return Err(format!("it is {} MB when unpacked; at most {} MB are taken", entry.bytes >> 20, MAX_ENTRY >> 20));
    }
    let outside = entry.start.checked_add(entry.packed).is_none_or(|end| end > file);
    // Deflate makes nothing much longer: what claims so would only fill the memory.
    let swollen = entry.packed > entry.bytes + entry.bytes / 8 + DEFLATE_SLACK;
    if outside || swollen || (entry.method == STORED && entry.packed != entry.bytes) {
        return Err("the zip file is damaged there: its size or place makes no sense".into());
    }
    let ratio = entry.bytes / entry.packed.max(1);
    if (entry.bytes >= RATIO_FROM && ratio > MAX_RATIO) || ratio > DEFLATE_LIMIT {
        return Err(format!("it unpacks to {ratio} times its size, as only a zip bomb does"));
    }
    Ok(())
}

/// The entry's bytes. It must have passed [`check`].
///
/// # Errors
/// `Archive`: it is damaged (the checksum says so, too), or is not as long as the directory said.
pub(super) fn unpack(reader: &mut (impl Read + Seek), entry: &Entry) -> Result<Vec<u8>> {
    let damaged = |found: String| {
        let cure = "Make the zip file anew; its other files are taken out all the same.";
        Error::new(ErrorKind::Archive, entry.name.clone(), "a file that is whole in its zip file", found, cure)
    };
    let local = read_at(reader, entry.start, LOCAL as u64)?;
    let lengths = u16_at(&local, 26).zip(u16_at(&local, 28)).filter(|_| local.starts_with(b"PK\x03\x04"));
    let (name, extra) =
        lengths.ok_or_else(|| broken("one that is cut short or damaged: its parts are not where it says"))?;
    let packed = read_at(reader, entry.start + LOCAL as u64 + u64::from(name) + u64::from(extra), entry.packed)?;

    // The crate reads an entry from a stream: its local header, then its data. Ours says what the directory said.
    let mut stream = Cursor::new(header(entry)).chain(&packed[..]);
    let file = zip::read::read_zipfile_from_stream(&mut stream).map_err(|error| damaged(error.to_string()))?;
    let Some(file) = file else { return Err(damaged("nothing".into())) };
    let mut bytes = Vec::new();
    // One byte more than there should be tells that there is more; at the right length the checksum is compared.
    file.take(entry.bytes + 1).read_to_end(&mut bytes).map_err(|error| damaged(format!("damaged data ({error})")))?;
    if bytes.len() as u64 != entry.bytes {
        let found = if bytes.len() as u64 > entry.bytes { "more".to_owned() } else { format!("{} bytes", bytes.len()) };
        return Err(damaged(format!("{found} where the zip file promised {} bytes", entry.bytes)));
    }
    Ok(bytes)
}

/// A local header without name (APPNOTE.TXT, 4.3.7).
fn header(entry: &Entry) -> Vec<u8> {
    // Both sizes passed `check`: far below 4 GB; 0 would be an empty entry, which then fails its checks.
    let size = |bytes: u64| u32::try_from(bytes).unwrap_or(0).to_le_bytes();
    let mut header = b"PK\x03\x04\x14\0\0\0".to_vec(); // version 2.0, no flags
    header.extend(entry.method.to_le_bytes());
    header.extend([0, 0, 0x21, 0]); // midnight of 1 January 1980
    header.extend(entry.crc.to_le_bytes());
    header.extend(size(entry.packed));
    header.extend(size(entry.bytes));
    header.extend([0; 4]); // no name, no extra field
    header
}

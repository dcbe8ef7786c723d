//! FlatBuffers, the container of TFLite files: tables of optional fields, linked by offsets. Only reading, every access checked.
//!
//! Layout after <https://flatbuffers.dev/internals/>, all numbers little-endian:
//! - the file begins with a u32 offset to the root table, then four bytes that identify the schema;
//! - a table begins with an i32: how far *before* it its vtable lies;
//! - a vtable is u16s: its own length in bytes, the table's length, then for each field its place in the table (0: absent);
//! - a field that is a table, vector or string holds a u32: how far *after* the field that lies;
//! - a vector begins with a u32, its number of elements; a vector of tables holds such offsets.
//!
//! Nothing is read ahead or copied: a hostile file can name the same bytes a thousand times without costing memory.

use crate::error::{Error, ErrorKind, Result};

/// A table in a file's bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table<'a> {
    file: &'a [u8],
    /// Where the table begins.
    at: usize,
}

/// A vector of numbers of `N` bytes each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers<'a, const N: usize>(&'a [[u8; N]]);

/// A vector of tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tables<'a> {
    file: &'a [u8],
    /// Where the first offset lies.
    at: usize,
    len: usize,
}

impl<'a> Table<'a> {
    /// The root table of a file whose schema is `identifier`.
    pub(super) fn root(file: &'a [u8], identifier: &[u8; 4]) -> Result<Self> {
        if file.get(4..8) != Some(identifier) {
            let mark = String::from_utf8_lossy(identifier);
            return Err(error(format!("the mark {mark} after its first 4 bytes"), "another format".to_string()));
        }
        Ok(Self { file, at: follow(file, 0)? })
    }

    /// Where field number `field` lies; `None` where the table leaves it at its default.
    fn place(&self, field: usize) -> Result<Option<usize>> {
        let before = i32::from_le_bytes(bytes(self.file, self.at)?);
        let vtable =
            i64::try_from(self.at).ok().map(|at| at - i64::from(before)).and_then(|at| usize::try_from(at).ok());
        let vtable = vtable.ok_or_else(|| beyond(self.at))?;
        let len = usize::from(u16::from_le_bytes(bytes(self.file, vtable)?));
        const HEADER: usize = 4; // the two lengths
        let slot = HEADER + 2 * field;
        if slot + 2 > len {
            return Ok(None); // written by an older schema
        }
        match usize::from(u16::from_le_bytes(bytes(self.file, vtable + slot)?)) {
            0 => Ok(None),
            place => Ok(Some(self.at + place)),
        }
    }

    /// A number of `N` bytes.
    pub(super) fn number<const N: usize>(&self, field: usize) -> Result<Option<[u8; N]>> {
        self.place(field)?.map(|at| bytes(self.file, at)).transpose()
    }

    pub(super) fn i8(&self, field: usize, default: i8) -> Result<i8> {
        Ok(self.number(field)?.map_or(default, i8::from_le_bytes))
    }

    pub(super) fn i32(&self, field: usize, default: i32) -> Result<i32> {
        Ok(self.number(field)?.map_or(default, i32::from_le_bytes))
    }

    pub(super) fn u32(&self, field: usize, default: u32) -> Result<u32> {
        Ok(self.number(field)?.map_or(default, u32::from_le_bytes))
    }

    pub(super) fn table(&self, field: usize) -> Result<Option<Table<'a>>> {
        let Some(at) = self.place(field)? else { return Ok(None) };
        Ok(Some(Table { file: self.file, at: follow(self.file, at)? }))
    }

    /// A vector of numbers; an absent one is empty.
    pub(super) fn numbers<const N: usize>(&self, field: usize) -> Result<Numbers<'a, N>> {
        let Some((at, len)) = self.vector(field)? else { return Ok(Numbers(&[])) };
        let size = len.checked_mul(N).ok_or_else(|| beyond(at))?;
        let slice = self.file.get(at..).and_then(|rest| rest.get(..size)).ok_or_else(|| beyond(at))?;
        Ok(Numbers(slice.as_chunks().0))
    }

    /// A vector of tables; an absent one is empty.
    pub(super) fn tables(&self, field: usize) -> Result<Tables<'a>> {
        let (at, len) = self.vector(field)?.unwrap_or((0, 0));
        Ok(Tables { file: self.file, at, len })
    }

    /// Where a vector's elements begin, and how many it says there are.
    fn vector(&self, field: usize) -> Result<Option<(usize, usize)>> {
        let Some(at) = self.place(field)? else { return Ok(None) };
        let at = follow(self.file, at)?;
        let len = usize::try_from(u32::from_le_bytes(bytes(self.file, at)?)).map_err(|_| beyond(at))?;
        Ok(Some((at + 4, len)))
    }
}

impl<'a, const N: usize> Numbers<'a, N> {
    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(self) -> impl Iterator<Item = [u8; N]> + 'a {
        self.0.iter().copied()
    }

    pub(super) fn get(self, index: usize) -> Option<[u8; N]> {
        self.0.get(index).copied()
    }
}

impl<'a> Numbers<'a, 1> {
    /// The vector as the bytes it is.
    pub(super) fn as_bytes(self) -> &'a [u8] {
        self.0.as_flattened()
    }
}

impl<'a> Tables<'a> {
    pub(super) fn len(self) -> usize {
        self.len
    }

    pub(super) fn get(self, index: usize) -> Result<Table<'a>> {
        if index >= self.len {
            return Err(error(format!("a list of more than {index} entries"), format!("{} entries", self.len)));
        }
        let at = index.checked_mul(4).and_then(|skip| self.at.checked_add(skip)).ok_or_else(|| beyond(self.at))?;
        Ok(Table { file: self.file, at: follow(self.file, at)? })
    }
}

/// `N` bytes of the file.
fn bytes<const N: usize>(file: &[u8], at: usize) -> Result<[u8; N]> {
    file.get(at..).and_then(|rest| rest.first_chunk()).copied().ok_or_else(|| beyond(at))
}

/// Where the offset stored at `at` points.
fn follow(file: &[u8], at: usize) -> Result<usize> {
    let offset = usize::try_from(u32::from_le_bytes(bytes(file, at)?)).map_err(|_| beyond(at))?;
    at.checked_add(offset).ok_or_else(|| beyond(at))
}

fn beyond(at: usize) -> Error {
    error(
        "a whole TFLite file".to_string(),
        format!("something of it beyond its end (asked for at byte {at}): cut short or damaged"),
    )
}

fn error(expected: String, found: String) -> Error {
    Error::new(ErrorKind::WeightFile, "the TFLite file", expected, found, "Get the file again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A root table with three fields: an i32 of 7, a vector of two i32s, and one that is absent.
    const FILE: [u8; 44] = [
        18, 0, 0, 0, b'T', b'E', b'S', b'T', // root at 18, identifier
        10, 0, 12, 0, 4, 0, 8, 0, 0, 0, // vtable at 8: its length, the table's, three places
        10, 0, 0, 0, // table at 18: its vtable is 10 before it
        7, 0, 0, 0, // field 0
        6, 0, 0, 0, // field 1: the vector lies 6 after byte 26
        0, 0, // nothing
        2, 0, 0, 0, 1, 0, 0, 0, 254, 255, 255, 255, // the vector at 32: two elements, 1 and -2
    ];

    #[test]
    fn fields_are_found() {
        let root = Table::root(&FILE, b"TEST").unwrap();
        assert_eq!(root.i32(0, 0).unwrap(), 7);
        let numbers: Vec<i32> = root.numbers(1).unwrap().iter().map(i32::from_le_bytes).collect();
        assert_eq!(numbers, [1, -2]);
        assert_eq!(root.i32(2, 5).unwrap(), 5, "an absent field has its default");
        assert_eq!(root.i32(9, 5).unwrap(), 5, "so has one that the file's schema did not know");
        assert!(root.table(2).unwrap().is_none());
        assert!(Table::root(&FILE, b"TFL3").is_err());
    }

    #[test]
    fn cut_short_anywhere_is_an_error_and_never_a_panic() {
        for len in 0..FILE.len() {
            let file = &FILE[..len];
            let read = Table::root(file, b"TEST").and_then(|root| Ok((root.i32(0, 0)?, root.numbers::<4>(1)?.len())));
            assert!(read.is_err(), "{len}");
        }
    }

    #[test]
    fn wild_offsets_are_errors() {
        for at in [0, 8, 12, 14, 18, 26, 32] {
            let mut file = FILE;
            file[at..at + 2].fill(0xff);
            file[at + 2..at + 4].fill(0x7f);
            // Some leave a field absent, most point out of the file; none may panic.
            if let Ok(root) = Table::root(&file, b"TEST") {
                let _ = (root.i32(0, 0), root.numbers::<4>(1).map(Numbers::len));
                if let Ok(tables) = root.tables(1) {
                    let _ = (tables.get(0), tables.get(tables.len().wrapping_sub(1)), tables.get(usize::MAX));
                }
            }
        }
    }
}

//! A file that is written bit by bit and taken away bit by bit: it is never in memory whole.

use std::cell::RefCell;
use std::io::{Error, ErrorKind, Result, Seek, SeekFrom, Write};
use std::rc::Rc;

/// A sink whose finished bytes can be taken. Clones share one file: the writer has one, whoever takes the bytes has another.
#[derive(Debug, Clone, Default)]
pub struct Parts(Rc<RefCell<Window>>);

#[derive(Debug, Default)]
struct Window {
    /// Where `bytes` begins in the file; what stands before was taken.
    start: u64,
    bytes: Vec<u8>,
    /// Where the next byte goes, from the beginning of `bytes`.
    at: usize,
}

impl Parts {
    /// The bytes before place `end` of the file that were not taken yet; what was taken cannot be changed any more.
    pub fn take_until(&self, end: u64) -> Vec<u8> {
        let mut window = self.0.borrow_mut();
        let count = usize::try_from(end.saturating_sub(window.start)).unwrap_or(usize::MAX).min(window.bytes.len());
        let rest = window.bytes.split_off(count);
        window.start += count as u64;
        window.at = window.at.saturating_sub(count);
        std::mem::replace(&mut window.bytes, rest)
    }

    /// All bytes that were not taken yet.
    pub fn take(&self) -> Vec<u8> {
        self.take_until(u64::MAX)
    }
}

impl Write for Parts {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let mut window = self.0.borrow_mut();
        let at = window.at;
        let over = bytes.len().min(window.bytes.len() - at);
        window.bytes[at..at + over].copy_from_slice(&bytes[..over]);
        window.bytes.extend_from_slice(&bytes[over..]);
        window.at += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Seek for Parts {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let mut window = self.0.borrow_mut();
        let end = window.start + window.bytes.len() as u64;
        let to = match to {
            SeekFrom::Start(to) => Some(to),
            SeekFrom::End(offset) => end.checked_add_signed(offset),
            SeekFrom::Current(offset) => (window.start + window.at as u64).checked_add_signed(offset),
        };
        let to = to.filter(|to| (window.start..=end).contains(to));
        let to = to.ok_or_else(|| Error::new(ErrorKind::InvalidInput, "that part of the file was taken already"))?;
        window.at = usize::try_from(to - window.start).map_err(Error::other)?;
        Ok(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_taken_can_be_changed() {
        let mut parts = Parts::default();
        parts.write_all(b"abcdef").unwrap();
        assert_eq!(parts.take_until(2), b"ab");
        parts.seek(SeekFrom::Start(3)).unwrap();
        parts.write_all(b"XYZ!").unwrap();
        assert!(parts.seek(SeekFrom::Start(1)).is_err());
        assert_eq!(parts.stream_position().unwrap(), 7);
        assert_eq!(parts.take(), b"cXYZ!");
        parts.write_all(b"end").unwrap();
        assert_eq!(parts.take(), b"end");
    }
}

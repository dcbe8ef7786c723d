//! A file on a person's disk as `Read + Seek`, without taking it into memory: for zip files, which are read here and there.

use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};

use js_sys::{ArrayBuffer, Uint8Array};
use web_sys::{Blob, FileReaderSync};

/// Bytes read at once: a zip's directory and most photos' headers fit.
const PIECE: u64 = 256 * 1024;

/// Reads a `Blob` with the reader that only workers have.
#[derive(Debug)]
pub struct BlobReader {
    blob: Blob,
    at: u64,
    /// What was read last, and where it began.
    piece: Vec<u8>,
    piece_at: u64,
}

impl BlobReader {
    /// At the beginning of the file.
    pub fn new(blob: Blob) -> Self {
        Self { blob, at: 0, piece: Vec::new(), piece_at: 0 }
    }

    fn len(&self) -> u64 {
        self.blob.size() as u64
    }

    fn fetch(&mut self, at: u64, length: u64) -> Result<()> {
        let failed = |thrown: wasm_bindgen::JsValue| Error::other(super::browser_decode::text_of(&thrown));
        let end = (at + length).min(self.len());
        let part = self.blob.slice_with_f64_and_f64(at as f64, end as f64).map_err(failed)?;
        let buffer: ArrayBuffer = FileReaderSync::new().map_err(failed)?.read_as_array_buffer(&part).map_err(failed)?;
        self.piece = Uint8Array::new(&buffer).to_vec();
        self.piece_at = at;
        Ok(())
    }
}

impl Read for BlobReader {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        if self.at >= self.len() || into.is_empty() {
            return Ok(0);
        }
        if !(self.piece_at..self.piece_at + self.piece.len() as u64).contains(&self.at) {
            self.fetch(self.at, PIECE)?;
        }
        let from = usize::try_from(self.at - self.piece_at).map_err(Error::other)?;
        let held = self.piece.get(from..).unwrap_or_default();
        let count = held.len().min(into.len());
        into[..count].copy_from_slice(&held[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(offset) => self.len().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = at.ok_or_else(|| Error::new(ErrorKind::InvalidInput, "a place before the file"))?;
        Ok(self.at)
    }
}

//! Whether an image file is there to its end. JPEG decoders, ours and the browsers', fill what is missing with grey and say nothing,
//! so a photo cut short by a broken download would be classified as if it were whole.

use super::probe::{Format, damaged};
use crate::error::Result;

/// Reads a file piece by piece and tells whether its end mark came. Only JPEG and PNG need it; other formats say so in decoding.
#[derive(Debug, Clone)]
pub struct Ending {
    format: Format,
    state: State,
    /// Bytes read so far.
    length: u64,
}

/// Where in the file the reader stands.
#[derive(Debug, Clone, Copy)]
enum State {
    /// These many bytes more belong to a segment or chunk whose content does not matter.
    Skip { left: u64, then_scan: bool },
    /// JPEG: between segments, or in compressed data (`scan`), looking for 0xFF.
    Seek { scan: bool },
    /// JPEG: a 0xFF was just read.
    Marker { scan: bool },
    /// JPEG: a marker with a length; `high` is the length's first byte once read.
    Length { high: Option<u8>, scan: bool },
    /// PNG: in a chunk's 8 bytes of length and type; `read` of them are in `word`, big-endian.
    Chunk { read: u8, word: u64 },
    /// The end mark came; what follows does not matter.
    Complete,
}

/// PNG: the signature before the first chunk, bytes.
const PNG_SIGNATURE: u64 = 8;
/// PNG: the checksum after each chunk, bytes.
const PNG_CHECKSUM: u64 = 4;

// JPEG marker codes (ITU-T T.81, table B.1).
const STUFFED: u8 = 0x00;
const TEMPORARY: u8 = 0x01;
const RESTART: std::ops::RangeInclusive<u8> = 0xD0..=0xD7;
const START_OF_IMAGE: u8 = 0xD8;
const END_OF_IMAGE: u8 = 0xD9;
const START_OF_SCAN: u8 = 0xDA;
const FILL: u8 = 0xFF;

impl Ending {
    /// A reader for one file of this format, at its first byte.
    pub fn new(format: Format) -> Self {
        let state = match format {
            Format::Jpeg => State::Seek { scan: false },
            Format::Png => State::Skip { left: PNG_SIGNATURE, then_scan: false },
            _ => State::Complete,
        };
        Self { format, state, length: 0 }
    }

    /// Reads the next piece.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        while !bytes.is_empty() {
            let read = match self.state {
                State::Complete => return,
                State::Skip { left, then_scan } => self.skip(bytes, left, then_scan),
                // The long stretches: one search, not one step, for each 0xFF.
                State::Seek { scan } => match bytes.iter().position(|&byte| byte == FILL) {
                    Some(at) => {
                        self.state = State::Marker { scan };
                        at + 1
                    }
                    None => bytes.len(),
                },
                state => {
                    self.state = self.step(state, bytes[0]);
                    1
                }
            };
            bytes = &bytes[read..];
        }
    }

    /// Whether the end mark came.
    ///
    /// # Errors
    /// `DamagedImage`, saying how many bytes there are.
    pub fn finish(&self) -> Result<()> {
        if matches!(self.state, State::Complete) {
            return Ok(());
        }
        Err(damaged(self.format, &format!("a file that ends early, after {} bytes", self.length)))
    }

    /// Passes over up to `left` bytes; gives how many.
    fn skip(&mut self, bytes: &[u8], left: u64, then_scan: bool) -> usize {
        let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let left = left - here as u64;
        self.state = if left > 0 {
            State::Skip { left, then_scan }
        } else if self.format == Format::Png {
            State::Chunk { read: 0, word: 0 }
        } else {
            State::Seek { scan: then_scan }
        };
        here
    }

    /// The state after one byte of a mark.
    fn step(&self, state: State, byte: u8) -> State {
        match state {
            State::Marker { scan } => match byte {
                FILL => State::Marker { scan },
                END_OF_IMAGE => State::Complete,
                STUFFED | TEMPORARY | START_OF_IMAGE => State::Seek { scan },
                byte if RESTART.contains(&byte) => State::Seek { scan },
                byte => State::Length { high: None, scan: byte == START_OF_SCAN },
            },
            State::Length { high: None, scan } => State::Length { high: Some(byte), scan },
            State::Length { high: Some(high), scan } => {
                // The length counts its own two bytes.
                match u64::from(u16::from_be_bytes([high, byte])).saturating_sub(2) {
                    0 => State::Seek { scan },
                    left => State::Skip { left, then_scan: scan },
                }
            }
            State::Chunk { read, word } => {
                let word = word << 8 | u64::from(byte);
                if read < 7 {
                    State::Chunk { read: read + 1, word }
                } else if word.to_be_bytes()[4..] == *b"IEND" {
                    State::Complete
                } else {
                    State::Skip { left: (word >> 32) + PNG_CHECKSUM, then_scan: false }
                }
            }
            State::Skip { .. } | State::Seek { .. } | State::Complete => state,
        }
    }
}

/// Whether the whole file `bytes` is there to its end.
///
/// # Errors
/// `DamagedImage` where its end mark is missing.
pub fn check_ending(bytes: &[u8], format: Format) -> Result<()> {
    let mut ending = Ending::new(format);
    ending.feed(bytes);
    ending.finish()
}

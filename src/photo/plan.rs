//! Who decodes a photo in a browser: we, or the browser.
//!
//! Our own decoder gives the same pixels everywhere, but it needs the whole photo in the engine's memory, which can grow and never shrinks.
//! The browser can scale a JPEG down while it decodes it, which is three times faster for a 12-megapixel photo and needs a sixteenth of the memory.
//! So small photos, where neither matters, are ours, and large ones the browser's.

use super::orientation::Orientation;
use super::probe::{Format, Header};

/// Who decodes a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// [`super::decode`]: the same pixels in every browser and without one.
    Rust,
    /// The browser, which scales it down to this size (as the pixels are stored, before EXIF turns them); [`super::decode`] if it fails.
    Scaled {
        /// Pixels a row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// The browser, which alone may know the format, and gives its pixels upright. Scaled down, aspect kept.
    BrowserOnly {
        /// Pixels a row.
        width: u32,
    },
}

/// JPEGs up to here are decoded in Rust, pixels: about 45 ms in a browser, 12 MB.
const RUST_JPEG: u64 = 4_000_000;

/// Other formats up to here are decoded in Rust, pixels; our decoders take two to four times as long for them as for a JPEG.
const RUST_OTHERS: u64 = 2_000_000;

/// How many times the network's input must survive the browser's scaling, so that our own antialiased resampling decides what the network
/// sees. At 2, its pixels differ from those of the whole photo by less than one unit of 255 in the mean.
const OVERSAMPLING: u32 = 2;

/// The network sees the middle 7/8 of each side (see `preprocess`).
const CENTRAL: [u32; 2] = [7, 8];

/// The shorter side is never scaled to less, pixels: thumbnails are cut from the same decoded photo.
const SMALLEST_SIDE: u32 = 320;

/// JPEG decoders scale by eighths, as a block of 8 × 8 pixels is decoded to 1 × 1 … 8 × 8.
const EIGHTHS: u32 = 8;

/// Who decodes this photo for a network whose input is `input` pixels a side.
pub fn plan(header: &Header, input: usize) -> Plan {
    let input = u32::try_from(input).unwrap_or(u32::MAX);
    let [width, height] = scaled_size(header.stored_size(), input);
    if !header.format.decodable_everywhere() {
        return Plan::BrowserOnly { width };
    }
    let jpeg = header.format == Format::Jpeg;
    let small = header.pixels() <= if jpeg { RUST_JPEG } else { RUST_OTHERS };
    // Browsers disagree on whether other formats than JPEG have an EXIF orientation; we obey it.
    let turned = header.orientation != Orientation::NoTransforms && !jpeg;
    if small || turned { Plan::Rust } else { Plan::Scaled { width, height } }
}

/// The smallest size, in eighths of each side, whose shorter side leaves enough for the network.
fn scaled_size([width, height]: [u32; 2], input: u32) -> [u32; 2] {
    let wanted = input.saturating_mul(OVERSAMPLING * CENTRAL[1]).div_ceil(CENTRAL[0]).max(SMALLEST_SIDE);
    let shorter = width.min(height).max(1);
    let eighths = (wanted.saturating_mul(EIGHTHS)).div_ceil(shorter).min(EIGHTHS);
    // Rounded up, as libjpeg does.
    [width, height]
        .map(|side| u32::try_from((u64::from(side) * u64::from(eighths)).div_ceil(EIGHTHS.into())).unwrap_or(side))
}

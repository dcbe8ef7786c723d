//! From the bytes of an image file to pixels, and from pixels to thumbnails. No device, no web type.
//!
//! ```text
//! bytes ─ probe ─→ Header ─ plan ─→ decode here (Rgb) or by the browser (worker/browser_decode.rs)
//! Rgb ─ resample ─→ what the network sees (preprocess.rs) · ─ thumbnail ─→ JPEG bytes for the page
//! ```

mod decode;
mod ending;
mod grey;
mod jpeg;
mod orientation;
mod plan;
mod probe;
mod resample;
mod sniff;
mod thumbnail;

pub use decode::{decode, rgba_on_white};
pub use ending::{Ending, check_ending};
pub use grey::is_grey;
pub use orientation::{Orientation, forget_jpeg_orientation, swaps_sides, turn};
pub use plan::{Plan, plan};
pub use probe::{Format, Header, MAX_PIXELS, probe};
pub use resample::{Area, resample};
pub(crate) use sniff::seems;
pub use thumbnail::thumbnail;

/// A decoded photo as a person sees it: upright (EXIF orientation obeyed), opaque, 8 bits a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rgb {
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red, green, blue of every pixel, rows from top to bottom: u8 [height, width, 3].
    pub pixels: Vec<u8>,
}

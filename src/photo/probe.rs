//! Reads an image file's header only: its format and its size. What is too large is refused here, before anything is decoded.

use std::io::Cursor;

use image::{ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::orientation::{Orientation, swaps_sides};
use super::sniff;
use crate::error::{Error, ErrorKind, Result};

/// The most pixels a photo may have: 120 million. Beyond it, the pixels alone would need more memory than a browser's tab is given.
pub const MAX_PIXELS: u64 = 120_000_000;

/// What a leaf calls the photo; callers that know its file name put it in with [`Error::about`].
const SUBJECT: &str = "the photo";

/// As it stands after "expected" in messages.
const WANTED: &str = "a JPEG, PNG, WebP, GIF or BMP image";

/// The image formats that are known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Decoded everywhere.
    Jpeg,
    /// Decoded everywhere.
    Png,
    /// Decoded everywhere.
    WebP,
    /// Decoded everywhere; of an animation the first frame.
    Gif,
    /// Decoded everywhere.
    Bmp,
    /// Decoded only by the browser: all current ones.
    Avif,
    /// Decoded only by the browser: Safari.
    Heic,
    /// Decoded only by the browser: Safari.
    JpegXl,
    /// Decoded only by the browser: Safari.
    Tiff,
    /// Decoded only by the browser: all current ones.
    Ico,
}

impl Format {
    /// The name people read.
    pub fn name(self) -> &'static str {
        match self {
            Format::Jpeg => "JPEG",
            Format::Png => "PNG",
            Format::WebP => "WebP",
            Format::Gif => "GIF",
            Format::Bmp => "BMP",
            Format::Avif => "AVIF",
            Format::Heic => "HEIC",
            Format::JpegXl => "JPEG XL",
            Format::Tiff => "TIFF",
            Format::Ico => "icon",
        }
    }

    /// Its media type, by which browsers choose a decoder.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::WebP => "image/webp",
            Format::Gif => "image/gif",
            Format::Bmp => "image/bmp",
            Format::Avif => "image/avif",
            Format::Heic => "image/heic",
            Format::JpegXl => "image/jxl",
            Format::Tiff => "image/tiff",
            Format::Ico => "image/x-icon",
        }
    }

    /// The same format as the `image` crate names it; `None` where only a browser can decode it.
    pub(super) fn decoder(self) -> Option<ImageFormat> {
        match self {
            Format::Jpeg => Some(ImageFormat::Jpeg),
            Format::Png => Some(ImageFormat::Png),
            Format::WebP => Some(ImageFormat::WebP),
            Format::Gif => Some(ImageFormat::Gif),
            Format::Bmp => Some(ImageFormat::Bmp),
            Format::Avif | Format::Heic | Format::JpegXl | Format::Tiff | Format::Ico => None,
        }
    }

    /// Whether [`super::decode`] can decode it, in a browser and without one.
    pub fn decodable_everywhere(self) -> bool {
        self.decoder().is_some()
    }

    /// The format of an image that begins with these bytes.
    fn guess(bytes: &[u8]) -> Option<Self> {
        use imagesize::{Compression, ImageType};
        match image::guess_format(bytes) {
            Ok(ImageFormat::Jpeg) => return Some(Format::Jpeg),
            Ok(ImageFormat::Png) => return Some(Format::Png),
            Ok(ImageFormat::WebP) => return Some(Format::WebP),
            Ok(ImageFormat::Gif) => return Some(Format::Gif),
            Ok(ImageFormat::Bmp) => return Some(Format::Bmp),
            _ => {}
        }
        match imagesize::image_type(bytes) {
            Ok(ImageType::Heif(Compression::Av1)) => Some(Format::Avif),
            Ok(ImageType::Heif(Compression::Hevc)) => Some(Format::Heic),
            Ok(ImageType::Jxl) => Some(Format::JpegXl),
            Ok(ImageType::Tiff) => Some(Format::Tiff),
            Ok(ImageType::Ico) => Some(Format::Ico),
            _ => None,
        }
    }
}

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The file's format, told by its bytes, not by its name.
    pub format: Format,
    /// Pixels a row as a person sees it (EXIF orientation obeyed).
    pub width: u32,
    /// Rows as a person sees it.
    pub height: u32,
    /// How the stored pixels must be turned to be seen so.
    pub orientation: Orientation,
}

impl Header {
    /// Width times height.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Width and height as the pixels are stored.
    pub fn stored_size(&self) -> [u32; 2] {
        if swaps_sides(self.orientation) { [self.height, self.width] } else { [self.width, self.height] }
    }
}

/// Reads the header. `bytes` may be only the beginning of the file, as long as the header is in it.
///
/// # Errors
/// `NotAnImage` names what the file seems to be; `TooLarge` names the size and [`MAX_PIXELS`]; `DamagedImage` where the header
/// itself is cut short, says 0 × 0, or makes no sense.
pub fn probe(bytes: &[u8]) -> Result<Header> {
    let Some(format) = Format::guess(bytes) else { return Err(not_an_image(bytes)) };
    let ([width, height], orientation) = match format.decoder() {
        Some(decoder) => stored_size(bytes, decoder),
        None => size_of_header(bytes).map(|size| (size, Orientation::NoTransforms)),
    }
    .map_err(|reason| broken_header(format, &reason))?;
    let [width, height] = if swaps_sides(orientation) { [height, width] } else { [width, height] };
    let header = Header { format, width, height, orientation };
    if header.pixels() == 0 {
        return Err(broken_header(format, &format!("its header says {width} × {height} pixels")));
    }
    check_size(&header)?;
    Ok(header)
}

/// Refuses what has more than [`MAX_PIXELS`] pixels.
///
/// # Errors
/// `TooLarge`, with the size and the limit.
fn check_size(header: &Header) -> Result<()> {
    if header.pixels() <= MAX_PIXELS {
        return Ok(());
    }
    let Header { width, height, .. } = *header;
    Err(Error::new(
        ErrorKind::TooLarge,
        SUBJECT,
        format!("at most {} million pixels", MAX_PIXELS / 1_000_000),
        format!("{width} × {height}, which is {} million", header.pixels().div_ceil(1_000_000)),
        "Scale it down in a picture program; the network looks at about 224 × 224 pixels of it.",
    ))
}

/// Width and height as stored, and the orientation, from the header only.
fn stored_size(bytes: &[u8], format: ImageFormat) -> std::result::Result<([u32; 2], Orientation), String> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    // The size is checked against our own limit, whose message names it.
    reader.limits(Limits::no_limits());
    let mut decoder = match reader.into_decoder() {
        Ok(decoder) => decoder,
        Err(error) => {
            return match size_of_header(bytes) {
                // A rare kind of its format (a JPEG with arithmetic coding), which perhaps the browser knows.
                Ok(size) if matches!(error, ImageError::Unsupported(_)) => Ok((size, Orientation::NoTransforms)),
                // So large that the decoder refuses the header; our own words for it name the limit.
                Ok([width, height]) if u64::from(width) * u64::from(height) > MAX_PIXELS => {
                    Ok(([width, height], Orientation::NoTransforms))
                }
                _ => Err(error.to_string()),
            };
        }
    };
    let (width, height) = decoder.dimensions();
    // An unreadable EXIF block is no reason to refuse the photo: it is then shown as it lies.
    Ok(([width, height], decoder.orientation().unwrap_or(Orientation::NoTransforms)))
}

/// Width and height of what our decoders do not know; the browser turns these itself.
fn size_of_header(bytes: &[u8]) -> std::result::Result<[u32; 2], String> {
    let size = imagesize::blob_size(bytes).map_err(|error| error.to_string())?;
    let side = |n: usize| u32::try_from(n).map_err(|_| format!("its header says a side of {n} pixels"));
    Ok([side(size.width)?, side(size.height)?])
}

/// The error for bytes that are no image.
fn not_an_image(bytes: &[u8]) -> Error {
    let cure = if sniff::seems_svg(bytes) {
        "Export it as PNG in a drawing program, and use that."
    } else if bytes.is_empty() {
        "Copy or download the photo again; this copy holds nothing."
    } else {
        "Choose a photo; one of another format opens in most picture programs, which can save it as JPEG or PNG."
    };
    Error::new(ErrorKind::NotAnImage, SUBJECT, WANTED, sniff::seems(bytes), cure)
}

/// The error for a format that only a browser decodes, met where none is at hand.
pub(super) fn only_in_a_browser(format: Format) -> Error {
    Error::new(
        ErrorKind::NotAnImage,
        SUBJECT,
        WANTED,
        format!("the format {}, which only a browser may decode", format.name()),
        "Convert it to JPEG or PNG, or open it in the page.",
    )
}

/// The error for an image that is sound, but of a rare kind of its format; `reason` is the decoder's.
pub(super) fn unsupported(format: Format, reason: &str) -> Error {
    Error::new(
        ErrorKind::NotAnImage,
        SUBJECT,
        format!("a common kind of {}", format.name()),
        format!("a kind that is not supported here ({})", reason.trim_end_matches('.')),
        "Save it anew as JPEG or PNG in a picture program.",
    )
}

/// The error for a header that cannot be read.
fn broken_header(format: Format, reason: &str) -> Error {
    damaged(format, &format!("a damaged or unfinished beginning ({})", reason.trim_end_matches('.')))
}

/// The error for an image that begins well but cannot be decoded; `found` stands after "found".
pub(super) fn damaged(format: Format, found: &str) -> Error {
    Error::new(
        ErrorKind::DamagedImage,
        SUBJECT,
        format!("a whole {} image", format.name()),
        found,
        "Copy or download it again; if it opens elsewhere, save it anew as JPEG or PNG.",
    )
}

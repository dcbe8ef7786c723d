//! Decodes an image file in plain Rust: the same pixels in a browser and without one.

use std::io::Cursor;

use image::{DynamicImage, ImageError, ImageReader, Limits};

use super::Rgb;
use super::ending::check_ending;
use super::orientation::turn;
use super::probe::{Format, Header, damaged, only_in_a_browser, probe, unsupported};
use crate::error::Result;

/// The most bytes a pixel takes while it is decoded: 16-bit RGBA.
const MOST_BYTES_A_PIXEL: u64 = 8;

/// What decoders need beside the pixels (tables, rows, the compressed data of one frame), bytes.
const DECODER_SLACK: u64 = 64 << 20;

/// The pixels of a JPEG, PNG, WebP, GIF (first frame) or BMP file, as a person sees them: turned as EXIF says, transparency on
/// white, grey and CMYK as RGB, 16 bits rounded to 8. Colour profiles are not applied.
///
/// # Errors
/// As [`probe`]; `DamagedImage` for a file that is cut short or cannot be decoded; `NotAnImage` for a kind of these formats that is
/// not supported here, and for a format that only a browser decodes.
pub fn decode(bytes: &[u8]) -> Result<Rgb> {
    let header = probe(bytes)?;
    let format = header.format.decoder().ok_or_else(|| only_in_a_browser(header.format))?;
    check_ending(bytes, header.format)?;
    if header.format == Format::Jpeg
        && let Some(photo) = super::jpeg::colour(bytes, &header)
    {
        return Ok(turn(photo, header.orientation));
    }

    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits(&header));
    let decoder = reader.into_decoder().map_err(|error| describe(header.format, &error))?;
    let image = DynamicImage::from_decoder(decoder).map_err(|error| describe(header.format, &error))?;
    let rgb = opaque(image);
    let photo = Rgb { width: rgb.width() as usize, height: rgb.height() as usize, pixels: rgb.into_raw() };
    Ok(turn(photo, header.orientation))
}

/// Memory bounded by what the header promised, so that a file that lies about itself cannot take more.
fn limits(header: &Header) -> Limits {
    let mut limits = Limits::default();
    let [width, height] = header.stored_size();
    limits.max_image_width = Some(width);
    limits.max_image_height = Some(height);
    limits.max_alloc = Some(header.pixels() * MOST_BYTES_A_PIXEL + DECODER_SLACK);
    limits
}

/// 8-bit RGB, transparency composited on white. The ordinary 8-bit RGB photo passes through without a copy.
fn opaque(image: DynamicImage) -> image::RgbImage {
    match image {
        DynamicImage::ImageRgb8(rgb) => rgb,
        DynamicImage::ImageRgba8(rgba) => {
            let (width, height) = rgba.dimensions();
            let rgb = rgba_on_white(rgba.into_raw());
            image::RgbImage::from_raw(width, height, rgb).unwrap_or_default() // 3 bytes a pixel, by construction
        }
        image if image.color().has_alpha() => opaque(DynamicImage::ImageRgba8(image.into_rgba8())),
        image => image.into_rgb8(),
    }
}

/// RGBA, straight alpha, to RGB on white, in place: u8 [n, 4] to u8 [n, 3].
pub fn rgba_on_white(mut rgba: Vec<u8>) -> Vec<u8> {
    let pixels = rgba.len() / 4;
    for i in 0..pixels {
        let [r, g, b, a] = [rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2], rgba[4 * i + 3]];
        let on_white = |c: u8| {
            let mixed = u32::from(c) * u32::from(a) + 255 * (255 - u32::from(a));
            ((mixed + 127) / 255) as u8 // at most 255: a mean of two bytes
        };
        let rgb = if a == 255 { [r, g, b] } else { [r, g, b].map(on_white) };
        rgba[3 * i..3 * i + 3].copy_from_slice(&rgb);
    }
    rgba.truncate(3 * pixels);
    rgba
}

/// The decoder's error in our words.
fn describe(format: Format, error: &ImageError) -> crate::error::Error {
    match error {
        ImageError::Unsupported(_) => unsupported(format, &error.to_string()),
        ImageError::Limits(_) => damaged(format, "more data than its header promised"),
        ImageError::IoError(_) => damaged(format, "a file that ends early"),
        error => damaged(format, &format!("damaged data ({error})")),
    }
}

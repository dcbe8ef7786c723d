//! A small JPEG of a photo for the page.

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

use super::Rgb;
use super::resample::{Area, resample};

/// JPEG quality, 1–100: at 320 pixels a side, artefacts stay invisible and a thumbnail takes about 15 kB.
const QUALITY: u8 = 80;

/// A JPEG of the photo with at most `max_side` pixels a side, aspect kept; a smaller photo keeps its size.
///
/// Empty only if the encoder fails, which for 8-bit RGB of at most 65535 pixels a side it does not.
pub fn thumbnail(photo: &Rgb, max_side: usize) -> Vec<u8> {
    let longest = photo.width.max(photo.height);
    let small = if longest <= max_side {
        None
    } else {
        let side = |n: usize| (n * max_side).div_ceil(longest).max(1);
        let size = [side(photo.width), side(photo.height)];
        // Whole blocks first, as that is several times faster; what is left to the antialiased resampling is 2 to 3 times too large.
        let block = (longest / (2 * max_side)).max(1);
        let blocky = (block > 1).then(|| shrink(photo, block));
        let source = blocky.as_ref().unwrap_or(photo);
        Some(resample(source, Area::whole(source), size))
    };
    encode(small.as_ref().unwrap_or(photo))
}

/// The means of blocks of `block` × `block` pixels; those at the right and lower edge may hold fewer.
fn shrink(photo: &Rgb, block: usize) -> Rgb {
    let [width, height] = [photo.width.div_ceil(block), photo.height.div_ceil(block)];
    let mut pixels = Vec::with_capacity(width * height * 3);
    let mut sums = vec![[0u32; 3]; width];
    for rows in photo.pixels.chunks(photo.width * 3 * block) {
        sums.fill([0; 3]);
        for row in rows.chunks_exact(photo.width * 3) {
            for (sum, block) in sums.iter_mut().zip(row.chunks(3 * block)) {
                for pixel in block.chunks_exact(3) {
                    for (sum, &value) in sum.iter_mut().zip(pixel) {
                        *sum += u32::from(value);
                    }
                }
            }
        }
        let rows = rows.len() / (photo.width * 3);
        for (x, sum) in sums.iter().enumerate() {
            let columns = block.min(photo.width - x * block);
            let count = u32::try_from(rows * columns).unwrap_or(u32::MAX);
            pixels.extend(sum.map(|sum| u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX)));
        }
    }
    Rgb { width, height, pixels }
}

/// The photo as a JPEG file.
fn encode(photo: &Rgb) -> Vec<u8> {
    let mut bytes = Vec::new();
    let side = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    let done = encoder.encode(&photo.pixels, side(photo.width), side(photo.height), ExtendedColorType::Rgb8);
    if done.is_err() {
        bytes.clear();
    }
    bytes
}

//! Turns photos upright: cameras store pixels as the sensor read them, and say in the EXIF block how to hold the picture.

pub use image::metadata::Orientation;

use super::Rgb;

/// Pixels a side of the tiles in which a photo is turned, so that columns of the source stay in the cache: 2 × 64 × 64 × 3 bytes.
const TILE: usize = 64;

/// Whether the orientation swaps width and height.
pub fn swaps_sides(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate90FlipH | Rotate270 | Rotate270FlipH)
}

/// The photo turned as `orientation` says.
pub fn turn(photo: Rgb, orientation: Orientation) -> Rgb {
    if orientation == Orientation::NoTransforms {
        return photo;
    }
    let [w, h] = [photo.width, photo.height];
    let [right, down] = [1, w as isize]; // a step in the source, pixels; no photo in memory reaches isize::MAX
    // Where the upper left pixel of the result comes from, and how far a step right or down in the result leads in the source.
    let (first, step_x, step_y) = match orientation {
        Orientation::NoTransforms => (0, right, down),
        Orientation::FlipHorizontal => (w - 1, -right, down),
        Orientation::Rotate180 => (w * h - 1, -right, -down),
        Orientation::FlipVertical => (w * (h - 1), right, -down),
        Orientation::Rotate90FlipH => (0, down, right),
        Orientation::Rotate90 => (w * (h - 1), -down, right),
        Orientation::Rotate270FlipH => (w * h - 1, -down, -right),
        Orientation::Rotate270 => (w - 1, down, -right),
    };
    let [width, height] = if swaps_sides(orientation) { [h, w] } else { [w, h] };
    let mut pixels = vec![0; width * height * 3];
    for top in (0..height).step_by(TILE) {
        for left in (0..width).step_by(TILE) {
            for y in top..height.min(top + TILE) {
                let mut from = first.wrapping_add_signed(left as isize * step_x + y as isize * step_y);
                let row = &mut pixels[(y * width + left) * 3..(y * width + width.min(left + TILE)) * 3];
                for pixel in row.chunks_exact_mut(3) {
                    pixel.copy_from_slice(&photo.pixels[from * 3..from * 3 + 3]);
                    from = from.wrapping_add_signed(step_x);
                }
            }
        }
    }
    Rgb { width, height, pixels }
}

/// Writes "upright" into the EXIF block of a JPEG, so that every browser gives the pixels as they lie and we turn them. Browsers differ in
/// what they do with the orientation of an image that a script decodes. `head` is the beginning of the file.
pub fn forget_jpeg_orientation(head: &mut [u8]) {
    const EXIF: &[u8] = b"Exif\0\0";
    let mut at = 2; // after the mark of the image's start
    while let Some(&[0xFF, marker, high, low]) = head.get(at..at + 4) {
        let end = at + 2 + usize::from(u16::from_be_bytes([high, low]));
        // APP1 holds EXIF; segments before the first scan have a length.
        if marker == 0xE1 && head.get(at + 4..).is_some_and(|rest| rest.starts_with(EXIF)) {
            let end = end.min(head.len());
            if let Some(chunk) = head.get_mut(at + 4 + EXIF.len()..end) {
                let _ = Orientation::remove_from_exif_chunk(chunk);
            }
        }
        if marker == 0xDA {
            return;
        }
        at = end;
    }
}

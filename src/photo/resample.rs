//! Antialiased bilinear resampling of a part of a photo to another size.
//!
//! It does the arithmetic of Pillow's `Image.resize(…, BILINEAR, box=…)`, by which the networks' reference pixels were made: a triangle as wide
//! as the ratio of the sizes, weights in 22-bit fixed point, rounded to 8 bits between the two passes. Rows come first here always; recent
//! Pillows take columns first for some sizes, which moves some bytes by one unit.

use super::Rgb;

/// A part of a photo, in pixels from the top left corner; fractions of a pixel are allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge, 0 to the photo's width.
    pub left: f64,
    /// Upper edge, 0 to the photo's height.
    pub top: f64,
    /// Right edge, beyond `left`.
    pub right: f64,
    /// Lower edge, beyond `top`.
    pub bottom: f64,
}

impl Area {
    /// The whole of a photo.
    pub fn whole(photo: &Rgb) -> Self {
        Self { left: 0.0, top: 0.0, right: photo.width as f64, bottom: photo.height as f64 }
    }
}

/// Bits after the point in a weight: 8 bits of pixel and 2 of head-room fit beside them in an `i32`.
const PRECISION: u32 = 32 - 8 - 2;

/// One half, added before the fraction is dropped.
const HALF: i32 = 1 << (PRECISION - 1);

/// The inputs of one output pixel along one axis.
struct Tap {
    /// The first input that counts.
    first: usize,
    /// How much each counts, from `first` on; they add up to 1 << [`PRECISION`], but for rounding.
    weights: Vec<i32>,
}

/// Resamples `area` of the photo, u8 [height, width, 3], to `size` = [width, height]; the aspect need not be kept.
///
/// # Panics
/// If the photo or `size` is empty; a decoded photo never is.
pub fn resample(photo: &Rgb, area: Area, size: [usize; 2]) -> Rgb {
    let [width, height] = size;
    let columns = taps(photo.width, area.left, area.right, width);
    let mut rows = taps(photo.height, area.top, area.bottom, height);

    // Only the rows that the second pass reads are worth the first.
    let first = rows.iter().map(|tap| tap.first).min().unwrap_or(0);
    let last = rows.iter().map(|tap| tap.first + tap.weights.len()).max().unwrap_or(0);
    let mut narrow = vec![0; (last - first) * width * 3]; // [last - first, width, 3]
    for (row, out) in (first..last).zip(narrow.chunks_exact_mut(width * 3)) {
        across(&photo.pixels[row * photo.width * 3..][..photo.width * 3], &columns, out);
    }

    for tap in &mut rows {
        tap.first -= first;
    }
    let mut pixels = vec![0; height * width * 3]; // [height, width, 3]
    let mut sums = vec![0; width * 3];
    for (tap, out) in rows.iter().zip(pixels.chunks_exact_mut(width * 3)) {
        down(&narrow, tap, &mut sums, out);
    }
    Rgb { width, height, pixels }
}

/// The taps of `outputs` pixels over `low..high` of an axis of `inputs` pixels.
fn taps(inputs: usize, low: f64, high: f64, outputs: usize) -> Vec<Tap> {
    let scale = (high - low) / outputs as f64;
    // Enlarging, the triangle stays one pixel wide: ordinary bilinear interpolation.
    let radius = scale.max(1.0);
    (0..outputs)
        .map(|i| {
            let centre = low + (i as f64 + 0.5) * scale;
            // Casts of floats saturate, so an edge outside of the photo is cut to it.
            let first = ((centre - radius + 0.5) as usize).min(inputs - 1);
            let end = ((centre + radius + 0.5) as usize).clamp(first + 1, inputs);
            let triangle = |x: usize| (1.0 - ((x as f64 + 0.5 - centre) / radius).abs()).max(0.0);
            let sum: f64 = (first..end).map(triangle).sum();
            let unit = f64::from(1 << PRECISION) / if sum > 0.0 { sum } else { 1.0 };
            let weights = (first..end).map(|x| (triangle(x) * unit + 0.5) as i32).collect();
            Tap { first, weights }
        })
        .collect()
}

/// Resamples one row: u8 [inputs, 3] to u8 [outputs, 3].
fn across(row: &[u8], taps: &[Tap], out: &mut [u8]) {
    for (tap, out) in taps.iter().zip(out.chunks_exact_mut(3)) {
        let [mut r, mut g, mut b] = [HALF; 3];
        let pixels = row[tap.first * 3..][..tap.weights.len() * 3].chunks_exact(3);
        for (pixel, &weight) in pixels.zip(&tap.weights) {
            r += i32::from(pixel[0]) * weight;
            g += i32::from(pixel[1]) * weight;
            b += i32::from(pixel[2]) * weight;
        }
        out.copy_from_slice(&[r, g, b].map(to_byte));
    }
}

/// Resamples one output row from rows of the same length: u8 [inputs, n] to u8 [n]. `sums` [n] is scratch.
fn down(rows: &[u8], tap: &Tap, sums: &mut [i32], out: &mut [u8]) {
    sums.fill(HALF);
    for (row, &weight) in rows.chunks_exact(sums.len()).skip(tap.first).zip(&tap.weights) {
        for (sum, &value) in sums.iter_mut().zip(row) {
            *sum += i32::from(value) * weight;
        }
    }
    for (out, &sum) in out.iter_mut().zip(sums.iter()) {
        *out = to_byte(sum);
    }
}

/// A fixed-point sum as a byte.
fn to_byte(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}

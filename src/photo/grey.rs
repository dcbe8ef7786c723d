//! Has a photo colour?

use super::Rgb;

/// How far a pixel's channels may be apart, units of 255: JPEG's rounding of chroma moves grey by a few.
const TOLERANCE: u8 = 12;
/// Pixels looked at, at most: a stride over the photo is enough, as colour comes in areas.
const LOOKED_AT: usize = 20_000;
/// One pixel in so many may be coloured: noise at an edge.
const ALLOWED: usize = 500;

/// Whether a photo has no colour: every pixel's channels within a few units of each other, noise aside.
pub fn is_grey(photo: &Rgb) -> bool {
    let pixels = photo.pixels.as_chunks::<3>().0;
    let stride = (pixels.len() / LOOKED_AT).max(1);
    let spread = |[r, g, b]: &[u8; 3]| r.max(g).max(b) - r.min(g).min(b);
    let coloured = pixels.iter().step_by(stride).filter(|pixel| spread(pixel) > TOLERANCE).count();
    coloured * ALLOWED <= pixels.len() / stride
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(pixel: impl Fn(usize) -> [u8; 3]) -> Rgb {
        Rgb { width: 100, height: 100, pixels: (0..10_000).flat_map(pixel).collect() }
    }

    #[test]
    fn grey_and_colour_are_told_apart() {
        assert!(is_grey(&photo(|i| [(i % 256) as u8; 3])));
        assert!(is_grey(&photo(|_| [100, 104, 97])));
        assert!(!is_grey(&photo(|i| if i % 50 == 0 { [200, 30, 30] } else { [90; 3] })));
    }
}

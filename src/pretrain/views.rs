//! Views of a photo: the middle that a network sees in use, and random crops.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::photo::{Area, Rgb, resample};
use crate::preprocess::crop_and_resize;

/// Least share of the photo's area that a random crop holds: less, and the teacher no longer knows what it sees.
const SMALLEST: f64 = 0.25;

/// A random crop's aspect, relative to the photo's, is at most this much wider or narrower (Szegedy et al. 2015, section 6: 3/4 to 4/3).
const NARROWEST: f64 = 0.75;

/// A view of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct View {
    /// Which photo, an index into [`Photos::paths`](super::Photos).
    pub photo: u32,
    /// 0: the middle; others: random crops.
    pub number: u32,
}

impl View {
    /// The middle of each photo.
    pub fn middles(photos: impl IntoIterator<Item = usize>) -> Vec<Self> {
        photos.into_iter().filter_map(|photo| Some(Self { photo: u32::try_from(photo).ok()?, number: 0 })).collect()
    }

    /// A random crop of each photo, another one for each `number` from 1.
    pub fn crops(photos: &[usize], number: u32) -> Vec<Self> {
        Self::middles(photos.iter().copied()).into_iter().map(|view| Self { number, ..view }).collect()
    }

    /// What the view holds, u8 `[side, side, 3]`; the same for the same `seed`, at whatever side.
    pub fn pixels(self, photo: &Rgb, side: usize, seed: u32) -> Vec<u8> {
        if self.number == 0 {
            return crop_and_resize(photo, side);
        }
        resample(photo, self.crop([photo.width as f64, photo.height as f64], seed), [side, side]).pixels
    }

    /// The part of a photo of this width and height that a random crop holds.
    fn crop(self, size: [f64; 2], seed: u32) -> Area {
        let mut rng = Pcg64::seed_from_u64(u64::from(seed) << 48 ^ u64::from(self.photo) << 8 ^ u64::from(self.number));
        let mut random = || f64::from(rng.random::<f32>());
        let share = SMALLEST + (1.0 - SMALLEST) * random();
        // Uniform in the logarithm: wider and narrower alike.
        let aspect = NARROWEST.powf(1.0 - 2.0 * random());
        let sides = [(share * aspect).sqrt().min(1.0), (share / aspect).sqrt().min(1.0)];
        let [left, top] = [(1.0 - sides[0]) * random(), (1.0 - sides[1]) * random()];
        Area {
            left: left * size[0],
            top: top * size[1],
            right: (left + sides[0]) * size[0],
            bottom: (top + sides[1]) * size[1],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crops_lie_inside_and_are_of_the_asked_sizes() {
        let mut smallest = 1.0f64;
        let mut largest = 0.0f64;
        for photo in 0..500 {
            let Area { left, top, right, bottom } = View { photo, number: 1 }.crop([300.0, 200.0], 7);
            assert!(left >= 0.0 && top >= 0.0 && right <= 300.001 && bottom <= 200.001);
            let share = (right - left) * (bottom - top) / 60_000.0;
            (smallest, largest) = (smallest.min(share), largest.max(share));
        }
        assert!((SMALLEST - 1e-6..0.28).contains(&smallest) && largest > 0.9, "{smallest} {largest}");
    }

    #[test]
    fn a_crop_is_the_same_for_the_same_seed_only() {
        let crop = |photo, number, seed| View { photo, number }.crop([300.0, 200.0], seed);
        assert_eq!(crop(3, 1, 0), crop(3, 1, 0));
        assert_ne!(crop(3, 1, 0), crop(3, 2, 0));
        assert_ne!(crop(3, 1, 0), crop(4, 1, 0));
        assert_ne!(crop(3, 1, 0), crop(3, 1, 1));
    }

    #[test]
    fn the_middle_is_what_every_network_sees() {
        let photo = Rgb { width: 40, height: 30, pixels: (0..3600).map(|i| (i % 251) as u8).collect() };
        assert_eq!(View { photo: 0, number: 0 }.pixels(&photo, 32, 5), crop_and_resize(&photo, 32));
        assert_eq!(View::crops(&[4, 9], 3), [View { photo: 4, number: 3 }, View { photo: 9, number: 3 }]);
    }
}

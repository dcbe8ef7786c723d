//! Random changes to photos while a network is trained, so that it does not learn them by heart.
//!
//! ```text
//! Augmentation + seed ─→ Draw ─→ warp (one resampling: flip, rotation, zoom, shift) ─→ colour (brightness, contrast, saturation)
//! ```
//!
//! Everything is computed in whole numbers from a [`seed`] made of the run's seed, the epoch and the photo: the same bytes on every machine,
//! in whatever order photos come.

mod checks;
mod colour;
mod draw;
mod preview;
mod warp;

use crate::project::{Augmentation, SampleId};

pub use checks::check;
pub use draw::Draw;
pub use preview::preview;

/// The seed for a photo's changes in one epoch of a run: neighbouring numbers give unrelated seeds.
pub fn seed(run: u32, epoch: usize, sample: SampleId) -> u64 {
    mix(mix(u64::from(run)).wrapping_add(epoch as u64)).wrapping_add(mix(sample))
}

/// A photo with one draw of the changes that `augmentation` allows.
///
/// # Shapes
/// - `pixels`: u8 RGB `[side, side, 3]`
/// - returns the same
///
/// # Panics
/// If `pixels` is not that long.
pub fn augment(pixels: &[u8], side: usize, augmentation: &Augmentation, seed: u64) -> Vec<u8> {
    apply(pixels, side, &Draw::random(augmentation, seed))
}

/// A photo with these changes; shapes as in [`augment`].
///
/// # Panics
/// As [`augment`].
pub fn apply(pixels: &[u8], side: usize, draw: &Draw) -> Vec<u8> {
    assert_eq!(pixels.len(), side * side * 3, "augment: a photo is [side, side, 3]");
    let mut changed = warp::warp(pixels, side, draw);
    colour::colour(&mut changed, draw);
    changed
}

/// One step of SplitMix64 (Steele, Lea & Flood 2014, "Fast Splittable Pseudorandom Number Generators", figure 16).
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests;

//! What happens to one photo.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::project::{Augmentation, Fill};

/// The changes to one photo, drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draw {
    /// Is it mirrored left to right?
    pub flip: bool,
    /// Degrees it is turned by, clockwise.
    pub rotation: f32,
    /// Share of width and height that is seen.
    pub zoom: f32,
    /// Shares of width and height by which it moves to the right and down.
    pub shift: [f32; 2],
    /// Share of white that is added.
    pub brightness: f32,
    /// What differences from its mean brightness are multiplied by.
    pub contrast: f32,
    /// What differences from a pixel's own brightness are multiplied by.
    pub saturation: f32,
    /// What comes in where the photo moved away.
    pub fill: Fill,
}

impl Draw {
    /// No change.
    pub fn none(fill: Fill) -> Self {
        Self {
            flip: false,
            rotation: 0.0,
            zoom: 1.0,
            shift: [0.0; 2],
            brightness: 0.0,
            contrast: 1.0,
            saturation: 1.0,
            fill,
        }
    }

    /// One draw: each change uniform over its range. Always as many random numbers, so that turning one change on leaves the others as they are.
    pub fn random(augmentation: &Augmentation, seed: u64) -> Self {
        let mut rng = Pcg64::seed_from_u64(seed);
        let mut random = || rng.random::<f32>();
        let flip = random() < 0.5;
        let mut either = || 2.0 * random() - 1.0;
        let rotation = either();
        let shift = [either(), either()];
        let [brightness, contrast, saturation] = [either(), either(), either()];
        let zoom = random();
        Self {
            flip: augmentation.flip && flip,
            rotation: augmentation.rotation * rotation,
            zoom: 1.0 - (1.0 - augmentation.zoom) * zoom,
            shift: shift.map(|share| augmentation.shift * share),
            brightness: augmentation.brightness * brightness,
            contrast: 1.0 + augmentation.contrast * contrast,
            saturation: 1.0 + augmentation.saturation * saturation,
            fill: augmentation.fill,
        }
    }
}

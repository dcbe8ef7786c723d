//! Random changes to photos, so that a network does not learn them by heart.

use serde::{Deserialize, Serialize};

/// What may happen to a photo each time it is trained on; the default is nothing. JSON: missing fields take their defaults.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Augmentation {
    /// Mirrored left to right, half of the time.
    pub flip: bool,
    /// Turned by up to so many degrees either way, 0–45.
    pub rotation: f32,
    /// Enlarged so that as little as this share of width and height stays in view, 0.8–1; 1: not at all.
    pub zoom: f32,
    /// Moved by up to this share of width and height, 0–0.3.
    pub shift: f32,
    /// Lighter or darker by up to this share of white, 0–0.5.
    pub brightness: f32,
    /// Contrast multiplied by 1 ± this at most, 0–0.5.
    pub contrast: f32,
    /// Saturation multiplied by 1 ± this at most, 0–0.5.
    pub saturation: f32,
    /// What comes in where the photo moved away.
    pub fill: Fill,
}

/// What comes in where a photo moved away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fill {
    /// The pixel at the edge, repeated.
    #[default]
    Edge,
    /// The photo, mirrored at its edge.
    Mirror,
    /// Middle grey, which the networks see as zero.
    Grey,
}

impl Default for Augmentation {
    fn default() -> Self {
        Self {
            flip: false,
            rotation: 0.0,
            zoom: 1.0,
            shift: 0.0,
            brightness: 0.0,
            contrast: 0.0,
            saturation: 0.0,
            fill: Fill::Edge,
        }
    }
}

impl Augmentation {
    /// Moderate changes that suit most photos.
    pub fn moderate() -> Self {
        Self {
            flip: true,
            rotation: 10.0,
            zoom: 0.9,
            shift: 0.05,
            brightness: 0.1,
            contrast: 0.1,
            saturation: 0.1,
            fill: Fill::Edge,
        }
    }

    /// Does it change nothing?
    pub fn is_off(&self) -> bool {
        let Self { flip, rotation, zoom, shift, brightness, contrast, saturation, .. } = *self;
        !flip && zoom >= 1.0 && [rotation, shift, brightness, contrast, saturation].iter().all(|&most| most <= 0.0)
    }
}

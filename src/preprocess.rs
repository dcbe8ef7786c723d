//! What the network sees of a photo: its middle, resized to the input's size, scaled to −1…1.
//!
//! This is exactly what happens to every photo, in training and after it: no flip, no colour change, no padding.

use crate::photo::{Area, Rgb, resample};

/// The part of each side that is kept, in the middle: 87.5 %, as the networks were trained to be evaluated.
const CENTRAL: f64 = 0.875;

/// The central 87.5 % of both sides, resized with antialiased bilinear resampling to `size` × `size`; the aspect is not kept.
///
/// # Shapes
/// - photo: u8 [height, width, 3]
/// - result: u8 [size, size, 3]
pub fn crop_and_resize(photo: &Rgb, size: usize) -> Vec<u8> {
    let margin = (1.0 - CENTRAL) / 2.0;
    let [width, height] = [photo.width as f64, photo.height as f64];
    let centre = Area {
        left: width * margin,
        top: height * margin,
        right: width * (1.0 - margin),
        bottom: height * (1.0 - margin),
    };
    resample(photo, centre, [size, size]).pixels
}

/// The network's input: each value 0…255 as −1…1, in the same order.
pub fn to_input(pixels: &[u8]) -> Vec<f32> {
    pixels.iter().map(|&value| f32::from(value) / 127.5 - 1.0).collect()
}

//! From light to a JPEG file: exposure of every pixel, tone, sRGB, encoding.

use crate::denoise::{self, Exposure};
use crate::random::Random;
use crate::scene::Scene;
use crate::trace;
use crate::vec3::Vec3;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Pixels on each side.
pub const SIDE: u32 = 480;
/// A sample costs the visitor no more than this, in bytes.
const LARGEST_FILE: usize = 40_000;

/// Renders a scene with so many paths a pixel, on all processors.
pub fn expose(scene: &Scene, paths: u32) -> RgbImage {
    let next_row = AtomicU32::new(0);
    let rows = Mutex::new(BTreeMap::new());
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let y = next_row.fetch_add(1, Ordering::Relaxed);
                    if y >= SIDE {
                        break;
                    }
                    let row: Vec<_> = (0..SIDE).map(|x| pixel(scene, x, y, paths)).collect();
                    rows.lock().unwrap_or_else(PoisonError::into_inner).insert(y, row);
                }
            });
        }
    });
    let rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
    let exposures: Vec<_> = rows.into_values().flatten().collect();
    let light = denoise::smooth(&exposures);
    RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let colour = tone(light[(y * SIDE + x) as usize]);
        Rgb([colour.x, colour.y, colour.z].map(srgb))
    })
}

/// The average of all paths through one pixel. Each pixel seeds its own random numbers, whichever thread draws it.
fn pixel(scene: &Scene, x: u32, y: u32, paths: u32) -> Exposure {
    let mut random = Random::new(u64::from(y) << 32 | u64::from(x));
    let mut mean = Exposure { light: Vec3::ZERO, albedo: Vec3::ZERO, normal: Vec3::ZERO, variance: 0.0 };
    let share = 1.0 / paths as f32;
    for _ in 0..paths {
        random.begin();
        let across = (x as f32 + 0.5 + random.tent()) / SIDE as f32 * 2.0 - 1.0;
        let down = (y as f32 + 0.5 + random.tent()) / SIDE as f32 * 2.0 - 1.0;
        let ray = scene.camera.ray(across, -down, &mut random);
        let sample = trace::sample(scene, ray, &mut random);
        mean.light += sample.light * share;
        mean.albedo += sample.albedo * share;
        mean.normal += sample.normal * share;
        mean.variance += sample.light.mean().powi(2) * share;
    }
    // So far the mean square; now the variance of the mean.
    mean.variance = (mean.variance - mean.light.mean().powi(2)).max(0.0) * share;
    mean
}

/// Leaves colours alone up to `SHOULDER` and bends what is brighter towards white, as film does.
fn tone(colour: Vec3) -> Vec3 {
    const SHOULDER: f32 = 0.76;
    let peak = colour.largest();
    if peak <= SHOULDER {
        return colour;
    }
    let room = 1.0 - SHOULDER;
    let new_peak = 1.0 - room * room / (peak + room - SHOULDER);
    let scaled = colour * (new_peak / peak);
    // The further over, the paler: a lamp's heart is white.
    let white = 1.0 - 1.0 / (0.15 * (peak - new_peak) + 1.0);
    scaled.mix(Vec3::grey(new_peak), white)
}

fn srgb(linear: f32) -> u8 {
    let value = linear.clamp(0.0, 1.0);
    let value = if value <= 0.003_130_8 { 12.92 * value } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
    // In range by the clamp above.
    (value * 255.0).round() as u8
}

/// The best JPEG that stays within `LARGEST_FILE`.
pub fn encode(picture: &RgbImage) -> Result<Vec<u8>, String> {
    for quality in (40..=93).rev() {
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, quality)
            .encode_image(picture)
            .map_err(|error| format!("JPEG: {error}"))?;
        if bytes.len() <= LARGEST_FILE {
            return Ok(bytes);
        }
    }
    Err(format!("JPEG: expected at most {LARGEST_FILE} bytes, found more even at quality 40; trace more paths"))
}

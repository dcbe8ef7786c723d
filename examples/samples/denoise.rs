//! Takes the grain out of a traced picture: neighbours are averaged where the same surface, lit alike, goes on.
//!
//! A joint bilateral filter (Petschnig et al. 2004) on the light alone: divided by the surface's colour before and
//! multiplied after, so that patterns stay sharp; guided by colour and normal, which the first hit gives without grain.

use crate::film::SIDE;
use crate::vec3::Vec3;

/// What the paths through one pixel found, on average.
#[derive(Clone, Copy)]
pub struct Exposure {
    /// Light that arrived, linear.
    pub light: Vec3,
    /// Colour of the first surface, or of the backdrop.
    pub albedo: Vec3,
    /// Normal of the first surface; shorter where several are mixed, zero for the backdrop.
    pub normal: Vec3,
    /// Variance of the mean brightness of `light`.
    pub variance: f32,
}

/// Pixels looked at to each side.
const REACH: usize = 5;
/// Distance in pixels, difference of normals and of colours at which a neighbour counts for 1/√e.
const NEAR: f32 = 2.6;
const SAME_NORMAL: f32 = 0.10;
const SAME_COLOUR: f32 = 0.06;
/// Brightness may differ by so many standard deviations of the grain before it is taken for a shadow or a highlight.
const SAME_LIGHT: f32 = 2.0;
/// Black things mirror light too; dividing by less than this would blow grain up.
const DARKEST: f32 = 0.02;

/// The filtered light of each pixel, row by row.
pub fn smooth(exposures: &[Exposure]) -> Vec<Vec3> {
    let lit: Vec<_> = exposures.iter().map(|e| e.light.divide(e.albedo.max(DARKEST))).collect();
    // Brightness and its variance, averaged over 3 × 3, so that grain is not compared with grain.
    let steady: Vec<_> = (0..lit.len())
        .map(|at| {
            let (mut brightness, mut variance, mut count) = (0.0, 0.0, 0.0);
            for other in around(at, 1) {
                let scale = 1.0 / exposures[other].albedo.max(DARKEST).mean();
                brightness += lit[other].mean();
                variance += exposures[other].variance * scale * scale;
                count += 1.0;
            }
            (brightness / count, variance / count)
        })
        .collect();
    (0..lit.len())
        .map(|at| {
            let here = &exposures[at];
            let (mut sum, mut total) = (Vec3::ZERO, 0.0);
            for other in around(at, REACH) {
                let there = &exposures[other];
                let (dx, dy) = ((at % WIDTH).abs_diff(other % WIDTH), (at / WIDTH).abs_diff(other / WIDTH));
                let apart = (dx * dx + dy * dy) as f32 / (NEAR * NEAR);
                let turned = (here.normal - there.normal).square() / (SAME_NORMAL * SAME_NORMAL);
                let tinted = (here.albedo - there.albedo).square() / (SAME_COLOUR * SAME_COLOUR);
                let (a, b) = (steady[at], steady[other]);
                let brighter = (a.0 - b.0).powi(2) / (SAME_LIGHT * SAME_LIGHT * (a.1 + b.1) + 1e-6);
                let weight = (-0.5 * (apart + turned + tinted + brighter)).exp();
                sum += lit[other] * weight;
                total += weight;
            }
            sum * (1.0 / total) * here.albedo.max(DARKEST)
        })
        .collect()
}

const WIDTH: usize = SIDE as usize;

/// The pixels within `reach` of one, itself among them.
fn around(at: usize, reach: usize) -> impl Iterator<Item = usize> {
    let (x, y) = (at % WIDTH, at / WIDTH);
    let span = move |middle: usize| middle.saturating_sub(reach)..(middle + reach + 1).min(WIDTH);
    span(y).flat_map(move |row| span(x).map(move |column| row * WIDTH + column))
}

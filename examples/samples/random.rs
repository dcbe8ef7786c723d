//! Random numbers that depend on nothing but the pixel and the path: the same picture on every run.

use crate::vec3::{Vec3, vec3};
use std::f32::consts::TAU;

/// The first draws of a path (place in the pixel, lens, first surface) come from a Kronecker sequence, which fills its
/// space evenly, so that few paths do the work of many; later draws from PCG32 (O'Neill 2014, pcg-random.org, XSH-RR).
pub struct Random {
    state: u64,
    /// Where this pixel's sequence begins, so that neighbours do not err alike.
    start: [u32; EVEN],
    path: u32,
    draw: usize,
}

/// Draws that are spread evenly: 4 for the place in the pixel, 2 lens, 2 microfacet, 1 coat, 1 side, 2 window, 2 bounce.
const EVEN: usize = 14;
/// Square roots of the first primes, without their whole part, as 32-bit fractions: no small ratios between them.
const STEPS: [u32; EVEN] = {
    let primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43];
    let mut steps = [0; EVEN];
    let mut i = 0;
    while i < EVEN {
        // The low 32 bits of √(prime · 2⁶⁴) are the fraction; the cast drops the whole part on purpose.
        steps[i] = ((primes[i] as u128) << 64).isqrt() as u32;
        i += 1;
    }
    steps
};

impl Random {
    pub fn new(seed: u64) -> Self {
        let state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x853c_49e6_748f_ea9b;
        let mut random = Self { state, start: [0; EVEN], path: 0, draw: EVEN };
        random.next();
        random.next();
        random.start = std::array::from_fn(|_| random.next());
        random
    }

    /// Begins the next path through the same pixel.
    pub fn begin(&mut self) {
        self.path += 1;
        self.draw = 0;
    }

    fn next(&mut self) -> u32 {
        let old = self.state;
        self.state = old.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The lower half after the shift is what the generator keeps; the cast drops the rest on purpose.
        let mixed = (((old >> 18) ^ old) >> 27) as u32;
        mixed.rotate_right((old >> 59) as u32)
    }

    /// 0.0..1.0
    pub fn unit(&mut self) -> f32 {
        let bits = match (self.start.get(self.draw), STEPS.get(self.draw)) {
            (Some(start), Some(step)) => start.wrapping_add(step.wrapping_mul(self.path)),
            _ => self.next(),
        };
        self.draw += 1;
        (bits >> 8) as f32 / 16_777_216.0
    }

    /// A point of the unit disc, evenly: (x, y).
    pub fn disc(&mut self) -> (f32, f32) {
        let (radius, angle) = (self.unit().sqrt(), TAU * self.unit());
        (radius * angle.cos(), radius * angle.sin())
    }

    /// A direction about `normal`, as likely as its cosine: what a matt surface scatters.
    pub fn cosine(&mut self, normal: Vec3) -> Vec3 {
        let (x, y) = self.disc();
        let (u, v) = normal.frame();
        u * x + v * y + normal * (1.0 - x * x - y * y).max(0.0).sqrt()
    }

    /// The normal of a microfacet of a surface with GGX roughness `alpha` (Walter et al. 2007, equation 35).
    pub fn microfacet(&mut self, normal: Vec3, alpha: f32) -> Vec3 {
        let (share, angle) = (self.unit(), TAU * self.unit());
        let cos = ((1.0 - share) / (1.0 + (alpha * alpha - 1.0) * share)).sqrt();
        let sin = (1.0 - cos * cos).max(0.0).sqrt();
        let local = vec3(sin * angle.cos(), sin * angle.sin(), cos);
        let (u, v) = normal.frame();
        u * local.x + v * local.y + normal * local.z
    }

    /// A tent-shaped offset in -1.0..1.0, the filter between neighbouring pixels.
    pub fn tent(&mut self) -> f32 {
        self.unit() + self.unit() - 1.0
    }
}

//! What Adam is made of (Kingma & Ba 2015, algorithm 1), for a head's own step and for that of any tensor; `shared/adam.wgsl` is its twin.

use wide::f32x8;

/// Decay of Adam's mean of gradients: the value of Kingma & Ba 2015, section 2.
pub const BETA_1: f32 = 0.9;
/// Decay of Adam's mean of squared gradients: likewise.
pub const BETA_2: f32 = 0.999;
/// Keeps Adam from dividing by zero: likewise.
pub const EPSILON: f32 = 1e-8;

/// `1 − β₁ᵗ` and `1 − β₂ᵗ`: what the averages must be divided by because they began at zero (Kingma & Ba 2015, section 3). `step`: t, from 1.
pub fn corrections(step: u32) -> [f32; 2] {
    // In f64: 1 − 0.999 in f32 has lost half of its digits.
    [BETA_1, BETA_2].map(|beta| (1.0 - f64::from(beta).powf(f64::from(step))) as f32)
}

/// The means of gradients and of their squares, one gradient further.
#[inline(always)]
pub(super) fn averages([first, second]: [f32x8; 2], gradient: f32x8) -> [f32x8; 2] {
    let all = f32x8::splat;
    [first * all(BETA_1) + gradient * all(1.0 - BETA_1), second * all(BETA_2) + gradient * gradient * all(1.0 - BETA_2)]
}

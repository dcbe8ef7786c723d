//! The optimizer's step on the CPU; twin of `update.wgsl`.

use burn::backend::flex::FlexTensor;
use wide::f32x8;

use super::Constants;
use crate::kernels::adam::{EPSILON, averages};
use crate::kernels::cpu::{contiguous, values};

const LANES: usize = 8;

/// See [`super::adam`].
pub fn adam(
    weight: FlexTensor,
    gradient: FlexTensor,
    first: FlexTensor,
    second: FlexTensor,
    [c1, c2]: [f32; 2],
    constants: Constants,
) -> (FlexTensor, FlexTensor, FlexTensor) {
    let gradient = contiguous(gradient);
    let gradient = values(&gradient);
    let [mut weight, mut first, mut second] = [weight, first, second].map(whole);
    let all = f32x8::splat;
    let step = Step::new(gradient, &constants);
    let (rate, root) = (all(constants.rate / c1), all(1.0 / c2));
    let kept = first.storage_mut::<f32>().chunks_mut(LANES).zip(second.storage_mut::<f32>().chunks_mut(LANES));
    let rows = weight.storage_mut::<f32>().chunks_mut(LANES).zip(gradient.chunks(LANES)).zip(kept);
    for ((weight, gradient), (first, second)) in rows {
        let (decayed, gradient) = step.begin(load(weight), load(gradient));
        let [mean, square] = averages([load(first), load(second)], gradient);
        store(first, mean);
        store(second, square);
        store(weight, decayed - rate * mean / ((square * root).sqrt() + all(EPSILON)));
    }
    (weight, first, second)
}

/// See [`super::momentum`].
pub fn momentum(
    weight: FlexTensor,
    gradient: FlexTensor,
    velocity: FlexTensor,
    share: f32,
    constants: Constants,
) -> (FlexTensor, FlexTensor) {
    let gradient = contiguous(gradient);
    let gradient = values(&gradient);
    let [mut weight, mut velocity] = [weight, velocity].map(whole);
    let step = Step::new(gradient, &constants);
    let rows = weight.storage_mut::<f32>().chunks_mut(LANES).zip(gradient.chunks(LANES));
    for ((weight, gradient), velocity) in rows.zip(velocity.storage_mut::<f32>().chunks_mut(LANES)) {
        let (decayed, gradient) = step.begin(load(weight), load(gradient));
        let moved = load(velocity) * f32x8::splat(share) + gradient;
        store(velocity, moved);
        store(weight, decayed - moved * f32x8::splat(constants.rate));
    }
    (weight, velocity)
}

/// What both begin with.
struct Step {
    scale: f32x8,
    decay: f32x8,
    kept: f32x8,
}

impl Step {
    fn new(gradient: &[f32], constants: &Constants) -> Self {
        let Constants { rate, decay, decoupled, clip } = *constants;
        let scale = if clip.is_finite() { (clip / norm(gradient).max(f32::MIN_POSITIVE)).min(1.0) } else { 1.0 };
        let [scale, decay, kept] = [scale, decay, 1.0 - rate * decoupled].map(f32x8::splat);
        Self { scale, decay, kept }
    }

    /// The weight after decoupled decay, and the gradient as the averages take it.
    #[inline(always)]
    fn begin(&self, weight: f32x8, gradient: f32x8) -> (f32x8, f32x8) {
        (weight * self.kept, gradient * self.scale + weight * self.decay)
    }
}

fn norm(gradient: &[f32]) -> f32 {
    let mut sums = [0.0f64; LANES];
    for chunk in gradient.chunks(LANES) {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += f64::from(*value) * f64::from(*value);
        }
    }
    sums.iter().sum::<f64>().sqrt() as f32
}

/// The tensor in memory that holds nothing else; nobody else's where it is changed.
fn whole(tensor: FlexTensor) -> FlexTensor {
    let count = tensor.layout().shape().num_elements();
    let is_whole = tensor.as_slice::<f32>().is_some() && tensor.storage::<f32>().len() == count;
    if is_whole { tensor } else { tensor.to_contiguous() }
}

/// Up to eight values, zeros behind them.
#[inline(always)]
fn load(chunk: &[f32]) -> f32x8 {
    match chunk.first_chunk::<LANES>() {
        Some(lanes) => f32x8::from(*lanes),
        None => {
            let mut lanes = [0.0; LANES];
            lanes[..chunk.len()].copy_from_slice(chunk);
            f32x8::from(lanes)
        }
    }
}

#[inline(always)]
fn store(chunk: &mut [f32], value: f32x8) {
    match chunk.first_chunk_mut::<LANES>() {
        Some(lanes) => *lanes = value.to_array(),
        None => chunk.copy_from_slice(&value.to_array()[..chunk.len()]),
    }
}

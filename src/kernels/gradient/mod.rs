//! What the layers' gradients on the GPU share: the mask of an activation, and sums that many workgroups begin and one pass ends.

use burn::backend::wgpu::CubeTensor;

use super::Activation;
use super::gpu::{Wgsl, dims4, empty, launch, wgsl};

/// Invocations that keep a GPU busy; fewer slices of rows than this asks for would leave it idle, more cost memory.
const INVOCATIONS: usize = 1 << 15;

/// Slices at most: one invocation of the last pass walks them all.
const MAX_SLICES: usize = 256;

/// `gradient` where the activation let its `output` pass unchanged, else zero; the same tensor where there was no activation.
pub fn masked(gradient: CubeTensor, output: Option<&CubeTensor>, activation: Activation) -> CubeTensor {
    let Some(output) = output else { return gradient };
    let shape = dims4(&gradient);
    let count = shape.iter().product::<usize>() / 4;
    let masked = empty(&gradient, shape);
    let kernel = Wgsl {
        name: "mask",
        source: wgsl!("../shared/activation.wgsl", "mask.wgsl"),
        constants: vec![("activation", activation.code())],
    };
    launch(kernel, count, &[&gradient, output, &masked], &[count as u32]);
    masked
}

/// How many rows one invocation adds up, and how many such slices there are, if `tiles` invocations share a slice.
pub fn slices(rows: usize, tiles: usize, shortest: usize) -> (usize, usize) {
    let wanted = (INVOCATIONS / tiles.max(1)).clamp(1, MAX_SLICES);
    let slice = rows.div_ceil(wanted).max(shortest);
    (slice, rows.div_ceil(slice))
}

/// The sums over slices of `partial` `[slices, weights + biases]` (numbers, both multiples of four), as two tensors.
pub fn sums<const D: usize>(
    partial: &CubeTensor,
    slices: usize,
    weight: Option<[usize; D]>,
    biases: usize,
) -> (Option<CubeTensor>, CubeTensor) {
    let weights = weight.map_or(0, |shape| shape.iter().product());
    // A buffer must be bound where no weight is wanted too.
    let weight_sums = match weight {
        Some(shape) => empty(partial, shape),
        None => empty(partial, [4]),
    };
    let bias_sums = empty(partial, [biases]);
    let kernel = Wgsl { name: "sums", source: include_str!("sums.wgsl"), constants: vec![] };
    let numbers = [slices, weights / 4, biases / 4].map(|value| value as u32);
    launch(kernel, (weights + biases) / 4, &[partial, &weight_sums, &bias_sums], &numbers);
    (weight.map(|_| weight_sums), bias_sums)
}

//! Launches cross-entropy's WGSL.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use crate::kernels::gpu::{WORKGROUP, Wgsl, dims4, empty, launch, wgsl};

/// The operation on CubeCL tensors; see [`super::cross_entropy`] for shapes.
pub fn run(
    logits: CubeTensor,
    targets: CubeTensor,
    weights: CubeTensor,
    classes: usize,
    temperature: f32,
) -> CubeTensor {
    let [logits, targets, weights] = [logits, targets, weights].map(into_contiguous);
    let [n, _, _, width] = dims4(&logits);
    let (losses, mean) = (empty(&logits, [n]), empty(&logits, [1]));
    let sizes = [n as u32, width as u32, classes as u32, temperature.to_bits()];
    let tensors = [&logits, &targets, &weights, &losses];
    launch(
        kernel("cross entropy losses", wgsl!("../shared/reduction.wgsl", "losses.wgsl")),
        n * WORKGROUP as usize,
        &tensors,
        &sizes,
    );
    launch(
        kernel("cross entropy mean", wgsl!("../shared/reduction.wgsl", "mean.wgsl")),
        1,
        &[&losses, &weights, &mean],
        &sizes,
    );
    mean
}

/// The gradient of the logits.
pub fn gradient(
    gradient: CubeTensor,
    logits: CubeTensor,
    targets: CubeTensor,
    weights: CubeTensor,
    classes: usize,
    temperature: f32,
) -> CubeTensor {
    let [gradient, logits, targets, weights] = [gradient, logits, targets, weights].map(into_contiguous);
    let shape @ [n, _, _, width] = dims4(&logits);
    let output = empty(&logits, shape);
    let sizes = [n as u32, width as u32, classes as u32, temperature.to_bits()];
    let tensors = [&gradient, &logits, &targets, &weights, &output];
    launch(
        kernel("cross entropy gradient", wgsl!("../shared/reduction.wgsl", "gradient.wgsl")),
        n * WORKGROUP as usize,
        &tensors,
        &sizes,
    );
    output
}

/// See [`super::correct`].
pub fn correct(logits: CubeTensor, labels: CubeTensor, classes: usize) -> CubeTensor {
    let (logits, labels) = (into_contiguous(logits), into_contiguous(labels));
    let [n, _, _, width] = dims4(&logits);
    let right = empty(&logits, [1]);
    let sizes = [n as u32, width as u32, classes as u32];
    launch(
        kernel("correct", wgsl!("../shared/reduction.wgsl", "correct.wgsl")),
        1,
        &[&logits, &labels, &right],
        &sizes,
    );
    right
}

fn kernel(name: &'static str, source: &'static str) -> Wgsl {
    Wgsl { name, source, constants: vec![] }
}

//! Launches `convolution.wgsl`, or `photo.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use crate::kernels::gpu::{Wgsl, dims4, empty, launch, wgsl};
use crate::kernels::window::{Window, patch_len};
use crate::kernels::{Activation, PANEL};

/// Neighbouring pixels an invocation computes; `convolution.wgsl` and `photo.wgsl` are written for four.
pub(super) const TILE: usize = 4;

/// The source for whole vectors of channels, and for the gradient of any input.
pub(super) const SOURCE: &str = wgsl!("../shared/activation.wgsl", "../shared/tile.wgsl", "convolution.wgsl");

/// The operation on CubeCL tensors; see [`super::convolution`] for shapes.
pub fn run(
    input: CubeTensor,
    weight: CubeTensor,
    bias: CubeTensor,
    window: Window,
    activation: Activation,
) -> CubeTensor {
    let (input, weight, bias) = (into_contiguous(input), into_contiguous(weight), into_contiguous(bias));
    let [n, h, w, c] = dims4(&input);
    let ((out_h, top), (out_w, left)) = (window.output(h), window.output(w));
    let columns = bias.meta.shape().num_elements();
    let output = empty(&input, [n, out_h, out_w, columns]);
    // Without whole vectors of channels (a photo's three) another source reads single numbers.
    let vectors = c.is_multiple_of(4);
    let mut constants = constants(window, activation);
    let (name, source) = if vectors {
        constants.push(("turned", 0));
        ("convolution", SOURCE)
    } else {
        ("convolution of a photo", wgsl!("../shared/activation.wgsl", "../shared/tile.wgsl", "photo.wgsl"))
    };
    let depth = if vectors { c / 4 } else { c };
    let sizes = [n, h, w, depth, out_h, out_w, columns / 4, top, left, patch_len(window.kernel, c)];
    let invocations = n * out_h * out_w.div_ceil(TILE) * (columns / PANEL);
    let kernel = Wgsl { name, source, constants };
    launch(kernel, invocations, &[&input, &weight, &bias, &output], &sizes.map(|value| value as u32));
    output
}

/// What a source's text depends on.
pub(super) fn constants(window: Window, activation: Activation) -> Vec<(&'static str, u32)> {
    vec![("kernel", window.kernel as u32), ("stride", window.stride as u32), ("activation", activation.code())]
}

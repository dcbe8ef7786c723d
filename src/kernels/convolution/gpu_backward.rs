//! Launches the WGSL of the convolution's gradients.

use burn::backend::ops::FloatTensorOps;
use burn::backend::wgpu::{CubeBackend, CubeTensor, into_contiguous};
use burn::tensor::{FloatDType, Slice};

use super::gpu::{SOURCE, TILE, constants};
use crate::kernels::backward::{Kept, LayerGradients};
use crate::kernels::gpu::{Wgsl, dims4, empty, launch};
use crate::kernels::gradient::{masked, slices, sums};
use crate::kernels::patches;
use crate::kernels::window::{Padding, Window, patch_len};
use crate::kernels::{Activation, PANEL};

/// Pixels that one invocation sums at least.
const SHORTEST: usize = 64;

/// Numbers of all partial sums at most: 64 MiB.
const PARTIAL: usize = 1 << 24;

/// The gradients that are wanted; see [`ScratchGradients`](crate::kernels::scratch::ScratchGradients).
pub fn run(gradient: CubeTensor, kept: Kept<CubeTensor>, window: Window) -> LayerGradients<CubeTensor> {
    let Kept { shape, input, weight, output, bias, activation } = kept;
    let output = output.map(into_contiguous);
    let gradient = masked(into_contiguous(gradient), output.as_ref(), activation);
    let (weight_gradient, bias_gradient) = match input {
        Some(input) => {
            let (weight, bias) = weight_gradient(input, &gradient, window);
            (weight, Some(bias))
        }
        None => (None, bias.then(|| bias_gradient(&gradient))),
    };
    let input = weight.map(|weight| input_gradient(&gradient, weight, shape, window));
    LayerGradients { input, weight: weight_gradient, bias: bias_gradient }
}

/// Of the bias alone, where the weights are frozen: a 1×1 convolution's, of an input that is not looked at.
fn bias_gradient(gradient: &CubeTensor) -> CubeTensor {
    let each = Window { kernel: 1, stride: 1, padding: Padding::Valid };
    let [n, h, w, _] = dims4(gradient);
    let zeros = CubeBackend::float_zeros([n, h, w, PANEL].into(), &gradient.device, FloatDType::F32);
    weight_gradient(zeros, gradient, each).1
}

/// Of the input, of `shape` `[N, H, W, C_in]`; `gradient` is that before the activation.
fn input_gradient(gradient: &CubeTensor, weight: CubeTensor, shape: [usize; 4], window: Window) -> CubeTensor {
    let weight = into_contiguous(weight);
    let ([n, out_h, out_w, outputs], [_, h, w, c]) = (dims4(gradient), shape);
    let ((_, top), (_, left)) = (window.output(h), window.output(w));
    let columns = c.next_multiple_of(PANEL);
    let turned = turn(&weight, [outputs, columns, c], window.kernel);
    let zeros = CubeBackend::float_zeros([columns].into(), &gradient.device, FloatDType::F32);
    let output = empty(gradient, [n, h, w, columns]);
    let mut constants = constants(window, Activation::Linear);
    constants.push(("turned", 1));
    let kernel = Wgsl { name: "convolution", source: SOURCE, constants };
    let taps = window.kernel * window.kernel;
    let sizes = [n, out_h, out_w, outputs / 4, h, w, columns / 4, top, left, taps * outputs];
    let invocations = n * h * w.div_ceil(TILE) * (columns / PANEL);
    launch(kernel, invocations, &[gradient, &turned, &zeros, &output], &sizes.map(|value| value as u32));
    if columns == c {
        return output;
    }
    // A photo's one or three channels: the panel's others are left out.
    let all = shape.map(|size| Slice::from(0..size));
    CubeBackend::float_slice(output, &all)
}

/// Weights `[C_out / 8, patch_len, 8]` as `[C_in' / 8, k · k · C_out, 8]`.
fn turn(weight: &CubeTensor, [outputs, columns, channels]: [usize; 3], kernel: usize) -> CubeTensor {
    let taps = kernel * kernel;
    let turned = empty(weight, [columns / PANEL, taps * outputs, PANEL]);
    let kernel_source = Wgsl { name: "convolution turn", source: include_str!("turn.wgsl"), constants: vec![] };
    let sizes = [columns / PANEL, taps, outputs, channels, patch_len(kernel, channels)].map(|value| value as u32);
    launch(kernel_source, columns * taps * outputs / 4, &[weight, &turned], &sizes);
    turned
}

/// Of weights `[C_out / 8, patch_len, 8]` and bias `[C_out]`; `gradient` is that before the activation.
fn weight_gradient(input: CubeTensor, gradient: &CubeTensor, window: Window) -> (Option<CubeTensor>, CubeTensor) {
    let input = into_contiguous(input);
    let [n, h, w, c] = dims4(&input);
    if !c.is_multiple_of(PANEL) {
        // A photo's one or three channels make no vectors; its patches do, and a convolution is a 1×1 one over them.
        let each = Window { kernel: 1, stride: 1, padding: Padding::Valid };
        return weight_gradient(patches::gpu(input, window), gradient, each);
    }
    let [_, out_h, out_w, outputs] = dims4(gradient);
    let ((_, top), (_, left)) = (window.output(h), window.output(w));
    let (panels, len, pixels) = (outputs / PANEL, patch_len(window.kernel, c), n * out_h * out_w);
    let quads = len / 4 + 1; // groups of four numbers of a patch, and one for the bias
    let (chunk, chunks) = slices(pixels, panels * quads, SHORTEST.max(pixels * len / (PARTIAL / outputs)));
    let partial = empty(&input, [chunks, outputs * (len + 1)]);
    let kernel = Wgsl {
        name: "convolution weight gradient",
        source: include_str!("weight_gradient.wgsl"),
        constants: vec![("kernel", window.kernel as u32), ("stride", window.stride as u32)],
    };
    let sizes = [pixels, h, w, c / 4, out_h, out_w, panels, top, left, chunk, chunks].map(|value| value as u32);
    launch(kernel, chunks * panels * quads, &[&input, gradient, &partial], &sizes);
    sums(&partial, chunks, Some([panels, len, PANEL]), outputs)
}

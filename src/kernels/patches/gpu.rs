//! Launches `patches.wgsl` and `gradient.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use super::{Window, patch_len};
use crate::kernels::gpu::{Wgsl, dims4, empty, launch, wgsl};

/// The operation on CubeCL tensors; see [`super::patches`] for shapes.
pub fn run(input: CubeTensor, window: Window) -> CubeTensor {
    let input = into_contiguous(input);
    let shape @ [n, h, w, c] = dims4(&input);
    let ((out_h, _), (out_w, _)) = (window.output(h), window.output(w));
    let len = patch_len(window.kernel, c);
    let output = empty(&input, [n, out_h, out_w, len]);
    let kernel = Wgsl {
        name: "patches",
        source: wgsl!("../shared/window.wgsl", "patches.wgsl"),
        constants: vec![("kernel", window.kernel as u32), ("stride", window.stride as u32)],
    };
    launch(kernel, n * out_h * out_w * (len / 4), &[&input, &output], &sizes(shape, window));
    output
}

/// The gradient of the input `[N, H, W, C]` from that of the patches.
pub fn gradient(gradient: CubeTensor, shape: [usize; 4], window: Window) -> CubeTensor {
    let gradient = into_contiguous(gradient);
    let output = empty(&gradient, shape);
    let kernel = Wgsl {
        name: "patches gradient",
        source: wgsl!("../shared/window.wgsl", "gradient.wgsl"),
        constants: vec![("kernel", window.kernel as u32), ("stride", window.stride as u32)],
    };
    launch(kernel, shape.iter().product(), &[&gradient, &output], &sizes(shape, window));
    output
}

/// In the shaders' order.
fn sizes([n, h, w, c]: [usize; 4], window: Window) -> [u32; 9] {
    let ((out_h, top), (out_w, left)) = (window.output(h), window.output(w));
    [n, h, w, c, out_h, out_w, top, left, patch_len(window.kernel, c)].map(|value| value as u32)
}

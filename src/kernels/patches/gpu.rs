//! Launches `patches.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use crate::kernels::gpu::{Wgsl, dims4, empty, launch, wgsl};
use crate::kernels::window::{Window, patch_len};

/// The patches of `input` `[N, H, W, C]`; see [`super`] for their shape.
pub fn run(input: CubeTensor, window: Window) -> CubeTensor {
    let input = into_contiguous(input);
    let [n, h, w, c] = dims4(&input);
    let ((out_h, top), (out_w, left)) = (window.output(h), window.output(w));
    let len = patch_len(window.kernel, c);
    let output = empty(&input, [n, out_h, out_w, len]);
    let kernel = Wgsl {
        name: "patches",
        source: wgsl!("../shared/window.wgsl", "patches.wgsl"),
        constants: vec![("kernel", window.kernel as u32), ("stride", window.stride as u32)],
    };
    let sizes = [n, h, w, c, out_h, out_w, top, left, len].map(|value| value as u32); // in the shader's order
    launch(kernel, n * out_h * out_w * (len / 4), &[&input, &output], &sizes);
    output
}

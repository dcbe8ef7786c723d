//! Launches `average_pool.wgsl` and `gradient.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use crate::kernels::gpu::{Wgsl, dims4, empty, launch, wgsl};
use crate::kernels::window::Window;

/// The operation on CubeCL tensors; see [`super::average_pool`] for shapes.
pub fn run(input: CubeTensor, window: Window) -> CubeTensor {
    let input = into_contiguous(input);
    let [n, h, w, c] = dims4(&input);
    let (out_h, out_w) = (window.output(h).0, window.output(w).0);
    let output = empty(&input, [n, out_h, out_w, c]);
    let kernel = kernel("average pool", wgsl!("../shared/window.wgsl", "average_pool.wgsl"), window);
    let sizes = [n, h, w, c / 4, out_h, out_w].map(|value| value as u32);
    launch(kernel, n * out_h * out_w * c / 4, &[&input, &output], &sizes);
    output
}

/// The gradient of the input `[N, H, W, C]`.
pub fn gradient(gradient: CubeTensor, shape: [usize; 4], window: Window) -> CubeTensor {
    let gradient = into_contiguous(gradient);
    let ([n, h, w, c], [_, out_h, out_w, _]) = (shape, dims4(&gradient));
    let output = empty(&gradient, shape);
    let kernel = kernel("average pool gradient", wgsl!("../shared/window.wgsl", "gradient.wgsl"), window);
    let sizes = [n, h, w, c / 4, out_h, out_w].map(|value| value as u32);
    launch(kernel, n * h * w * c / 4, &[&gradient, &output], &sizes);
    output
}

fn kernel(name: &'static str, source: &'static str, window: Window) -> Wgsl {
    Wgsl { name, source, constants: vec![("kernel", window.kernel as u32), ("stride", window.stride as u32)] }
}

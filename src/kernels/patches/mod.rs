//! k×k patches of an activation as rows of a matrix ("im2col"): a product over them is a standard convolution.
//!
//! Patches take `k²` times the memory of the activation. What only needs their product uses [`super::convolution`], which reads the
//! same numbers where they are.

mod cpu;
mod gpu;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use super::same_padding;
use super::scratch::ScratchKernels;

pub(super) use cpu::{gradient as cpu_gradient, of_image as patches_of_image, run as cpu};
pub(super) use gpu::{gradient as gpu_gradient, run as gpu};

/// What windows see beyond the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// Zeros, so that there are `ceil(size / stride)` outputs: TensorFlow's `SAME`, see [`same_padding`].
    Same,
    /// Nothing: windows stay inside, `floor((size - kernel) / stride) + 1` outputs.
    Valid,
}

/// The windows of a convolution or a pooling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Rows and columns of a window.
    pub kernel: usize,
    /// Pixels from one window to the next.
    pub stride: usize,
    /// What lies beyond the edge.
    pub padding: Padding,
}

impl Window {
    /// The window, checked against an activation.
    ///
    /// # Panics
    /// If there is no such window, or if `Valid` ones do not fit into `height` × `width`: a defect of ours, as networks are checked
    /// when they are planned.
    pub(super) fn new([kernel, stride]: [usize; 2], padding: Padding, [height, width]: [usize; 2]) -> Self {
        assert!(kernel > 0 && stride > 0, "windows of {kernel} by {kernel} at stride {stride}");
        assert!(
            padding == Padding::Same || kernel <= height.min(width),
            "windows of {kernel} by {kernel} do not fit into {height} by {width}"
        );
        Self { kernel, stride, padding }
    }

    /// How many windows there are along a side of `size` pixels, and how far the first one reaches before it.
    pub const fn output(&self, size: usize) -> (usize, usize) {
        match self.padding {
            Padding::Same => same_padding(size, self.kernel, self.stride),
            Padding::Valid => ((size - self.kernel) / self.stride + 1, 0),
        }
    }

    /// The pixels in the window of output `pixel`, in reading order, of an input `width` wide; for windows that stay inside.
    pub(super) fn taps(self, pixel: usize, width: usize) -> impl Iterator<Item = usize> {
        let out_w = self.output(width).0;
        let first = pixel / out_w * self.stride * width + pixel % out_w * self.stride;
        (0..self.kernel).flat_map(move |i| (0..self.kernel).map(move |j| first + i * width + j))
    }
}

/// Numbers in a `kernel`×`kernel` patch of `channels` channels, `kernel² · C` rounded up to a panel of eight with zeros: its length is the
/// depth of the forward product and the width of a backward one.
pub const fn patch_len(kernel: usize, channels: usize) -> usize {
    (kernel * kernel * channels).next_multiple_of(super::PANEL)
}

/// The patches that a `kernel`×`kernel` convolution sees. Differentiable.
///
/// # Shapes
/// - `input`: `[N, H, W, C]`, any `C`
/// - returns `[N, H', W', patch_len(kernel, C)]`; number `(kernel · i + j) · C + c` of a patch is the input at row `i`, column `j`, channel `c`
///   of its window, zero outside the input
///
/// # Panics
/// If a window does not fit into the input: a defect of ours.
pub fn patches(input: Tensor<4>, kernel: usize, stride: usize, padding: Padding) -> Tensor<4> {
    let [_, h, w, _] = input.dims();
    let window = Window::new([kernel, stride], padding, [h, w]);
    Tensor::from_dispatch(Dispatch::graft_patches(input.into_dispatch(), window))
}

//! What a layer keeps for the way back, what comes of it, and the gradients as a trait over Burn's backends.

use burn::backend::Backend;
use burn::backend::tensor::FloatTensor;

use super::Activation;

/// What a layer with weights keeps of its forward pass; `T` is a device's tensor.
///
/// Each part is there only where it is needed: a frozen weight needs no input, an input without gradient needs no weights, a linear layer
/// no output. No sum before the activation is kept: the output tells where the gradient passes.
#[derive(Debug, Clone)]
pub struct Kept<T> {
    /// The input's `[N, H, W, C_in]`.
    pub shape: [usize; 4],
    /// The input, where the weight's gradient is wanted.
    pub input: Option<T>,
    /// The weight, where the input's gradient is wanted.
    pub weight: Option<T>,
    /// The output, where an activation cut it.
    pub output: Option<T>,
    /// Whether the bias's gradient is wanted.
    pub bias: bool,
    /// What cut the output.
    pub activation: Activation,
}

/// The gradients of a layer with weights: those that were wanted.
#[derive(Debug)]
pub struct LayerGradients<T> {
    /// In the input's shape.
    pub input: Option<T>,
    /// In the weight's shape.
    pub weight: Option<T>,
    /// In the bias's shape.
    pub bias: Option<T>,
}

/// The gradients of [`Kernels`](super::Kernels), one implementation a device. `gradient` is the loss's by the layer's output, in its shape.
pub trait BackwardKernels: Backend {
    /// With `z = input · weight + bias` and the residual apart, `dz = gradient` where the activation let pass, else 0:
    /// input `dz · weightᵀ`, weight `inputᵀ · dz`, bias `Σ dz` over rows.
    fn pointwise_backward(
        gradient: FloatTensor<Self>,
        kept: Kept<FloatTensor<Self>>,
    ) -> LayerGradients<FloatTensor<Self>>;

    /// The same for the depthwise convolution: an input pixel gathers from the windows that hold it, a weight from all pixels.
    fn depthwise_backward(
        gradient: FloatTensor<Self>,
        kept: Kept<FloatTensor<Self>>,
        stride: usize,
    ) -> LayerGradients<FloatTensor<Self>>;

    /// Every pixel of `[N, H, W, C]` gets its share of `gradient` `[N, 1, 1, C]`.
    fn global_average_backward(gradient: FloatTensor<Self>, height: usize, width: usize) -> FloatTensor<Self>;
}

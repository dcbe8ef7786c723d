//! The operations that carry a MobileNet, written here for two devices.
//!
//! Everything is channels last: an activation is `[N, H, W, C]`, so that a 1×1 convolution is one matrix product over
//! `N·H·W` rows, and a depthwise convolution runs along vectors of channels. Bias, ReLU6 and the residual are fused into the pass
//! that produces a value. Every channel count is a multiple of [`PANEL`] (a weight file of another width is padded by the loader).
//!
//! | operation | folder | what it is in a MobileNet |
//! |---|---|---|
//! | [`pointwise`] | `pointwise/` | 1×1 convolution: expand, project, pointwise; and the dense head |
//! | [`depthwise`] | `depthwise/` | 3×3 depthwise convolution |
//! | [`convolution`] | `convolution/` | k×k convolution: the stem |
//! | [`global_average`] | `global_average/` | global average pooling: the embedding |
//! | [`head_step`] | `head_step/` | one training step of a person's own head |
//! | [`update`] | `update/` | the optimizer's step of a tensor |
//! | [`scratch`] | `max_pool/`, `average_pool/`, `batch_norm/`, `cross_entropy/` | what networks from random weights need besides, and a loss |
//!
//! [`window`] says what a k×k operation sees, `patches/` lays that out as rows, `gradient/` adds up what many workgroups began.
//! Each folder holds the operation's documentation and public function (`mod.rs`), its Rust for the CPU (`cpu.rs`: both the
//! second device and the reference), its WGSL and the launch of it (`gpu.rs`). Its gradients on both devices are in `cpu_backward.rs` and
//! `gpu_backward.rs`; shorter ones stand in `cpu.rs` and `gpu.rs` beside the operation, and [`head_step`] and [`update`] pass none back.
//! WGSL that several kernels need is in `shared/`; a launch puts it in front of the kernel's own, which names it at its top.
//! The public functions may be given tensors with autodiff: `autodiff.rs` says what they keep for the way back.

mod activated;
pub mod adam;
mod autodiff;
pub mod average_pool;
mod backends;
mod backward;
pub mod batch_norm;
pub mod convolution;
mod cpu;
pub mod cross_entropy;
pub mod depthwise;
pub mod global_average;
mod gpu;
mod gradient;
pub mod head_step;
pub mod max_pool;
mod patches;
pub mod pointwise;
pub mod reference;
pub mod scratch;
pub mod update;
pub mod window;

use burn::backend::{Backend, backend_extension, tensor::FloatTensor};

pub use crate::architecture::{Activation, PANEL};

impl Activation {
    /// The number the WGSL sources know it by.
    fn code(self) -> u32 {
        match self {
            Self::Linear => 0,
            Self::Relu6 => 1,
            Self::Relu => 2,
        }
    }
}

/// Our operations as a Burn backend extension: one implementation for CubeCL's devices (WGSL), one for `flex` (the CPU).
///
/// Callers use the functions of the modules beside this trait, which check shapes; here every shape is right already.
#[backend_extension(Autodiff, Cube, Flex)]
pub trait Kernels: Backend {
    /// See [`pointwise::pointwise`].
    fn graft_pointwise(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self>;

    /// See [`pointwise::pointwise_residual`].
    fn graft_pointwise_residual(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// See [`depthwise::convolution`].
    fn graft_depthwise(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        stride: usize,
        activation: Activation,
    ) -> FloatTensor<Self>;

    /// See [`global_average::global_average`].
    fn graft_global_average(input: FloatTensor<Self>) -> FloatTensor<Self>;
}

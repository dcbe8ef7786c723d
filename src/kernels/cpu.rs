//! What the CPU kernels share: reading a tensor of `flex` as a slice, and writing a new one without clearing it first.

use std::mem::MaybeUninit;

use burn::backend::Shape;
use burn::backend::flex::{FlexTensor, Layout};
use burn::tensor::{Bytes, DType};
use wide::f32x8;

use super::{Activation, PANEL};

/// The tensor with its values in row-major order, whatever views it went through.
pub fn contiguous(tensor: FlexTensor) -> FlexTensor {
    if tensor.as_slice::<f32>().is_some() { tensor } else { tensor.to_contiguous() }
}

/// The values of a tensor that [`contiguous`] returned.
pub fn values(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice().expect("a contiguous f32 tensor")
}

/// The tensor's four dimensions; the callers have checked that it has four.
pub fn dims4(tensor: &FlexTensor) -> [usize; 4] {
    tensor.layout().shape().dims()
}

/// A new tensor whose every value `fill` writes.
///
/// Clearing first would cost a pass over memory that every kernel here overwrites whole: 4.8 MB for the widest MobileNetV2 layer.
///
/// # Safety
/// `fill` must write every element of the slice it is given.
pub unsafe fn filled<const D: usize>(shape: [usize; D], fill: impl FnOnce(&mut [MaybeUninit<f32>])) -> FlexTensor {
    let len = shape.iter().product();
    let mut data: Vec<f32> = Vec::with_capacity(len);
    fill(&mut data.spare_capacity_mut()[..len]);
    // SAFETY: the capacity is at least `len`, and the caller promises that all of it was written.
    unsafe { data.set_len(len) };
    FlexTensor::new(Bytes::from_elems(data), Layout::contiguous(Shape::from(shape)), DType::F32)
}

/// A new tensor of these values.
pub fn vector<const D: usize>(shape: [usize; D], values: Vec<f32>) -> FlexTensor {
    FlexTensor::new(Bytes::from_elems(values), Layout::contiguous(Shape::from(shape)), DType::F32)
}

/// Writes `gradient` where the activation let its `output` pass unchanged, else zero. All three hold panels of eight.
pub fn mask_rows(gradient: &[f32], output: &[f32], activation: Activation, masked: &mut [f32]) {
    match activation {
        Activation::Linear => masked.copy_from_slice(gradient),
        Activation::Relu6 => mask(gradient, output, 6.0, masked),
        Activation::Relu => mask(gradient, output, f32::INFINITY, masked),
    }
}

/// In vectors by hand: the compiler makes branches of the plain loop for wasm, a tenth as fast.
fn mask(gradient: &[f32], output: &[f32], ceiling: f32, masked: &mut [f32]) {
    let ceiling = f32x8::splat(ceiling);
    let vectors = gradient.as_chunks::<PANEL>().0.iter().zip(output.as_chunks::<PANEL>().0);
    for (to, (gradient, output)) in masked.as_chunks_mut::<PANEL>().0.iter_mut().zip(vectors) {
        let output = f32x8::from(*output);
        let passes = output.simd_gt(f32x8::ZERO) & output.simd_lt(ceiling);
        *to = (f32x8::from(*gradient) & passes).to_array();
    }
}

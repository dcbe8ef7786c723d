//! Writes a weight file.

use std::collections::BTreeMap;

use super::layer::{Codes, Layer};
use super::meta::Meta;
use crate::tensor_file::{self, Tensor};

/// The file's bytes, the same for the same network: it is named by its checksum.
pub(super) fn write(meta: &Meta, layers: &BTreeMap<String, Layer>) -> Vec<u8> {
    let mut tensors: Vec<Tensor> = layers.iter().flat_map(|(name, layer)| tensors(name, layer)).collect();
    // 4-byte numbers first, so that each is aligned to its size.
    tensors.sort_by_key(|tensor| tensor.dtype.ends_with('8'));
    tensor_file::write(&meta.to_map(), &tensors)
}

fn tensors(name: &str, layer: &Layer) -> [Tensor<'static>; 5] {
    let tensor = |part: &str, dtype, shape, data: Vec<u8>| Tensor {
        name: format!("{name}.{part}"),
        dtype,
        shape,
        data: data.into(),
    };
    let f32s = |part: &str, numbers: &[f32]| Tensor::f32(format!("{name}.{part}"), vec![numbers.len()], numbers);
    let i32s = |part: &str, numbers: &[i32]| {
        tensor(part, "I32", vec![numbers.len()], numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
    };
    let (dtype, codes) = match &layer.weight {
        Codes::U8(codes) => ("U8", codes.clone()),
        Codes::I8(codes) => ("I8", codes.iter().flat_map(|code| code.to_le_bytes()).collect()),
    };
    let [a, b, c, d] = layer.shape;
    let shape = if name == "head" { vec![a, d] } else { vec![a, b, c, d] };
    [
        tensor("weight", dtype, shape, codes),
        f32s("weight.scale", &layer.weight_scale),
        i32s("weight.zero_point", &layer.weight_zero_point),
        i32s("bias", &layer.bias),
        f32s("bias.scale", &layer.bias_scale),
    ]
}

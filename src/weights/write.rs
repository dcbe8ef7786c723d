//! Writes a weight file. The safetensors crate reads ours back, but writes its metadata in a random order; a weight file is named
//! by its checksum, so that the same network must always give the same bytes.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::layer::{Codes, Layer};
use super::meta::Meta;

/// A tensor on its way into the file.
struct Tensor {
    name: String,
    dtype: &'static str,
    shape: Vec<usize>,
    data: Vec<u8>,
}

/// What the header says of a tensor.
#[derive(Serialize)]
struct Entry<'a> {
    data_offsets: [usize; 2],
    dtype: &'static str,
    shape: &'a [usize],
}

/// The file: 8 bytes of header length, the header as JSON, the tensors' bytes one after another (little-endian).
/// Layout: <https://github.com/huggingface/safetensors#format>.
pub(super) fn write(meta: &Meta, layers: &BTreeMap<String, Layer>) -> Vec<u8> {
    let mut tensors: Vec<Tensor> = layers.iter().flat_map(|(name, layer)| tensors(name, layer)).collect();
    // 4-byte numbers first, so that each is aligned to its size.
    tensors.sort_by_key(|tensor| tensor.dtype.ends_with('8'));

    let mut header: BTreeMap<String, Value> = BTreeMap::new(); // sorted by name
    header.insert("__metadata__".to_string(), json!(meta.to_map()));
    let mut end = 0;
    for tensor in &tensors {
        let begin = end;
        end += tensor.data.len();
        let entry = Entry { dtype: tensor.dtype, shape: &tensor.shape, data_offsets: [begin, end] };
        header.insert(tensor.name.clone(), json!(entry));
    }
    let mut header = json!(header).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' '); // the tensors begin at a multiple of 8

    let mut file = Vec::with_capacity(8 + header.len() + end);
    file.extend((header.len() as u64).to_le_bytes());
    file.extend(header);
    for tensor in tensors {
        file.extend(tensor.data);
    }
    file
}

fn tensors(name: &str, layer: &Layer) -> [Tensor; 5] {
    let tensor = |part: &str, dtype, shape, data| Tensor { name: format!("{name}.{part}"), dtype, shape, data };
    let f32s = |part: &str, numbers: &[f32]| {
        tensor(part, "F32", vec![numbers.len()], numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
    };
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

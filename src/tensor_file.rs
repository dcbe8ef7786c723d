//! Writes safetensors files. The safetensors crate reads ours back, but writes metadata in a random order; a weight file is named by its
//! checksum and a head is compared by its bytes, so that the same content must always give the same file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

/// A tensor on its way into a file.
#[derive(Debug, Clone)]
pub struct Tensor<'a> {
    /// Its name.
    pub name: String,
    /// The type of its numbers, as the format calls it: `F32`, `U8`, …
    pub dtype: &'static str,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its numbers, row-major, little-endian.
    pub data: Cow<'a, [u8]>,
}

impl<'a> Tensor<'a> {
    /// A tensor of float32.
    pub fn f32(name: String, shape: Vec<usize>, values: &[f32]) -> Self {
        let data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Self { name, dtype: "F32", shape, data }
    }
}

/// What the header says of a tensor.
#[derive(Serialize)]
struct Entry<'a> {
    data_offsets: [usize; 2],
    dtype: &'static str,
    shape: &'a [usize],
}

/// The file: 8 bytes of header length, the header as JSON (sorted by name), the tensors' bytes one after another, in the order given.
/// Layout: <https://github.com/huggingface/safetensors#format>.
pub fn write(metadata: &impl Serialize, tensors: &[Tensor]) -> Vec<u8> {
    let mut header: BTreeMap<&str, Value> = BTreeMap::from([("__metadata__", json!(metadata))]);
    let mut end = 0;
    for tensor in tensors {
        let begin = end;
        end += tensor.data.len();
        let entry = Entry { dtype: tensor.dtype, shape: &tensor.shape, data_offsets: [begin, end] };
        header.insert(&tensor.name, json!(entry));
    }
    let mut header = json!(header).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' '); // the tensors begin at a multiple of 8

    let mut file = Vec::with_capacity(8 + header.len() + end);
    file.extend((header.len() as u64).to_le_bytes());
    file.extend(header);
    tensors.iter().for_each(|tensor| file.extend_from_slice(&tensor.data));
    file
}

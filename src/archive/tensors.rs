//! `embeddings.safetensors` of a `.graft` file.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::trouble::no_project;
use crate::error::{Error, ErrorKind, Result};
use crate::project::SampleId;

const ROWS: &str = "embeddings";
const SAMPLES: &str = "samples";
const BACKBONE: &str = "backbone";

/// Embeddings as a `.graft` file holds them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GraftEmbeddings {
    /// The samples, `N` of them.
    pub samples: Vec<SampleId>,
    /// Numbers a sample, `E`.
    pub width: usize,
    /// `[N, E]`, finite.
    pub rows: Vec<f32>,
    /// The backbone that made them.
    pub backbone: String,
}

/// The file's bytes.
///
/// # Errors
/// `Usage`: `rows` is not `[samples.len(), width]`.
pub(super) fn write(backbone: &str, samples: &[SampleId], width: usize, rows: &[f32]) -> Result<Vec<u8>> {
    if samples.len().checked_mul(width) != Some(rows.len()) {
        let expected = format!("{} rows of {width} numbers", samples.len());
        let cure = "Save the project again.";
        return Err(Error::new(ErrorKind::Usage, "the embeddings", expected, format!("{} numbers", rows.len()), cure));
    }
    let numbers: Vec<u8> = rows.iter().flat_map(|value| value.to_le_bytes()).collect();
    let ids: Vec<u8> = samples.iter().flat_map(|id| id.to_le_bytes()).collect();
    let failed = |error: safetensors::SafeTensorError| no_project("embeddings that can be written", error.to_string());
    let views = [
        (ROWS, TensorView::new(Dtype::F32, vec![samples.len(), width], &numbers).map_err(failed)?),
        (SAMPLES, TensorView::new(Dtype::U64, vec![samples.len()], &ids).map_err(failed)?),
    ];
    let metadata = HashMap::from([(BACKBONE.to_owned(), backbone.to_owned())]);
    safetensors::serialize(views, Some(metadata)).map_err(failed)
}

/// Reads them with every check.
///
/// # Errors
/// `Archive`: the bytes are no such file, or its numbers are not finite.
pub(super) fn read(bytes: &[u8]) -> Result<GraftEmbeddings> {
    let wrong =
        |found: String| no_project("embeddings (safetensors) with `embeddings` [N, E] and `samples` [N]", found);
    let unreadable = |error: safetensors::SafeTensorError| wrong(error.to_string());
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
    let tensors = SafeTensors::deserialize(bytes).map_err(unreadable)?;
    let rows = tensors.tensor(ROWS).map_err(unreadable)?;
    let samples = tensors.tensor(SAMPLES).map_err(unreadable)?;
    let (&[count, width], &[ids]) = (rows.shape(), samples.shape()) else {
        return Err(wrong(format!("the shapes {:?} and {:?}", rows.shape(), samples.shape())));
    };
    if rows.dtype() != Dtype::F32 || samples.dtype() != Dtype::U64 || count != ids || (width == 0 && count > 0) {
        return Err(wrong(format!("{} [{count}, {width}] and {} [{ids}]", rows.dtype(), samples.dtype())));
    }
    let (numbers, _) = rows.data().as_chunks::<4>();
    let rows: Vec<f32> = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    if !rows.iter().all(|value| value.is_finite()) {
        return Err(wrong("numbers that are not finite".into()));
    }
    let (ids, _) = samples.data().as_chunks::<8>();
    let backbone = header.metadata().as_ref().and_then(|notes| notes.get(BACKBONE)).cloned().unwrap_or_default();
    Ok(GraftEmbeddings { samples: ids.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect(), width, rows, backbone })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let bytes = write("mobilenet-v2", &[3, 9], 2, &[1.0, 2.0, 3.0, 4.5]).unwrap();
        let read = read(&bytes).unwrap();
        assert_eq!((read.samples, read.width, read.rows), (vec![3, 9], 2, vec![1.0, 2.0, 3.0, 4.5]));
        assert_eq!(read.backbone, "mobilenet-v2");
        assert!(write("", &[1], 2, &[1.0]).is_err());
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        assert!(read(&write("", &[1], 1, &[f32::NAN]).unwrap()).unwrap_err().found.contains("finite"));
        assert!(read(b"{}").is_err());
    }
}

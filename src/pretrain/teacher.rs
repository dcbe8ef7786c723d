//! What the teacher says of views, computed once and kept in a file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use safetensors::SafeTensors;

use super::Photos;
use super::views::View;
use crate::backbone::Backbone;
use crate::error::{Error, ErrorKind, Result};
use crate::tensor_file::{self, Tensor};
use crate::weights::Checksum;

/// Views in a batch.
const BATCH: usize = 16;

/// How often progress is told.
const TOLD_EVERY: Duration = Duration::from_secs(30);

/// The teacher's outputs for some views, one row each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outputs {
    /// `[N, K]`, before softmax.
    pub logits: Vec<f32>,
    /// `[N, E]`.
    pub embeddings: Vec<f32>,
    /// K.
    pub units: usize,
    /// E.
    pub width: usize,
}

impl Outputs {
    /// How many views.
    pub fn len(&self) -> usize {
        self.logits.len() / self.units.max(1)
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.logits.is_empty()
    }

    /// The logits of one view, `[K]`.
    pub fn logits(&self, view: usize) -> &[f32] {
        &self.logits[view * self.units..][..self.units]
    }

    /// The embedding of one view, `[E]`.
    pub fn embedding(&self, view: usize) -> &[f32] {
        &self.embeddings[view * self.width..][..self.width]
    }

    /// Only these views, in this order.
    pub fn select(&self, views: &[usize]) -> Self {
        Self {
            logits: views.iter().flat_map(|view| self.logits(*view)).copied().collect(),
            embeddings: views.iter().flat_map(|view| self.embedding(*view)).copied().collect(),
            ..*self
        }
    }

    /// These and then those of `other`.
    pub fn and(mut self, other: &Self) -> Self {
        self.logits.extend(&other.logits);
        self.embeddings.extend(&other.embeddings);
        self
    }
}

/// A big network that says what is in views.
#[derive(Debug)]
pub struct Teacher<'a> {
    /// The network.
    pub network: &'a Backbone,
    /// The checksum of its weight file: outputs of another teacher are not taken from the cache.
    pub sha256: String,
    /// A folder for what it said.
    pub cache: PathBuf,
    /// Decides the random crops.
    pub seed: u32,
}

impl Teacher<'_> {
    /// What the teacher says of each of `views`, from the cache where it has been asked before.
    ///
    /// # Errors
    /// A photo cannot be read or decoded, the device fails, or the cache cannot be written.
    pub fn outputs(&self, photos: &Photos, views: &[View]) -> Result<Outputs> {
        let path = self.cache.join(format!("teacher-{}.safetensors", &self.key(photos, views)[..16]));
        if let Some(outputs) = read(&path, views.len()) {
            return Ok(outputs);
        }
        let meta = self.network.meta();
        let mut outputs = Outputs { units: meta.labels.len(), width: meta.embedding, ..Outputs::default() };
        let mut told = Instant::now();
        for (batch, views) in views.chunks(BATCH).enumerate() {
            let pixels = photos.pixels(views, meta.input, self.seed)?;
            let output = pollster::block_on(self.network.run(&pixels))?;
            output.logits.iter().for_each(|row| outputs.logits.extend(row));
            output.embedding.iter().for_each(|row| outputs.embeddings.extend(row));
            if told.elapsed() > TOLD_EVERY {
                told = Instant::now();
                eprintln!("the teacher has seen {} views", batch * BATCH + views.len());
            }
        }
        write(&path, &outputs)?;
        Ok(outputs)
    }

    /// Names what was asked: the teacher, the photos and the views.
    fn key(&self, photos: &Photos, views: &[View]) -> String {
        let mut sum = Checksum::default();
        sum.feed(self.sha256.as_bytes());
        sum.feed(&self.seed.to_le_bytes());
        for path in &photos.paths {
            sum.feed(path.to_string_lossy().as_bytes());
            sum.feed(b"\n");
        }
        for view in views {
            sum.feed(&view.photo.to_le_bytes());
            sum.feed(&view.number.to_le_bytes());
        }
        sum.finish()
    }
}

/// A cache file, if it is there and whole; another is made otherwise.
fn read(path: &Path, views: usize) -> Option<Outputs> {
    let bytes = std::fs::read(path).ok()?;
    let tensors = SafeTensors::deserialize(&bytes).ok()?;
    let rows = |name| -> Option<(Vec<f32>, usize)> {
        let tensor = tensors.tensor(name).ok()?;
        let [rows, width] = *tensor.shape() else { return None };
        let (words, _) = tensor.data().as_chunks::<4>();
        (rows == views && words.len() == rows * width)
            .then(|| (words.iter().map(|word| f32::from_le_bytes(*word)).collect(), width))
    };
    let ((logits, units), (embeddings, width)) = (rows("logits")?, rows("embeddings")?);
    Some(Outputs { logits, embeddings, units, width })
}

fn write(path: &Path, outputs: &Outputs) -> Result<()> {
    let rows = |name: &str, values: &[f32], width: usize| Tensor {
        name: name.to_string(),
        dtype: "F32",
        shape: vec![outputs.len(), width],
        data: Cow::Owned(values.iter().flat_map(|value| value.to_le_bytes()).collect()),
    };
    let tensors =
        [rows("logits", &outputs.logits, outputs.units), rows("embeddings", &outputs.embeddings, outputs.width)];
    write_whole(path, &tensor_file::write(&BTreeMap::from([("format", "graft-teacher")]), &tensors))
}

/// Writes a file under another name first: a run that is stopped leaves no half one.
///
/// # Errors
/// It cannot be written.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error: std::io::Error| {
        let cure = "Check the folder's permissions and the space left.";
        Error::new(ErrorKind::Io, path.display().to_string(), "a file that can be written", error.to_string(), cure)
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let part = path.with_extension("part");
    std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path)).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_come_back_from_the_file() {
        let path = std::env::temp_dir().join(format!("graft-teacher-{}.safetensors", std::process::id()));
        let outputs = Outputs { logits: vec![1.0, -2.0, 3.5, 4.0], embeddings: vec![0.5; 6], units: 2, width: 3 };
        write(&path, &outputs).unwrap();
        assert_eq!(read(&path, 2), Some(outputs.clone()));
        assert_eq!(read(&path, 3), None, "made for other views");
        std::fs::write(&path, b"cut short").unwrap();
        assert_eq!(read(&path, 2), None);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(outputs.select(&[1]).and(&outputs.select(&[0])).logits, [3.5, 4.0, 1.0, -2.0]);
    }
}

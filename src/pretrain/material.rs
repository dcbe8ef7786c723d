//! What the student learns from: views as pixels, and what the teacher says of each.

use super::loss::Lesson;
use super::teacher::Outputs;
use crate::error::{Error, ErrorKind, Result};

/// A standardised number of an embedding is kept within this: rare features would otherwise outweigh all others.
const FARTHEST: f32 = 5.0;

/// Least standard deviation of a feature that is learned as it is; one that hardly changes is not blown up.
const LEAST_DEVIATION: f32 = 1e-2;

/// The views of the training photos.
#[derive(Debug, Clone, PartialEq)]
pub struct Material {
    /// Width and height of the pixels.
    pub side: usize,
    /// The views of each photo, as indices.
    pub photos: Vec<Vec<usize>>,
    /// u8 `[views, side, side, 3]`.
    pixels: Vec<u8>,
    /// Standardised embeddings.
    outputs: Outputs,
}

impl Material {
    /// Joins pixels `[views, side, side, 3]` and the teacher's outputs; `photos` holds the views of each photo.
    ///
    /// # Errors
    /// There is no view, or the lengths do not fit: the teacher's cache is damaged.
    pub fn new(side: usize, photos: Vec<Vec<usize>>, pixels: Vec<u8>, mut outputs: Outputs) -> Result<Self> {
        let views = pixels.len() / (side * side * 3).max(1);
        let counted = photos.iter().map(Vec::len).sum::<usize>();
        if views == 0 || views != outputs.len() || counted != views || photos.iter().any(Vec::is_empty) {
            let found = format!("{views} views, {counted} in photos, {} judged", outputs.len());
            let cure = "Take the cache folder away and begin anew.";
            return Err(Error::new(
                ErrorKind::Usage,
                "the photos to train on",
                "views that the teacher judged",
                found,
                cure,
            ));
        }
        standardise(&mut outputs);
        Ok(Self { side, photos, pixels, outputs })
    }

    /// A view, u8 `[side, side, 3]`.
    pub fn pixels(&self, view: usize) -> &[u8] {
        let length = self.side * self.side * 3;
        &self.pixels[view * length..][..length]
    }

    /// What the teacher says of it.
    pub fn lesson(&self, view: usize) -> Lesson<'_> {
        Lesson { logits: self.outputs.logits(view), embedding: self.outputs.embedding(view) }
    }

    /// Numbers that the student must put out: the teacher's classes and its embedding.
    pub fn outputs(&self) -> usize {
        self.outputs.units + self.outputs.width
    }

    /// The teacher's classes.
    pub fn units(&self) -> usize {
        self.outputs.units
    }
}

/// Every number of the embedding with mean 0 and deviation 1 over all views.
fn standardise(outputs: &mut Outputs) {
    let (width, count) = (outputs.width, outputs.len().max(1) as f64);
    let mut mean = vec![0.0f64; width];
    for row in outputs.embeddings.chunks_exact(width.max(1)) {
        mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += f64::from(*value) / count);
    }
    let mut variance = vec![0.0f64; width];
    for row in outputs.embeddings.chunks_exact(width.max(1)) {
        for ((sum, mean), value) in variance.iter_mut().zip(&mean).zip(row) {
            *sum += (f64::from(*value) - mean).powi(2) / count;
        }
    }
    for row in outputs.embeddings.chunks_exact_mut(width.max(1)) {
        for ((value, mean), variance) in row.iter_mut().zip(&mean).zip(&variance) {
            let deviation = (variance.sqrt() as f32).max(LEAST_DEVIATION);
            *value = ((*value - *mean as f32) / deviation).clamp(-FARTHEST, FARTHEST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embeddings_are_standardised() {
        let embeddings = vec![1.0, 5.0, 3.0, 5.0, 5.0, 5.0, 7.0, 5.0];
        let outputs = Outputs { logits: vec![0.0; 4], embeddings, units: 1, width: 2 };
        let photos = vec![vec![0, 2], vec![1, 3]];
        let material = Material::new(2, photos.clone(), vec![9; 4 * 12], outputs.clone()).unwrap();
        let row = |view| material.lesson(view).embedding.to_vec();
        assert_eq!([row(0)[1], row(3)[1]], [0.0, 0.0], "a feature that never changes");
        assert!((row(0)[0] + 3.0 / 5.0f32.sqrt()).abs() < 1e-6 && (row(3)[0] - 3.0 / 5.0f32.sqrt()).abs() < 1e-6);
        assert!(Material::new(2, photos, vec![9; 3 * 12], outputs).is_err());
    }
}

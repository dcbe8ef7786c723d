//! The embeddings of a person's samples, by the sample's id: made once a photo, kept for every training.

use std::collections::HashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::project::SampleId;

/// Embeddings `[E]` of samples, all by one backbone.
#[derive(Debug, Clone, Default)]
pub struct Embeddings {
    /// `E`; 0 while there are none.
    width: usize,
    rows: HashMap<SampleId, Box<[f32]>>,
}

impl Embeddings {
    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Keeps a sample's embedding. One of another length than those before is of another backbone, and takes the place of all of them.
    pub fn insert(&mut self, sample: SampleId, row: impl Into<Box<[f32]>>) {
        let row = row.into();
        if row.len() != self.width {
            self.clear();
            self.width = row.len();
        }
        self.rows.insert(sample, row);
    }

    /// Forgets a sample.
    pub fn remove(&mut self, sample: SampleId) {
        self.rows.remove(&sample);
    }

    /// `E`; 0 while there are none.
    pub fn width(&self) -> usize {
        self.width
    }

    /// A sample's embedding, `[E]`.
    pub fn get(&self, sample: SampleId) -> Option<&[f32]> {
        self.rows.get(&sample).map(AsRef::as_ref)
    }

    /// The embeddings of `samples`, row by row: `[N, E]`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: one of them was not embedded.
    pub fn gather(&self, samples: &[SampleId]) -> Result<Vec<f32>> {
        let mut rows = Vec::with_capacity(samples.len() * self.width);
        for sample in samples {
            rows.extend_from_slice(self.get(*sample).ok_or_else(|| self.missing(samples))?);
        }
        Ok(rows)
    }

    fn missing(&self, samples: &[SampleId]) -> Error {
        let missing = samples.iter().filter(|sample| !self.rows.contains_key(sample)).count();
        Error::new(
            ErrorKind::Usage,
            "the photos",
            format!("embeddings of all {}", samples.len()),
            format!("that {missing} of them have none"),
            "Wait until all photos were looked at, or remove those that failed.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_the_order_asked_for() {
        let mut embeddings = Embeddings::default();
        embeddings.insert(7, [1.0, 2.0]);
        embeddings.insert(3, [3.0, 4.0]);
        assert_eq!(embeddings.gather(&[3, 7]).unwrap(), [3.0, 4.0, 1.0, 2.0]);
        assert!(embeddings.gather(&[3, 8]).unwrap_err().found.contains("1 of them"));
    }

    #[test]
    fn another_backbone_takes_the_place_of_all() {
        let mut embeddings = Embeddings::default();
        embeddings.insert(1, [1.0, 2.0]);
        embeddings.insert(2, [1.0, 2.0, 3.0]);
        assert_eq!((embeddings.width(), embeddings.get(1)), (3, None));
    }
}

//! The photos that a run trains on, as networks see them: by the sample's id, a byte a colour.

use std::collections::HashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::project::SampleId;

/// Photos `[side, side, 3]`, u8 RGB.
#[derive(Debug, Clone, Default)]
pub struct Pixels {
    side: usize,
    photos: HashMap<SampleId, Box<[u8]>>,
}

impl Pixels {
    /// None yet, for networks whose input has this side.
    pub fn new(side: usize) -> Self {
        Self { side, photos: HashMap::new() }
    }

    /// Width and height of each, pixels.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Keeps a photo.
    ///
    /// # Panics
    /// If it is not `side² · 3` bytes: a defect of ours.
    pub fn insert(&mut self, sample: SampleId, photo: impl Into<Box<[u8]>>) {
        let photo = photo.into();
        assert_eq!(photo.len(), self.side * self.side * 3, "pixels: a photo is [side, side, 3]");
        self.photos.insert(sample, photo);
    }

    /// Forgets a photo.
    pub fn remove(&mut self, sample: SampleId) {
        self.photos.remove(&sample);
    }

    /// A photo, `[side, side, 3]`.
    pub fn get(&self, sample: SampleId) -> Option<&[u8]> {
        self.photos.get(&sample).map(AsRef::as_ref)
    }

    /// Is it there?
    pub fn contains(&self, sample: SampleId) -> bool {
        self.photos.contains_key(&sample)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.photos.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.photos.is_empty()
    }

    /// Bytes they take.
    pub fn bytes(&self) -> usize {
        self.photos.values().map(|photo| photo.len()).sum()
    }

    /// A photo that training cannot go on without.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: it is not there.
    pub(super) fn need(&self, sample: SampleId) -> Result<&[u8]> {
        self.get(sample).ok_or_else(|| {
            Error::new(
                ErrorKind::Usage,
                "the photos to train on",
                "all of them",
                format!("that photo {sample} is missing"),
                "Train again: the photos are then asked for anew.",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_are_kept_and_counted() {
        let mut pixels = Pixels::new(2);
        pixels.insert(7, vec![1; 12]);
        pixels.insert(9, vec![2; 12]);
        assert_eq!((pixels.len(), pixels.bytes(), pixels.contains(7)), (2, 24, true));
        pixels.remove(7);
        assert_eq!(pixels.get(7), None);
        assert!(pixels.need(7).unwrap_err().found.contains('7'));
        assert_eq!(pixels.need(9).unwrap()[0], 2);
    }

    #[test]
    #[should_panic(expected = "[side, side, 3]")]
    fn a_photo_of_another_size_is_refused() {
        Pixels::new(2).insert(1, vec![0; 11]);
    }
}

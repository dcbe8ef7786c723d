//! The photos, which of them are held out, and their pixels.

use std::path::PathBuf;

use super::teacher::Outputs;
use super::views::View;
use crate::dataset::{Rows, SplitRequest, near_duplicates, split};
use crate::error::{Error, ErrorKind, Result};
use crate::photo::{self, Rgb};
use crate::project::SplitKind;

/// Share of each folder that nobody sees.
const HELD_OUT: f32 = 0.1;

/// A folder of folders of photos.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Photos {
    /// The files.
    pub paths: Vec<PathBuf>,
    /// Each one's folder, an index into `folders`.
    pub labels: Vec<u32>,
    /// Names of the folders.
    pub folders: Vec<String>,
}

/// Who sees which photos, as indices into [`Photos::paths`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sides {
    /// The teacher and the student.
    pub training: Vec<usize>,
    /// Nobody, until the student is judged.
    pub held_out: Vec<usize>,
    /// Groups of near-duplicates that were kept on one side.
    pub groups: usize,
}

impl Photos {
    /// A photo, decoded.
    ///
    /// # Errors
    /// The file cannot be read or decoded; the error names it.
    pub fn decode(&self, photo: u32) -> Result<Rgb> {
        let path = &self.paths[photo as usize];
        let name = || path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| {
            let cure = "Check the path and its permissions.";
            Error::new(ErrorKind::Io, name(), "a file that can be read", error.to_string(), cure)
        })?;
        photo::decode(&bytes).map_err(|error| error.about(name()))
    }

    /// A tenth of each folder is held out, told by the teacher's outputs for the [middle](View::middles) of every photo: near-duplicates keep together.
    pub fn sides(&self, middles: &Outputs, seed: u32) -> Sides {
        let embeddings = Rows::new(&middles.embeddings, middles.width);
        let groups = near_duplicates(embeddings, seed);
        let split = split(&SplitRequest {
            embeddings,
            labels: &self.labels,
            classes: &self.folders,
            validation: &[],
            groups: &groups,
            kind: SplitKind::Honest,
            share: HELD_OUT,
            seed,
        });
        Sides { training: split.training, held_out: split.validation, groups: split.groups }
    }

    /// The pixels of `views` for a network whose input is `side`, u8 `[views, side, side, 3]`. A photo is decoded once where its views stand together.
    ///
    /// # Errors
    /// A photo cannot be read or decoded.
    pub fn pixels(&self, views: &[View], side: usize, seed: u32) -> Result<Vec<u8>> {
        let mut pixels = Vec::with_capacity(views.len() * side * side * 3);
        for views in views.chunk_by(|a, b| a.photo == b.photo) {
            let photo = self.decode(views[0].photo)?;
            views.iter().for_each(|view| pixels.extend(view.pixels(&photo, side, seed)));
        }
        Ok(pixels)
    }

    /// As [`Self::pixels`], each photo decoded once, wherever its views stand.
    ///
    /// # Errors
    /// A photo cannot be read or decoded.
    pub fn pixels_of(&self, views: &[View], side: usize, seed: u32) -> Result<Vec<u8>> {
        let length = side * side * 3;
        let mut places: Vec<usize> = (0..views.len()).collect();
        places.sort_by_key(|place| views[*place].photo);
        let mut pixels = vec![0; views.len() * length];
        for places in places.chunk_by(|a, b| views[*a].photo == views[*b].photo) {
            let photo = self.decode(views[places[0]].photo)?;
            for place in places {
                pixels[place * length..][..length].copy_from_slice(&views[*place].pixels(&photo, side, seed));
            }
        }
        Ok(pixels)
    }
}

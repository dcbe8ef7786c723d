//! From embeddings and labels to a head and how good it is: split, training, calibration. No files, no arguments.

use burn::tensor::Device;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::dataset::{Rows, Split, SplitRequest, near_duplicates, split};
use crate::error::{Error, ErrorKind, Result};
use crate::head::{Head, HeadFile, Trainer, TrainingData};
use crate::metrics::accuracy;
use crate::project::{SplitKind, TrainSettings};
use crate::protocol::{DeviceKind, HeadCard};

/// Embedded photos with their classes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lesson {
    /// Names of the classes, `C`.
    pub classes: Vec<String>,
    /// Class of each photo, `[N]`.
    pub labels: Vec<u32>,
    /// `E`.
    pub width: usize,
    /// Embeddings `[N, E]`.
    pub rows: Vec<f32>,
    /// Places of photos that must be held out; where there are any, no others are.
    pub validation: Vec<usize>,
}

/// A trained head with what held-out photos say about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The head, calibrated, with when a photo is none of its classes.
    pub file: HeadFile,
    /// Share of the held-out photos that are right, 0–1; `None` where nothing was held out.
    pub val_accuracy: Option<f32>,
}

impl Lesson {
    /// Who is trained on and who is held out, as the settings say.
    pub fn split(&self, settings: &TrainSettings) -> Split {
        let groups = self.groups(settings);
        split(&SplitRequest {
            embeddings: Rows::new(&self.rows, self.width.max(1)),
            labels: &self.labels,
            classes: &self.classes,
            validation: &self.validation,
            groups: &groups,
            kind: settings.split,
            share: settings.validation,
            seed: settings.seed,
        })
    }

    /// `shots` photos of each class are trained on, the others held out. In an honest split, of near-duplicates one at most is trained on
    /// and the others are on neither side.
    pub fn split_shots(&self, settings: &TrainSettings, shots: usize) -> Split {
        let groups = self.groups(settings);
        let mut group_of: Vec<Option<usize>> = vec![None; self.labels.len()];
        for (group, places) in groups.iter().enumerate() {
            places.iter().for_each(|place| group_of[*place] = Some(group));
        }
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        let mut rng = Pcg64::seed_from_u64(settings.seed.into());
        for last in (1..order.len()).rev() {
            order.swap(last, rng.random_range(0..=last));
        }
        let mut left = vec![shots; self.classes.len()];
        let mut used = vec![false; groups.len()];
        let mut result = Split { groups: groups.len(), ..Split::default() };
        for place in order {
            let left = &mut left[self.labels[place] as usize];
            if *left > 0 && group_of[place].is_none_or(|group| !used[group]) {
                *left -= 1;
                group_of[place].into_iter().for_each(|group| used[group] = true);
                result.training.push(place);
            } else {
                result.validation.push(place);
            }
        }
        let before = result.validation.len();
        result.validation.retain(|place| group_of[*place].is_none_or(|group| !used[group]));
        result.training.sort_unstable();
        result.validation.sort_unstable();
        let aside = before - result.validation.len();
        if aside > 0 {
            result.notes.push(format!("{aside} near-duplicates of photos that are trained on are on neither side."));
        }
        for (class, left) in self.classes.iter().zip(left).filter(|(_, left)| *left > 0) {
            result.notes.push(format!("“{class}” has {} photos that differ, not {shots}.", shots - left));
        }
        result
    }

    fn groups(&self, settings: &TrainSettings) -> Vec<Vec<usize>> {
        match settings.split {
            SplitKind::Honest if !self.rows.is_empty() => {
                near_duplicates(Rows::new(&self.rows, self.width), settings.seed)
            }
            _ => Vec::new(),
        }
    }

    /// Gets ready to train on that split.
    ///
    /// # Errors
    /// As [`Trainer::new`].
    pub fn trainer(
        &self,
        split: &Split,
        settings: &TrainSettings,
        device: &Device,
        kind: DeviceKind,
    ) -> Result<Trainer> {
        let data = TrainingData {
            classes: self.classes.len(),
            width: self.width,
            train: self.select(&split.training),
            train_labels: self.labels_at(&split.training),
            val: self.select(&split.validation),
            val_labels: self.labels_at(&split.validation),
        };
        Trainer::new(data, settings, None, device, kind)
    }

    fn select(&self, places: &[usize]) -> Vec<f32> {
        places.iter().flat_map(|place| &self.rows[place * self.width..][..self.width]).copied().collect()
    }

    fn labels_at(&self, places: &[usize]) -> Vec<u32> {
        places.iter().map(|place| self.labels[*place]).collect()
    }
}

/// Each name's place among the classes.
///
/// # Errors
/// `Usage`: a name is none of them; `subject` says where it comes from.
pub fn labels_of(names: &[String], classes: &[String], subject: &str) -> Result<Vec<u32>> {
    let label = |name: &String| {
        let place = classes.iter().position(|class| class == name).and_then(|place| u32::try_from(place).ok());
        place.ok_or_else(|| {
            let cure = "Name its folders as those of the classes, and leave others out.";
            Error::new(ErrorKind::Usage, subject, format!("folders called {}", classes.join(", ")), name, cure)
        })
    };
    names.iter().map(label).collect()
}

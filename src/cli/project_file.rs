//! `.graft` files from and for a terminal.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::rc::Rc;

use super::engine::{io, read};
use super::photos::{Embedded, Folder};
use crate::archive::{GraftReader, GraftWriter};
use crate::cli::say::note;
use crate::error::Result;
use crate::lesson::Taught;
use crate::project::{Class, ClassId, Project, Role, Sample, SampleId, TrainSettings};
use crate::protocol::{Labelled, SplitReport};

/// What was trained, and on what.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// The photos.
    pub folder: &'a Folder,
    /// Those that were embedded, by their places in `folder`.
    pub embedded: &'a [Embedded],
    /// What the lesson was made of.
    pub data: &'a Labelled,
    /// Who was on which side; where few photos a class were chosen, those on neither are left out.
    pub split: &'a SplitReport,
    /// How it was trained.
    pub settings: &'a TrainSettings,
    /// The head.
    pub head: &'a Taught,
    /// The network's name.
    pub backbone: &'a str,
}

/// Writes the project; a photo that cannot go in is named on stderr and left out.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, made: &Made, keep_metadata: bool) -> Result<()> {
    let failed = |error| io(path, "a file that can be written", &error);
    let samples = samples(made);
    let project = project(path, made, &samples);
    let sink = BufWriter::new(File::create(path).map_err(failed)?);
    let mut file = GraftWriter::new(sink, &project, serde_json::Value::Null, None);
    let mut rows = Vec::new();
    for (sample, photo) in &samples {
        rows.extend_from_slice(&photo.embedding);
        let source = &made.folder.photos[photo.place].path;
        let written = read(source).and_then(|bytes| file.photo(sample.id, &bytes, keep_metadata));
        if let Err(error) = written {
            note!("graft: {error}");
        }
    }
    let ids: Vec<SampleId> = samples.iter().map(|(sample, _)| sample.id).collect();
    file.embeddings(&ids, rows.len() / ids.len().max(1), &rows)?;
    file.head(&made.head.to_bytes())?;
    file.finish()?.flush().map_err(failed)
}

/// The number of the photo at this place in what was embedded.
pub fn sample_id(place: usize) -> SampleId {
    place as SampleId + 1
}

/// The samples, each with what is known of its photo.
fn samples<'a>(made: &Made<'a>) -> Vec<(Rc<Sample>, &'a Embedded)> {
    let SplitReport { training, validation, .. } = made.split;
    // Few photos a class are a choice that stays; a share is drawn again from all that there are.
    let (kept, held_out): (HashSet<SampleId>, HashSet<SampleId>) = match made.settings.shots {
        Some(_) => (training.iter().chain(validation).copied().collect(), validation.iter().copied().collect()),
        None => (made.data.samples.iter().copied().collect(), made.data.validation.iter().copied().collect()),
    };
    let sample = |(id, photo): (SampleId, &'a Embedded)| {
        let listed = &made.folder.photos[photo.place];
        let sample = Sample {
            id,
            name: listed.name.rsplit('/').next().unwrap_or_default().to_owned(),
            class: Some(class_id(listed.label)),
            role: if held_out.contains(&id) { Role::Validation } else { Role::Auto },
            sha256: photo.sha256.clone(),
            bytes: photo.bytes,
            size: photo.size,
            grey: photo.grey,
        };
        (Rc::new(sample), photo)
    };
    let numbered = made.embedded.iter().enumerate().map(|(place, photo)| (sample_id(place), photo));
    numbered.filter(|(id, _)| kept.contains(id)).map(sample).collect()
}

fn class_id(label: u32) -> ClassId {
    label + 1
}

fn project(path: &Path, made: &Made, samples: &[(Rc<Sample>, &Embedded)]) -> Project {
    let classes = made.folder.classes.iter().zip(0u32..);
    Project {
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        backbone: made.backbone.to_owned(),
        classes: classes.map(|(name, label)| Class { id: class_id(label), name: name.clone() }).collect(),
        samples: samples.iter().map(|(sample, _)| Rc::clone(sample)).collect(),
        // What is held out has that role already.
        settings: TrainSettings { shots: None, ..made.settings.clone() },
        next_class: ClassId::try_from(made.folder.classes.len()).unwrap_or(ClassId::MAX).saturating_add(1),
        next_sample: sample_id(made.embedded.len()),
        ..Project::default()
    }
}

/// The head in a `.graft` file; `None` where it was not trained yet.
///
/// # Errors
/// The file cannot be read, is damaged, foreign or of a later version; the error names it.
pub fn head(path: &Path) -> Result<Option<Taught>> {
    let about = |error: crate::error::Error| error.about(path.display().to_string());
    let file = File::open(path).map_err(|error| io(path, "a file that can be read", &error))?;
    let bytes = GraftReader::open(BufReader::new(file)).and_then(|mut file| file.head()).map_err(about)?;
    bytes.map(|bytes| Taught::read(&bytes).map_err(about)).transpose()
}

//! Where lessons are given in a terminal: a device, and what the last lesson left that the next can use.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::args::{Args, DataArgs};
use crate::architecture::{Design, Plan, Scope};
use crate::backbone::Backbone;
use crate::cli::engine::{DeviceArg, Opened, use_cpu, weights};
use crate::cli::photos::{self, Embedded, Folder, Listed};
use crate::cli::project_file;
use crate::cli::say::note;
use crate::embeddings::Embeddings;
use crate::error::{ErrorKind, Result};
use crate::lesson::{self, Lesson, Outcome, Progress, Sources};
use crate::memory_limit;
use crate::project::{Role, SampleId, TrainSettings};
use crate::protocol::{DeviceKind, Ended, EpochRow, Labelled, Preparing, SplitReport};
use crate::tune::Pixels;
use crate::verify::Proven;
use crate::weights::WeightFile;

/// How often epochs are told while training.
const REPORT_EVERY: Duration = Duration::from_millis(200);

/// A place to give lessons at, one after another.
#[derive(Debug)]
pub struct Workbench {
    opened: Opened,
    /// What the GPU has shown to be right.
    proven: Proven,
    seen: Option<Seen>,
}

/// Photos that were embedded for the last lesson.
#[derive(Debug)]
struct Seen {
    of: (PathBuf, Vec<String>, Option<PathBuf>, String),
    weights: WeightFile,
    folder: Folder,
    embedded: Vec<Embedded>,
    embeddings: Embeddings,
    all: Labelled,
    pixels: Pixels,
}

/// What a lesson says while it is given.
#[derive(Debug)]
pub enum Told<'a> {
    /// Something to know beforehand, a sentence.
    Note(&'a str),
    /// Who is on which side.
    Split(&'a SplitReport),
    /// What has to be done before the first step or after the last, how much of it is done, of how much.
    Preparing(Preparing, usize, usize),
    /// An epoch was finished.
    Epoch(&'a EpochRow),
}

/// A lesson that was given.
#[derive(Debug)]
pub struct Given<'a> {
    /// The photos, and which of them could be used.
    pub folder: &'a Folder,
    /// Those that were embedded.
    pub embedded: &'a [Embedded],
    /// What the lesson was made of.
    pub data: Labelled,
    /// Who was on which side.
    pub split: SplitReport,
    /// How it was trained.
    pub settings: TrainSettings,
    /// The network that was trained, up to its embedding.
    pub design: Design,
    /// The backbone's name.
    pub backbone: String,
    /// What came of it.
    pub outcome: Outcome,
}

impl Given<'_> {
    /// Numbers in the network, its head included.
    pub fn parameters(&self) -> usize {
        self.design.parameters(0) + self.outcome.taught.head().parameters()
    }
}

impl Workbench {
    /// Opens a device.
    ///
    /// # Errors
    /// There is none of that kind.
    pub fn open(device: DeviceArg) -> Result<Self> {
        Ok(Self::at(pollster::block_on(Opened::open(device))?))
    }

    /// Where it trains: after a GPU failed, the processor.
    pub fn kind(&self) -> DeviceKind {
        self.opened.kind
    }

    pub(super) fn at(opened: Opened) -> Self {
        Self { opened, proven: Proven::default(), seen: None }
    }

    /// Gives the lesson that `args` ask for.
    ///
    /// What goes wrong after a first epoch is told, and the best epoch before it is what came of the lesson ([`Ended::Failed`]). Where the GPU fails
    /// while blocks are trained, the processor goes on from the last epoch, in this lesson and in those after it.
    ///
    /// # Errors
    /// There is no such backbone or folder; fewer than two classes; a setting is out of its range; the loss is no number any more before the first
    /// epoch was over; the device fails, or has gradients wrong.
    pub fn give(&mut self, args: &Args, mut told: impl FnMut(Told<'_>)) -> Result<Given<'_>> {
        let settings = args.settings()?;
        crate::head::check(&settings)?;
        let proven = pollster::block_on(self.proven.for_settings(&settings, &self.opened.device, self.opened.kind));
        self.opened.trusted(proven).map_err(use_cpu)?;
        let seen = look(&mut self.seen, &self.opened, &args.data, &args.engine.backbone)?;
        let data = seen.all.clone();
        let name = seen.weights.meta().name.clone();
        let design = lesson::design(&settings, Some(&seen.weights))?;
        let mut lesson = Lesson::new(&seen.embeddings, data.clone(), settings.clone(), &name, None)?;
        let started = Instant::now();
        let mut last = Instant::now();
        let mut failed = None;
        let mut ended = false;
        while !(ended || lesson.is_finished()) {
            let reported = Instant::now();
            let enough = || reported.elapsed() >= REPORT_EVERY;
            let now_ms = || started.elapsed().as_secs_f64() * 1e3;
            let sources = Sources { embeddings: &seen.embeddings, weights: Some(&seen.weights), pixels: &seen.pixels };
            let on = (&self.opened.device, self.opened.kind);
            let progress = pollster::block_on(lesson.advance(&sources, on, enough, now_ms));
            match self.opened.trusted(progress) {
                Ok(Progress::Grouping) => {}
                Ok(Progress::Wants(samples)) => supply(seen, &mut lesson, &samples, design.input.width),
                Ok(Progress::Preparing(stage, done, total)) => {
                    if last.elapsed() >= REPORT_EVERY || done == total {
                        last = Instant::now();
                        told(Told::Preparing(stage, done, total));
                    }
                }
                Ok(Progress::Started(split, _)) => {
                    told(Told::Split(&split));
                    if let Some(note) = in_parts(&design, &settings, data.classes.len(), &split, self.opened.kind) {
                        told(Told::Note(&note));
                    }
                }
                Ok(Progress::Epochs(rows)) => rows.iter().for_each(|row| told(Told::Epoch(row))),
                Err(error) if error.kind == ErrorKind::Device && self.opened.kind == DeviceKind::Gpu => {
                    self.opened = Opened::cpu();
                    let found = error.found.clone();
                    let resumed = lesson.resume_on(Some(&seen.weights), &self.opened.device, self.opened.kind)?;
                    // A head alone is not kept on the way: it is trained again in a moment.
                    let epoch = resumed.ok_or_else(|| use_cpu(error))?;
                    told(Told::Note(&format!("The GPU failed ({found}): the processor goes on after epoch {epoch}.")));
                }
                // The best epoch before stays usable, once it was judged.
                Err(error) if failed.is_none() && lesson.has_head() => {
                    told(Told::Note(&error.to_string()));
                    failed = Some(error);
                    ended = lesson.end();
                }
                Err(error) => return Err(error),
            }
        }
        let mut outcome = self.opened.trusted(pollster::block_on(lesson.finish(&seen.embeddings)))?;
        if failed.is_some() {
            (outcome.summary.ended, outcome.summary.failed) = (Ended::Failed, failed);
        }
        let split = lesson.split().cloned().unwrap_or_default();
        let Seen { folder, embedded, .. } = seen;
        Ok(Given { folder, embedded, data, split, settings, design, backbone: name, outcome })
    }
}

/// Embeds the photos, unless the last lesson was about the same.
fn look<'a>(seen: &'a mut Option<Seen>, opened: &Opened, data: &DataArgs, backbone: &str) -> Result<&'a mut Seen> {
    let of = (data.data.clone(), data.classes.clone(), data.val_data.clone(), backbone.to_owned());
    let found = match seen.take().filter(|seen| seen.of == of) {
        Some(seen) => seen,
        None => {
            let mut folder = Folder::list(&data.data)?.only(&data.classes)?;
            if let Some(held_out) = &data.val_data {
                let held_out = held_out_photos(Folder::list(held_out)?, &folder.classes)?;
                folder.photos.extend(held_out);
            }
            let weights = weights(backbone)?;
            let network = Backbone::new(&weights, &opened.device)?;
            let paths: Vec<&Path> = folder.photos.iter().map(|photo| photo.path.as_path()).collect();
            let embedded = opened.trusted(photos::embed(&network, &paths))?;
            let (embeddings, all) = labelled(&folder, &embedded);
            Seen { of, weights, folder, embedded, embeddings, all, pixels: Pixels::default() }
        }
    };
    Ok(seen.insert(found))
}

/// Says where a batch goes through the network in parts, as memory is short.
fn in_parts(
    design: &Design,
    settings: &TrainSettings,
    classes: usize,
    split: &SplitReport,
    kind: DeviceKind,
) -> Option<String> {
    if !settings.is_by_photo() {
        return None;
    }
    let (train, val) = (split.training.len(), split.validation.len());
    let scope = Scope { classes, train, val, on_gpu: kind == DeviceKind::Gpu };
    let Plan { micro_batch, .. } = Plan::within(design, settings, scope, memory_limit::here())?;
    let statistics =
        if design.trains_batch_norm(&settings.way) { "; each such part has its own batch-norm statistics" } else { "" };
    let note = format!("Memory is short: a batch goes through the network {micro_batch} at a time{statistics}.");
    (micro_batch < settings.batch).then_some(note)
}

/// Decodes photos that a lesson wants; one that fails is named on stderr and left out.
fn supply(seen: &mut Seen, lesson: &mut Lesson, samples: &[SampleId], side: usize) {
    let path = |sample: &SampleId| {
        let place = usize::try_from(*sample).unwrap_or(usize::MAX) - 1; // see `project_file::sample_id`
        seen.folder.photos[seen.embedded[place].place].path.as_path()
    };
    let paths: Vec<&Path> = samples.iter().map(path).collect();
    let decoded = photos::decode(&paths, side);
    if seen.pixels.side() != side {
        seen.pixels = Pixels::new(side);
    }
    for (sample, pixels) in samples.iter().zip(decoded) {
        match pixels {
            Ok(pixels) => {
                seen.pixels.insert(*sample, pixels);
                lesson.settle(*sample);
            }
            Err(error) => {
                note!("graft: {error}");
                lesson.give_up(*sample);
            }
        }
    }
}

/// The photos of a validation folder, with the labels of the classes that are trained.
fn held_out_photos(held_out: Folder, classes: &[String]) -> Result<Vec<Listed>> {
    let labels = photos::labels_of(&held_out.classes, classes, "--val-data")?;
    let photos = held_out.photos.into_iter();
    Ok(photos.map(|photo| Listed { label: labels[photo.label as usize], role: Role::Validation, ..photo }).collect())
}

/// The photos that were embedded, numbered as [`project_file::sample_id`] does.
fn labelled(folder: &Folder, embedded: &[Embedded]) -> (Embeddings, Labelled) {
    let mut embeddings = Embeddings::default();
    let mut data = Labelled { classes: folder.classes.clone(), ..Labelled::default() };
    for (place, photo) in embedded.iter().enumerate() {
        let (sample, listed) = (project_file::sample_id(place), &folder.photos[photo.place]);
        embeddings.insert(sample, &photo.embedding[..]);
        data.samples.push(sample);
        data.labels.push(listed.label);
        if listed.role == Role::Validation {
            data.validation.push(sample);
        }
    }
    (embeddings, data)
}

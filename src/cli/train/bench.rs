//! Where lessons are given in a terminal: a device, and what the last lesson left that the next can use.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use burn::tensor::Device;

use super::args::{Args, DataArgs};
use crate::architecture::{Design, Plan, Scope};
use crate::backbone::Backbone;
use crate::cli::engine::{DeviceArg, open, use_cpu, weights};
use crate::cli::photos::{self, Embedded, Folder, Listed};
use crate::cli::project_file;
use crate::cli::say::note;
use crate::embeddings::Embeddings;
use crate::error::Result;
use crate::lesson::{self, Lesson, Outcome, Progress, Sources};
use crate::memory_limit;
use crate::project::{Role, SampleId, TrainSettings, Way};
use crate::protocol::{DeviceKind, EpochRow, Labelled, Preparing, SplitReport};
use crate::tune::Pixels;
use crate::verify::Proven;
use crate::weights::WeightFile;

/// How often epochs are told while training.
const REPORT_EVERY: Duration = Duration::from_millis(200);

/// A place to give lessons at, one after another.
#[derive(Debug)]
pub struct Bench {
    device: Device,
    kind: DeviceKind,
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

impl Bench {
    /// Opens a device.
    ///
    /// # Errors
    /// There is none of that kind.
    pub fn open(device: DeviceArg) -> Result<Self> {
        let (device, kind) = pollster::block_on(open(device))?;
        Ok(Self { device, kind, proven: Proven::default(), seen: None })
    }

    /// The device's kind.
    pub fn kind(&self) -> DeviceKind {
        self.kind
    }

    /// Gives the lesson that `args` ask for.
    ///
    /// # Errors
    /// There is no such backbone or folder; fewer than two classes; a setting is out of its range; the loss is no number any more; the device fails,
    /// or has gradients wrong.
    pub fn give(&mut self, args: &Args, mut told: impl FnMut(Told<'_>)) -> Result<Given<'_>> {
        let settings = args.settings()?;
        crate::head::check(&settings)?;
        let (device, kind) = (self.device.clone(), self.kind);
        pollster::block_on(self.proven.for_settings(&settings, &device, kind)).map_err(use_cpu)?;
        let seen = self.look(&args.data, &args.engine.backbone)?;
        let data = seen.all.clone();
        let name = seen.weights.meta().name.clone();
        let design = lesson::design(&settings, Some(&seen.weights))?;
        let mut lesson = Lesson::new(&seen.embeddings, data.clone(), settings.clone(), &name, None)?;
        let started = Instant::now();
        let mut last = Instant::now();
        while !lesson.is_finished() {
            let reported = Instant::now();
            let enough = || reported.elapsed() >= REPORT_EVERY;
            let now_ms = || started.elapsed().as_secs_f64() * 1e3;
            let sources = Sources { embeddings: &seen.embeddings, weights: Some(&seen.weights), pixels: &seen.pixels };
            match pollster::block_on(lesson.advance(&sources, (&device, kind), enough, now_ms))? {
                Progress::Grouping => {}
                Progress::Wants(samples) => supply(seen, &mut lesson, &samples, design.input.width),
                Progress::Preparing(stage, done, total) => {
                    if last.elapsed() >= REPORT_EVERY || done == total {
                        last = Instant::now();
                        told(Told::Preparing(stage, done, total));
                    }
                }
                Progress::Started(split, _) => {
                    told(Told::Split(&split));
                    if let Some(note) = in_parts(&design, &settings, data.classes.len(), &split, kind) {
                        told(Told::Note(&note));
                    }
                }
                Progress::Epochs(rows) => rows.iter().for_each(|row| told(Told::Epoch(row))),
            }
        }
        let outcome = pollster::block_on(lesson.finish(&seen.embeddings))?;
        let split = lesson.split().cloned().unwrap_or_default();
        let Seen { folder, embedded, .. } = seen;
        Ok(Given { folder, embedded, data, split, settings, design, backbone: name, outcome })
    }

    /// Embeds the photos, unless the last lesson was about the same.
    fn look(&mut self, data: &DataArgs, backbone: &str) -> Result<&mut Seen> {
        let of = (data.data.clone(), data.classes.clone(), data.val_data.clone(), backbone.to_owned());
        if self.seen.as_ref().is_none_or(|seen| seen.of != of) {
            self.seen = None;
            let mut folder = Folder::list(&data.data)?.only(&data.classes)?;
            if let Some(held_out) = &data.val_data {
                let held_out = held_out_photos(Folder::list(held_out)?, &folder.classes)?;
                folder.photos.extend(held_out);
            }
            let weights = weights(backbone)?;
            let network = Backbone::new(&weights, &self.device)?;
            let paths: Vec<&Path> = folder.photos.iter().map(|photo| photo.path.as_path()).collect();
            let embedded = photos::embed(&network, &paths)?;
            let (embeddings, all) = labelled(&folder, &embedded);
            self.seen = Some(Seen { of, weights, folder, embedded, embeddings, all, pixels: Pixels::default() });
        }
        Ok(self.seen.as_mut().expect("set above"))
    }
}

/// Says where a batch goes through the network in parts, as memory is short.
fn in_parts(
    design: &Design,
    settings: &TrainSettings,
    classes: usize,
    split: &SplitReport,
    kind: DeviceKind,
) -> Option<String> {
    if settings.way == Way::Frozen && settings.augmentation.is_off() {
        return None; // a head on embeddings
    }
    let (train, val) = (split.training.len(), split.validation.len());
    let scope = Scope { classes, train, val, on_gpu: kind == DeviceKind::Gpu };
    let Plan { micro_batch, .. } = Plan::within(design, settings, scope, memory_limit::here())?;
    let has_norm = matches!(settings.way, Way::Scratch { .. }) && design.has_batch_norm();
    let statistics = if has_norm { "; each such part has its own batch-norm statistics" } else { "" };
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

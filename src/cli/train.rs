//! `graft train`: a folder of folders in, a head out.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde::Serialize;

use super::engine::{EngineArgs, backbone, open};
use super::photos::{self, Embedded, Folder, Listed};
use super::project_file::{self, Made};
use super::shots;
use crate::backbone::Backbone;
use crate::embeddings::Embeddings;
use crate::error::{Error, ErrorKind, Result};
use crate::lesson::{Lesson, Progress};
use crate::project::{HeadKind, OptimizerKind, Role, SplitKind, TrainSettings};
use crate::protocol::{EpochRow, Labelled, SplitReport};

/// How often epochs are printed while training.
const REPORT_EVERY: Duration = Duration::from_millis(200);

/// What `graft train` understands. What is not given takes the default of [`TrainSettings`].
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    engine: EngineArgs,
    /// A folder that holds a folder a class (or `train` and `val` folders that do).
    #[arg(long)]
    data: PathBuf,
    /// Share of each class that is held out for validation, 0 to 0.5.
    #[arg(long, conflicts_with_all = ["val_data", "shots"])]
    val: Option<f32>,
    /// A folder of the same classes that is held out instead.
    #[arg(long)]
    val_data: Option<PathBuf>,
    /// Train on so many photos a class; all others are held out.
    #[arg(long, value_name = "K", conflicts_with = "val_data")]
    shots: Option<usize>,
    /// Do near-duplicates stay on one side?
    #[arg(long, value_enum)]
    split: Option<SplitArg>,
    /// Decides split, initial head and order of the photos.
    #[arg(long)]
    seed: Option<u32>,
    /// `linear`, or `hidden:N` for a hidden layer of N units.
    #[arg(long, value_parser = head_kind)]
    head: Option<HeadKind>,
    /// Share of a hidden layer's values that are dropped at each step, 0 to 0.9 (default 0.5).
    #[arg(long)]
    dropout: Option<f32>,
    /// What turns a gradient into a step.
    #[arg(long, value_enum)]
    optimizer: Option<OptimizerArg>,
    /// Passes over the training photos, at most.
    #[arg(long)]
    epochs: Option<usize>,
    /// Photos a step.
    #[arg(long)]
    batch: Option<usize>,
    /// Learning rate.
    #[arg(long)]
    lr: Option<f32>,
    /// Momentum of sgd.
    #[arg(long)]
    momentum: Option<f32>,
    /// Pull of the weights towards zero.
    #[arg(long)]
    weight_decay: Option<f32>,
    /// Share of the target that is spread over all classes, 0 to 0.5.
    #[arg(long)]
    label_smoothing: Option<f32>,
    /// Weigh small classes as much as large ones.
    #[arg(long)]
    class_weights: bool,
    /// Stop after so many epochs without a better validation loss; 0: train to the end.
    #[arg(long)]
    patience: Option<usize>,
    /// Write the project: photos, embeddings and head.
    #[arg(long, value_name = "FILE.graft")]
    out: Option<PathBuf>,
    /// Keep place, camera and time in the written photos.
    #[arg(long)]
    keep_metadata: bool,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// `--split`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SplitArg {
    /// Near-duplicates stay on one side.
    Honest,
    /// Every photo for itself.
    Random,
}

/// `--optimizer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
enum OptimizerArg {
    /// Kingma & Ba 2015.
    Adam,
    /// Adam with decoupled weight decay.
    AdamW,
    /// With momentum.
    Sgd,
}

/// The dropout of a hidden layer where none is named.
const DROPOUT: f32 = 0.5;

fn head_kind(text: &str) -> std::result::Result<HeadKind, String> {
    match text.strip_prefix("hidden:").map(str::parse) {
        Some(Ok(units)) => Ok(HeadKind::Hidden { units, dropout: DROPOUT }),
        None if text == "linear" => Ok(HeadKind::Linear),
        _ => Err("expected `linear` or `hidden:N`, such as hidden:128".into()),
    }
}

impl Args {
    /// The settings, checked when training begins.
    fn settings(&self) -> Result<TrainSettings> {
        let default = TrainSettings::default();
        let head = match (self.head.unwrap_or(default.head), self.dropout) {
            (HeadKind::Hidden { units, .. }, Some(dropout)) => HeadKind::Hidden { units, dropout },
            (HeadKind::Linear, Some(_)) => {
                let cure = "Add --head hidden:128, or leave --dropout out.";
                return Err(Error::new(
                    ErrorKind::Usage,
                    "--dropout",
                    "a hidden layer to drop values of",
                    "a linear head",
                    cure,
                ));
            }
            (head, None) => head,
        };
        Ok(TrainSettings {
            head,
            optimizer: self.optimizer.map_or(default.optimizer, |optimizer| match optimizer {
                OptimizerArg::Adam => OptimizerKind::Adam,
                OptimizerArg::AdamW => OptimizerKind::AdamW,
                OptimizerArg::Sgd => OptimizerKind::Sgd,
            }),
            learning_rate: self.lr.unwrap_or(default.learning_rate),
            momentum: self.momentum.unwrap_or(default.momentum),
            weight_decay: self.weight_decay.unwrap_or(default.weight_decay),
            batch: self.batch.unwrap_or(default.batch),
            epochs: self.epochs.unwrap_or(default.epochs),
            label_smoothing: self.label_smoothing.unwrap_or(default.label_smoothing),
            class_weights: self.class_weights,
            patience: self.patience.map_or(default.patience, |epochs| (epochs > 0).then_some(epochs)),
            split: self.split.map_or(default.split, |split| match split {
                SplitArg::Honest => SplitKind::Honest,
                SplitArg::Random => SplitKind::Random,
            }),
            validation: self.val.unwrap_or(default.validation),
            seed: self.seed.unwrap_or(default.seed),
            ..default
        })
    }
}

/// The last line.
#[derive(Debug, Serialize)]
struct Summary {
    best_epoch: usize,
    val_accuracy: Option<f32>,
    classes: usize,
    train_samples: usize,
    val_samples: usize,
    /// Numbers in the network: backbone and head.
    parameters: usize,
    /// Of these, how many were trained.
    trainable: usize,
    seconds: f64,
}

/// Embeds the photos, trains a head, and says how it does on what was held out.
///
/// Exit status 1 where a photo failed.
///
/// # Errors
/// There is no such device, backbone or folder; fewer than two classes; a setting is out of its range; the file cannot be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let settings = args.settings()?;
    crate::head::check(&settings)?;
    let mut folder = Folder::list(&args.data)?;
    if let Some(held_out) = &args.val_data {
        let held_out = held_out_photos(Folder::list(held_out)?, &folder.classes)?;
        folder.photos.extend(held_out);
    }
    let (device, kind) = pollster::block_on(open(args.engine.device))?;
    let network = backbone(&args.engine.backbone, &device)?;
    let paths: Vec<&Path> = folder.photos.iter().map(|photo| photo.path.as_path()).collect();
    let embedded = photos::embed(&network, &paths)?;
    let status = if embedded.len() == paths.len() { ExitCode::SUCCESS } else { ExitCode::from(1) };

    let (embeddings, mut data) = labelled(&folder, &embedded);
    if let Some(shots) = args.shots {
        let (chosen, notes) = shots::choose(&embeddings, &data, &settings, shots)?;
        notes.iter().for_each(|note| eprintln!("{note}"));
        data = chosen;
    }
    let name = &network.meta().name;
    let mut lesson = Lesson::new(&embeddings, data.clone(), settings.clone(), name, None)?;
    let started = Instant::now();
    while !lesson.is_finished() {
        let reported = Instant::now();
        let enough = || reported.elapsed() >= REPORT_EVERY;
        let now_ms = || started.elapsed().as_secs_f64() * 1e3;
        match pollster::block_on(lesson.advance(&embeddings, (&device, kind), enough, now_ms))? {
            Progress::Preparing => {}
            Progress::Started(split, _) => tell_split(&split, args.json),
            Progress::Epochs(rows) => rows.iter().for_each(|row| tell_epoch(row, args.json)),
        }
    }
    let outcome = pollster::block_on(lesson.finish(&embeddings))?;
    let trained = &outcome.summary;
    let held_out = outcome.evaluation.0.samples.len();
    let summary = Summary {
        best_epoch: trained.best_epoch,
        val_accuracy: trained.val_accuracy,
        classes: data.classes.len(),
        train_samples: data.samples.len() - held_out,
        val_samples: held_out,
        parameters: without_classifier(&network) + trained.parameters,
        trainable: trained.parameters,
        seconds: trained.seconds,
    };
    tell_summary(&summary, args.json);
    if let Some(out) = &args.out {
        let made = Made {
            folder: &folder,
            embedded: &embedded,
            data: &data,
            settings: &settings,
            head: &outcome.taught,
            backbone: name,
        };
        project_file::write(out, &made, args.keep_metadata)?;
    }
    Ok(status)
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

/// Numbers of the network but for the classifier that the head takes the place of.
fn without_classifier(network: &Backbone) -> usize {
    let meta = network.meta();
    meta.parameters.saturating_sub((meta.embedding + 1) * meta.labels.len())
}

fn tell_split(split: &SplitReport, json: bool) {
    for note in &split.notes {
        eprintln!("{note}");
    }
    for (class, size) in &split.cut {
        eprintln!(
            "{size} photos of “{class}” are near-duplicates of one another: too many to keep on one side, so they were cut by likeness."
        );
    }
    if !json {
        let (training, held_out) = (split.training.len(), split.validation.len());
        println!(
            "{training} photos to train on, {held_out} held out; {} groups of near-duplicates kept together",
            split.groups
        );
        println!("epoch  train loss  accuracy    val loss  accuracy  seconds");
    }
}

fn tell_epoch(row: &EpochRow, json: bool) {
    if json {
        println!("{}", serde_json::json!(row));
        return;
    }
    let loss = |loss: Option<f32>| loss.map_or("–".into(), |loss| format!("{loss:.4}"));
    let share = |share: Option<f32>| share.map_or("–".into(), |share| format!("{:.1} %", 100.0 * share));
    println!(
        "{:>5}  {:>10}  {:>8}  {:>10}  {:>8}  {:>7.2}",
        row.epoch,
        loss(Some(row.train_loss)),
        share(Some(row.train_accuracy)),
        loss(row.val_loss),
        share(row.val_accuracy),
        row.seconds
    );
}

fn tell_summary(summary: &Summary, json: bool) {
    if json {
        println!("{}", serde_json::json!(summary));
        return;
    }
    match summary.val_accuracy {
        Some(accuracy) => {
            println!("best: epoch {}, {:.1} % of the held-out photos right", summary.best_epoch, 100.0 * accuracy)
        }
        None => println!("best: epoch {}; nothing was held out to test it", summary.best_epoch),
    }
    println!(
        "{} classes, {} of {} numbers trained, {:.2} s",
        summary.classes, summary.trainable, summary.parameters, summary.seconds
    );
}

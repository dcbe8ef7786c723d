//! `graft evaluate`: how good a head is on photos that it has not seen.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burn::tensor::Device;
use serde::Serialize;

use super::engine::{DeviceArg, Opened, weights};
use super::photos::{self, Folder};
use super::project_file;
use crate::backbone::Backbone;
use crate::cli::say::{note, say};
use crate::error::{Error, ErrorKind, Result};
use crate::lesson::{Taught, embed};
use crate::metrics::{Confusion, argmax, cross_entropy, softmax};
use crate::weights::WeightFile;

/// Photos that are decoded at once.
const BATCH: usize = 16;

/// What `graft evaluate` understands.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A project with a trained head.
    #[arg(value_name = "FILE.graft")]
    file: PathBuf,
    /// A folder that holds a folder a class, called as the head's classes.
    #[arg(long)]
    data: PathBuf,
    /// Its backbone, where that is a weight file of your own (.safetensors) and not one that `graft models` lists.
    #[arg(long)]
    backbone: Option<String>,
    /// Where to compute.
    #[arg(long, value_enum, default_value = "cpu")]
    device: DeviceArg,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Report {
    accuracy: f32,
    /// Mean cross-entropy of the calibrated probabilities, natural logarithm.
    loss: f32,
    /// Rows are the true classes.
    confusion: Vec<Vec<u32>>,
    per_class: Vec<PerClass>,
}

#[derive(Debug, Serialize)]
struct PerClass {
    class: String,
    precision: f32,
    recall: f32,
    f1: f32,
    support: u32,
}

/// Embeds the photos and compares what the head says with their folders.
///
/// Exit status 1 where a photo failed.
///
/// # Errors
/// The file holds no head, or one of another backbone; a folder is called as no class is; there is no such device, backbone or folder.
pub fn run(args: &Args) -> Result<ExitCode> {
    let head = project_file::head(&args.file)?.ok_or_else(|| no_head(&args.file))?;
    let card = head.card();
    let folder = Folder::list(&args.data)?;
    let labels = photos::labels_of(&folder.classes, &card.classes, "--data")?;
    let opened = pollster::block_on(Opened::open(args.device))?;
    let name = args.backbone.as_deref().unwrap_or(&card.backbone);
    let weights = weights(name)?;
    let meta = weights.meta();
    if meta.name != card.backbone || (head.network().is_none() && meta.embedding != head.head().inputs()) {
        let cure = "Give the backbone that it was trained on with --backbone.";
        let found = meta.name.clone();
        return Err(Error::new(ErrorKind::Usage, "--backbone", &card.backbone, found, cure));
    }
    let paths: Vec<&Path> = folder.photos.iter().map(|photo| photo.path.as_path()).collect();
    let embedded = opened.trusted(embeddings(&head, &weights, &paths, &opened.device))?;

    let classes = card.classes.len();
    let mut pairs = Vec::with_capacity(embedded.len());
    let mut loss = 0.0;
    for (place, embedding) in &embedded {
        let label = labels[folder.photos[*place].label as usize] as usize;
        let probabilities = softmax(&head.head().logits(embedding), card.temperature);
        loss += cross_entropy(probabilities[label]);
        pairs.push((label, argmax(&probabilities)));
    }
    let confusion = Confusion::new(classes, pairs);
    let report = Report {
        accuracy: confusion.accuracy(),
        loss: loss / embedded.len().max(1) as f32,
        confusion: confusion.rows().map(<[u32]>::to_vec).collect(),
        per_class: per_class(&confusion, &card.classes),
    };
    tell(&report, embedded.len(), args.json);
    Ok(if embedded.len() == paths.len() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What the head takes of each photo, by its place; one that fails is named on stderr and left out.
fn embeddings(head: &Taught, weights: &WeightFile, paths: &[&Path], device: &Device) -> Result<Vec<(usize, Vec<f32>)>> {
    let Some(own) = head.network() else {
        let network = Backbone::new(weights, device)?;
        return Ok(photos::embed(&network, paths)?.into_iter().map(|photo| (photo.place, photo.embedding)).collect());
    };
    let network = own.assemble(Some(weights), head.head(), device)?;
    let mut rows = Vec::with_capacity(paths.len());
    for (batch, paths) in paths.chunks(BATCH).enumerate() {
        for (place, pixels) in photos::decode(paths, own.side()).into_iter().enumerate() {
            match pixels {
                Ok(pixels) => {
                    let row = pollster::block_on(embed(&network, &pixels))?.pop().unwrap_or_default();
                    rows.push((batch * BATCH + place, row));
                }
                Err(error) => note!("graft: {error}"),
            }
        }
    }
    Ok(rows)
}

fn per_class(confusion: &Confusion, names: &[String]) -> Vec<PerClass> {
    let row = |(class, report): (&String, crate::metrics::ClassReport)| PerClass {
        class: class.clone(),
        precision: report.precision,
        recall: report.recall,
        f1: report.f1,
        support: report.support,
    };
    names.iter().zip(confusion.reports()).map(row).collect()
}

fn tell(report: &Report, photos: usize, json: bool) {
    if json {
        say!("{}", serde_json::json!(report));
        return;
    }
    say!("{:.1} % of {photos} photos right, loss {:.4}", 100.0 * report.accuracy, report.loss);
    let width = report.per_class.iter().map(|row| row.class.chars().count()).max().unwrap_or(0).max(5);
    say!("{:<width$}  precision  recall     f1  photos", "class");
    for row in &report.per_class {
        let [precision, recall, f1] = [row.precision, row.recall, row.f1].map(|share| 100.0 * share);
        say!("{:<width$}  {precision:>7.1} %  {recall:>4.1} %  {f1:>5.1}  {:>6}", row.class, row.support);
    }
    say!("rows: the folder's class; columns: what the head says, in the same order");
    for (row, counts) in report.per_class.iter().zip(&report.confusion) {
        let counts: String = counts.iter().map(|count| format!("{count:>6}")).collect();
        say!("{:<width$}{counts}", row.class);
    }
}

fn no_head(path: &Path) -> Error {
    let cure = "Train first, here with `graft train --out FILE.graft` or in the page.";
    Error::new(ErrorKind::Usage, path.display().to_string(), "a project with a trained head", "one without", cure)
}

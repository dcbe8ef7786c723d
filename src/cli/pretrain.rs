//! `graft pretrain`: a folder of photos and a big network in, a small network out.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use burn::tensor::Device;
use serde::Serialize;

use super::engine::{Opened, weights};
use super::photos::Folder;
use crate::architecture::Design;
use crate::backbone::Backbone;
use crate::cli::say::{note, say};
use crate::error::{Error, ErrorKind, Result};
use crate::predict::confidence;
use crate::pretrain::agreement::{Agreement, agreement};
use crate::pretrain::checkpoint::Checkpoint;
use crate::pretrain::course::Length;
use crate::pretrain::export::{About, architecture, export};
use crate::pretrain::loss::Weighing;
use crate::pretrain::student::{Epoch, check};
use crate::pretrain::teacher::{Outputs, Teacher, write_whole};
use crate::pretrain::views::View;
use crate::pretrain::{Material, Photos, Settings, Student};
use crate::weights::{Meta, WeightFile, sha256_hex};

/// What `graft pretrain` understands.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder of folders of photos. A tenth of each is held out; the folders' names are not learned.
    #[arg(long)]
    data: PathBuf,
    /// The network whose outputs are learned: a name that `graft models` lists, or a weight file (.safetensors).
    #[arg(long, default_value = "mobilenet-v2")]
    teacher: String,
    /// What is trained: a MobileNet with its width and the side of its input.
    #[arg(long, default_value = "mobilenet-v1-0.5-128")]
    architecture: String,
    /// Passes over the photos.
    #[arg(long, conflicts_with = "minutes", required_unless_present_any = ["minutes", "judge"])]
    epochs: Option<usize>,
    /// Train for so long instead, as many passes as that may be.
    #[arg(long)]
    minutes: Option<f32>,
    /// Random crops of each photo that the teacher judges, beside its middle.
    #[arg(long, default_value_t = 2)]
    crops: u32,
    /// Photos a step.
    #[arg(long, default_value_t = 32)]
    batch: usize,
    /// The highest learning rate.
    #[arg(long, default_value_t = 0.002)]
    lr: f32,
    /// Pull of the weights towards zero.
    #[arg(long, default_value_t = 0.05)]
    weight_decay: f32,
    /// What the teacher's logits are divided by before their softmax is taught.
    #[arg(long, default_value_t = 2.0)]
    temperature: f32,
    /// Weight of the part of the loss that teaches the teacher's embedding; 0: only its classes are learned.
    #[arg(long, default_value_t = 10.0)]
    embedding: f32,
    /// Decides who is held out, the crops, the initial weights and the order.
    #[arg(long, default_value_t = 0)]
    seed: u32,
    /// The weight file to write (.safetensors); its checkpoint lies beside it.
    #[arg(long)]
    out: PathBuf,
    /// Go on from the checkpoint beside --out.
    #[arg(long)]
    resume: bool,
    /// Train nothing: judge the weight file --out anew, and write what was found into its metadata.
    #[arg(long, conflicts_with_all = ["epochs", "minutes", "resume"])]
    judge: bool,
    /// Where the teacher's outputs are kept.
    #[arg(long, default_value = "target/pretrain")]
    cache: PathBuf,
    /// One JSON object a pass.
    #[arg(long)]
    json: bool,
}

/// How often the student is judged and its weight file written: judging costs as much as some twenty steps.
const JUDGED_EVERY: Duration = Duration::from_secs(120);

/// One line of `--json`.
#[derive(Debug, Serialize)]
struct Line {
    #[serde(flatten)]
    epoch: Epoch,
    /// On the held-out photos, in float32; `null` where it was not judged.
    held_out: Option<Agreement>,
}

/// Photos that the student is judged by.
struct Exam {
    /// u8 `[n, side, side, 3]`.
    pixels: Vec<u8>,
    teacher: Outputs,
}

/// Trains, and writes the weight file each time the student was judged.
///
/// # Errors
/// There is no such folder, teacher or architecture; a file cannot be read or written; the settings do not go together.
pub fn run(args: &Args) -> Result<ExitCode> {
    // Whatever is wrong with the call is said before the teacher looks at thousands of photos.
    let side = if args.judge { written(args)?.meta().input } else { settings(args)?.design.input.height };
    let folder = Folder::list(&args.data)?;
    let photos = Photos {
        paths: folder.photos.iter().map(|photo| photo.path.clone()).collect(),
        labels: folder.photos.iter().map(|photo| photo.label).collect(),
        folders: folder.classes,
    };
    let device = Opened::cpu().device;
    let file = weights(&args.teacher)?;
    let network = Backbone::new(&file, &device)?;
    let sha256 = sha256_hex(&file.write());
    let teacher = Teacher { network: &network, sha256, cache: args.cache.clone(), seed: args.seed };
    note!("{} photos; the teacher looks at the middle of each", photos.paths.len());
    let middles = teacher.outputs(&photos, &View::middles(0..photos.paths.len()))?;
    let sides = photos.sides(&middles, args.seed);
    note!(
        "{} to train on, {} held out; {} groups of near-duplicates kept together",
        sides.training.len(),
        sides.held_out.len(),
        sides.groups
    );
    let exam = View::middles(sides.held_out.iter().copied());
    let exam = Exam { pixels: photos.pixels(&exam, side, args.seed)?, teacher: middles.select(&sides.held_out) };
    if !args.judge {
        let outputs = middles.select(&sides.training);
        let material = look(args, &photos, &teacher, &sides.training, outputs)?;
        train(args, file.meta(), &material, &exam, &device)?;
    }
    finish(args, &exam, &device)?;
    Ok(ExitCode::SUCCESS)
}

/// Trains from random weights or the checkpoint; writes the weight file each time the student was judged.
fn train(args: &Args, teacher: &Meta, material: &Material, exam: &Exam, device: &Device) -> Result<()> {
    let settings = settings(args)?;
    let mut student = Student::new(settings.clone(), material.outputs(), device)?;
    let checkpoint = args.out.with_extension("checkpoint");
    if args.resume {
        student.resume(&Checkpoint::read(&checkpoint, &settings.to_string())?)?;
    }
    let write = |student: &Student| -> Result<Agreement> {
        let weights = export(student.network(), about(args, teacher, &settings))?;
        write_whole(&args.out, &weights.write())?;
        Ok(judge(&student.logits(&exam.pixels, material.units())?, &exam.teacher))
    };
    if student.progress(material.photos.len()) >= 1.0 {
        write(&student)?; // resumed after its end
    }
    let mut judged = Instant::now();
    while student.progress(material.photos.len()) < 1.0 {
        let epoch = student.pass(material)?;
        student.checkpoint()?.write(&checkpoint)?;
        let finished = student.progress(material.photos.len()) >= 1.0;
        let mut held_out = None;
        if finished || judged.elapsed() >= JUDGED_EVERY {
            held_out = Some(write(&student)?);
            judged = Instant::now();
        }
        report(args, Line { epoch, held_out });
    }
    Ok(())
}

/// What the student learns from. `outputs`: what the teacher says of the middles. Its part takes longest, and only the first time.
fn look(args: &Args, photos: &Photos, teacher: &Teacher, training: &[usize], mut outputs: Outputs) -> Result<Material> {
    let side = settings(args)?.design.input.height;
    let mut views = View::middles(training.iter().copied());
    for number in 1..=args.crops {
        note!("the teacher looks at crop {number} of {} of each photo to train on", args.crops);
        let crops = View::crops(training, number);
        outputs = outputs.and(&teacher.outputs(photos, &crops)?);
        views.extend(crops);
    }
    let of = |photo: usize| (photo..views.len()).step_by(training.len()).collect();
    let of_photos = (0..training.len()).map(of).collect();
    let pixels = photos.pixels_of(&views, side, args.seed)?;
    Material::new(side, of_photos, pixels, outputs)
}

/// The weight file --out.
fn written(args: &Args) -> Result<WeightFile> {
    let name = || args.out.display().to_string();
    WeightFile::read(&super::engine::read(&args.out)?).map_err(|error| error.about(name()))
}

/// The written file, judged as it will be used; what was found goes into its metadata.
fn finish(args: &Args, exam: &Exam, device: &Device) -> Result<()> {
    const BATCH: usize = 32;
    let file = written(args)?;
    let network = Backbone::new(&file, device)?;
    let photo = network.meta().input.pow(2) * 3;
    let mut rows = Vec::new();
    for pixels in exam.pixels.chunks(photo * BATCH) {
        rows.extend(pollster::block_on(network.run(pixels))?.logits);
    }
    let Agreement { top1, top5 } = judge(&rows, &exam.teacher);
    let labels = &file.meta().labels;
    let confidence = rows.iter().map(|row| confidence(row, labels)).sum::<f32>() / rows.len().max(1) as f32;
    let bytes = file.clone().judged(confidence, [top1, top5]).write();
    write_whole(&args.out, &bytes)?;
    if args.json {
        let held_out = serde_json::json!({ "top1": top1, "top5": top5 });
        let line = serde_json::json!({ "bytes": bytes.len(), "held_out_8_bit": held_out, "confidence": confidence });
        say!("{line}");
    } else {
        let (name, megabytes) = (args.out.display(), bytes.len() as f64 / 1e6);
        let [top1, top5, confidence] = [top1, top5, confidence].map(|share| 100.0 * share);
        say!(
            "{name}: {megabytes:.2} MB; 8-bit, held out: top-1 {top1:.1} %, top-5 {top5:.1} %, {confidence:.1} % sure on average"
        );
    }
    Ok(())
}

fn judge(student: &[Vec<f32>], teacher: &Outputs) -> Agreement {
    agreement(student.iter().map(Vec::as_slice), (0..teacher.len()).map(|photo| teacher.logits(photo)))
}

fn settings(args: &Args) -> Result<Settings> {
    let length = match (args.epochs, args.minutes) {
        (Some(epochs), _) => Length::Epochs(epochs),
        (None, minutes) => Length::Minutes(minutes.unwrap_or_default()),
    };
    let in_range = |what: &str, value: f32, range: std::ops::RangeInclusive<f32>| {
        let refused = || {
            let expected = format!("a number from {} to {}", range.start(), range.end());
            Error::new(ErrorKind::Usage, what, expected, value.to_string(), "Leave it away for the usual.")
        };
        if range.contains(&value) { Ok(value) } else { Err(refused()) }
    };
    let settings = Settings {
        design: Design::parse(&args.architecture)?,
        length,
        batch: args.batch,
        rate: args.lr,
        decay: in_range("--weight-decay", args.weight_decay, 0.0..=1.0)?,
        weighing: Weighing {
            temperature: in_range("--temperature", args.temperature, 0.1..=100.0)?,
            embedding: in_range("--embedding", args.embedding, 0.0..=1000.0)?,
        },
        seed: args.seed,
    };
    check(&settings)?;
    architecture(&settings.design)?;
    Ok(settings)
}

/// What the weight file says of itself: the teacher's classes, under the file's own name.
fn about(args: &Args, teacher: &Meta, settings: &Settings) -> About {
    let name = args.out.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    About {
        title: title(&name),
        name,
        classes: teacher.classes.clone(),
        labels: teacher.labels.clone(),
        licence: format!("derived from {} ({})", teacher.name, teacher.licence),
        source: format!("graft pretrain: {}, taught by {} ({})", settings.design.name, teacher.name, teacher.source),
    }
}

/// `graft-small` as people read it: "Graft small".
fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn report(args: &Args, line: Line) {
    if args.json {
        say!("{}", serde_json::to_string(&line).unwrap_or_default()); // plain data: cannot fail
        return;
    }
    let Epoch { epoch, seconds, side, rate, classes, embedding, agreed, .. } = line.epoch;
    let held_out = line.held_out.map(|Agreement { top1, top5 }| {
        format!("; held out: top-1 {:.1} %, top-5 {:.1} %", 100.0 * top1, 100.0 * top5)
    });
    say!(
        "{epoch:>4} {seconds:>6.0} s  {side} px  rate {rate:.5}  classes {classes:.3}  embedding {embedding:.3}  agreed {:.1} %{}",
        100.0 * agreed,
        held_out.unwrap_or_default()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_from_a_files_name() {
        assert_eq!(title("graft-small"), "Graft small");
        assert_eq!(title(""), "");
    }
}

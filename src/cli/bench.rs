//! `graft bench`: this machine's figures, in the cases of the peers' benchmark.

use std::process::ExitCode;
use std::time::Instant;

use clap::ValueEnum;

use super::engine::{EngineArgs, Opened, backbone, weights};
use crate::cli::say::say;
use crate::error::Result;
use crate::head::{Trainer, TrainingData};
use crate::photo::{self, Rgb};
use crate::preprocess::crop_and_resize;
use crate::project::{OptimizerKind, TrainSettings};

/// What is measured; the letters are those of the peers' benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Case {
    /// Forward of one photo, embedding and logits read back: ms.
    #[value(name = "A")]
    A,
    /// Embeddings of 64 photos in batches of 16: photos/s.
    #[value(name = "B")]
    B,
    /// A head of 10 classes on 500 embeddings of 1280, batches of 32, Adam, three epochs (48 steps), from nothing to the head read back: steps/s.
    #[value(name = "C2")]
    C2,
    /// From nothing to the first prediction, weights included: ms.
    #[value(name = "F")]
    F,
    /// A 12-megapixel JPEG (4000×3000, 4:4:4, quality 80: what our own encoder makes) from file to pixels ready for the network: ms.
    #[value(name = "photo")]
    Photo,
}

/// What `graft bench` understands.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which cases, separated by commas; all where none is named.
    #[arg(long, value_enum, value_delimiter = ',')]
    case: Vec<Case>,
    #[command(flatten)]
    engine: EngineArgs,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// Measures one case after another.
///
/// # Errors
/// There is no such device or backbone.
pub fn run(args: &Args) -> Result<ExitCode> {
    let all = [Case::A, Case::B, Case::C2, Case::F, Case::Photo];
    let cases = if args.case.is_empty() { all.to_vec() } else { args.case.clone() };
    // The one that is measured: where the registry's default cannot be had, the default is another.
    let needs_backbone = cases.iter().any(|case| matches!(case, Case::A | Case::B | Case::F));
    let name = if needs_backbone { Some(weights(&args.engine.backbone)?.meta().name.clone()) } else { None };
    pollster::block_on(async {
        for case in cases {
            let (unit, per_second, mut ms) = match case {
                Case::A => ("ms", None, forward(args, 1, 1, 30).await?),
                Case::B => ("photos/s", Some(16.0), forward(args, 16, 1, 4).await?),
                Case::C2 => ("steps/s", Some(C2_STEPS), head(args).await?),
                Case::F => ("ms", None, first(args).await?),
                Case::Photo => ("ms", None, twelve_megapixels()?),
            };
            ms.sort_by(f64::total_cmp);
            // The best of a rate is its largest, which belongs to the shortest time.
            let figure = |ms: f64| per_second.map_or(ms, |count| count / (ms / 1e3));
            report(args, case, name.as_deref(), unit, figure(ms[ms.len() / 2]), figure(ms[0]), ms.len());
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Milliseconds of each of `repeats` batches of `batch` photos, after `warm_up` of them.
async fn forward(args: &Args, batch: usize, warm_up: usize, repeats: usize) -> Result<Vec<f64>> {
    let opened = Opened::open(args.engine.device).await?;
    let network = backbone(&args.engine.backbone, &opened.device)?;
    let side = network.meta().input;
    let pixels: Vec<u8> = (0..batch * side * side * 3).map(|i| (i * 31 % 251) as u8).collect();
    let mut times = Vec::new();
    for _ in 0..warm_up + repeats {
        let started = Instant::now();
        opened.trusted(network.run(&pixels).await)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(times.split_off(warm_up))
}

/// Steps of case C2: three epochs of sixteen.
const C2_STEPS: f64 = 48.0;

/// Case C2 as the peers have it, on embeddings that are drawn here. The first two runs warm up.
async fn head(args: &Args) -> Result<Vec<f64>> {
    const CLASSES: usize = 10;
    const SAMPLES: usize = 500;
    const WIDTH: usize = 1280;
    let opened = Opened::open(args.engine.device).await?;
    let mut state = 1u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32
    };
    let data = TrainingData {
        classes: CLASSES,
        width: WIDTH,
        train: (0..SAMPLES * WIDTH).map(|_| noise()).collect(),
        train_labels: (0..SAMPLES).map(|i| (i % CLASSES) as u32).collect(),
        ..TrainingData::default()
    };
    let settings = TrainSettings {
        optimizer: OptimizerKind::Adam,
        learning_rate: 1e-3,
        batch: 32,
        epochs: 3,
        ..Default::default()
    };
    let mut times = Vec::new();
    for _ in 0..2 + 7 {
        let data = data.clone();
        let started = Instant::now();
        let now = || started.elapsed().as_secs_f64() * 1e3;
        let mut trainer = Trainer::new(data, &settings, None, &opened.device, opened.kind)?;
        trainer.advance(|| false, now).await?;
        opened.trusted(trainer.head().await)?;
        times.push(now());
    }
    Ok(times.split_off(2))
}

async fn first(args: &Args) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        forward(args, 1, 0, 1).await?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(times)
}

/// Drawn here: soft colours with grain, so that the file is about as large as a camera's.
fn twelve_megapixels() -> Result<Vec<f64>> {
    let (width, height) = (4000, 3000);
    let mut pixels = Vec::with_capacity(width * height * 3);
    let mut grain = 1u32;
    for i in 0..width * height {
        let (x, y) = (i % width, i / width);
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (grain >> 28) as usize;
        pixels.extend([x * 200 / width + noise, y * 200 / height + noise, (x + y) / 40 % 200 + noise].map(|v| v as u8));
    }
    let jpeg = photo::thumbnail(&Rgb { width, height, pixels }, width);
    let mut times = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        crop_and_resize(&photo::decode(&jpeg)?, 224);
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(times)
}

fn report(args: &Args, case: Case, backbone: Option<&str>, unit: &str, median: f64, best: f64, n: usize) {
    let name = case.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default();
    let device = args.engine.device.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default();
    if args.json {
        let round = |x: f64| (x * 100.0).round() / 100.0;
        let line = serde_json::json!({
            "case": name, "device": device, "backbone": backbone, "unit": unit, "median": round(median), "min": round(best), "n": n
        });
        say!("{line}");
    } else {
        say!("{name:<6} {device}  median {median:.1} {unit}, best {best:.1} {unit}, n = {n}");
    }
}

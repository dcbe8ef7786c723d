//! Trains small networks: on photos drawn here, and on some of Caltech-101.

mod goes_on;
mod learns;
mod limits;
mod resumes;
mod same;
mod stages;

use std::time::Instant;

use burn::tensor::Device;
use graft::architecture::Design;
use graft::device;
use graft::error::Result;
use graft::network::Network;
use graft::project::{HeadKind, OptimizerKind, Schedule, TrainSettings, Way};
use graft::protocol::{DeviceKind, EpochRow};
use graft::tune::{Pixels, TuneData, Tuner};
use graft::weights::Architecture;

use crate::common::tiny;

/// Side of the drawn photos.
const SIDE: usize = 32;
/// More memory than any of these runs takes.
const PLENTY: usize = 1 << 33;

/// Photos of `classes` kinds of stripes, each of its own width and colour, noise over all: `train` and `val` of each class.
fn photos(classes: usize, train: usize, val: usize) -> (Pixels, TuneData) {
    photos_of(SIDE, classes, train, val)
}

/// The same, of another side.
fn photos_of(side: usize, classes: usize, train: usize, val: usize) -> (Pixels, TuneData) {
    let mut noise = 1u32;
    let mut random = move |below: u32| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 16) % below
    };
    let mut pixels = Pixels::new(side);
    let mut data = TuneData { classes, ..TuneData::default() };
    for class in 0..classes {
        for at in 0..train + val {
            let sample = (class * 1000 + at) as u64;
            let phase = random(8) as usize;
            let mut photo = Vec::with_capacity(side * side * 3);
            for place in 0..side * side {
                let along = if class % 2 == 0 { place % side } else { place / side };
                let bright = if ((along + phase) / (2 + class)).is_multiple_of(2) { 150 } else { 60 };
                photo.extend(
                    (0..3).map(|colour| (bright + 30 * usize::from(colour == class % 3)) as u8 + random(40) as u8),
                );
            }
            pixels.insert(sample, photo);
            let samples = if at < train { &mut data.train } else { &mut data.val };
            samples.push((sample, class as u32));
        }
    }
    (pixels, data)
}

/// A MobileNetV1 of a quarter of the width with random weights and batch norm.
fn random_network(classes: usize, seed: u32, device: &Device) -> Network {
    Network::random(&Design::mobilenet_v1(0.25, SIDE), HeadKind::Linear, classes, seed, device)
}

/// A narrow MobileNet from a weight file of random weights.
fn pretrained(architecture: Architecture, classes: usize, device: &Device) -> Network {
    let file = tiny(architecture, 8, 8, 10);
    Network::pretrained(&file, None, HeadKind::Linear, classes, 0, device).expect("a network of a whole file")
}

/// Settings for a way, without what keeps a test from being plain: warm-up, schedule, the head first.
fn plain(way: Way, batch: usize, epochs: usize) -> TrainSettings {
    TrainSettings {
        optimizer: OptimizerKind::Adam,
        learning_rate: 1e-3,
        schedule: Schedule::Constant,
        warm_up: 0.0,
        head_first: 0,
        weight_decay: 0.0,
        patience: None,
        batch,
        epochs,
        ..TrainSettings::suited_to(way)
    }
}

fn scratch() -> Way {
    Way::Scratch { architecture: "mobilenet-v1-0.25-32".into() }
}

fn tuner(network: Network, data: &TuneData, settings: &TrainSettings) -> Tuner {
    let (device, kind) = (device::cpu(), DeviceKind::Cpu);
    Tuner::new(network, data.clone(), settings, &device, kind, PLENTY).expect("settings in range")
}

/// Trains to the end, or to an error.
fn train(tuner: &mut Tuner, pixels: &Pixels) -> Result<Vec<EpochRow>> {
    let started = Instant::now();
    let mut rows = Vec::new();
    while !tuner.is_finished() {
        let now = || started.elapsed().as_secs_f64() * 1e3;
        rows.extend(pollster::block_on(tuner.advance(pixels, || false, now))?);
    }
    Ok(rows)
}

/// The training losses of rows.
fn losses(rows: &[EpochRow]) -> Vec<f32> {
    rows.iter().map(|row| row.train_loss).collect()
}

/// The largest difference between two curves of the same length.
fn apart(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// Weights and biases, block by block.
fn values(network: &Network, from: usize) -> Vec<f32> {
    let tensors = pollster::block_on(network.tensors(from)).expect("the CPU's memory");
    tensors.into_iter().flat_map(|tensor| tensor.values).collect()
}

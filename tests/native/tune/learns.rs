//! That a network from random weights learns, and what a step takes.

use std::path::Path;
use std::time::Instant;

use graft::architecture::Design;
use graft::metrics::argmax;
use graft::network::{Mode, Network};
use graft::preprocess::crop_and_resize;
use graft::project::{HeadKind, TrainSettings, Way};
use graft::protocol::EpochRow;
use graft::tune::{Pixels, TuneData, measure};
use graft::weights::tflite::import;
use graft::weights::{Meta, WeightFile, unnamed};

use super::{PLENTY, losses, photos, plain, random_network, scratch, train, tuner};
use crate::common::shared;

#[test]
fn the_loss_falls_from_random_weights() {
    let (pixels, data) = photos(3, 12, 6);
    let network = random_network(3, 0, &graft::device::cpu());
    let rows = train(&mut tuner(network, &data, &plain(scratch(), 36, 40)), &pixels).unwrap();
    let last = rows.last().unwrap();
    assert!(last.train_loss < 0.3 * rows[0].train_loss, "{:?}", losses(&rows));
    assert!(last.train_accuracy > 0.9, "{last:?}");
}

/// The first `count` photos of each folder.
fn caltech(folder: &Path, classes: &[&str], count: usize, side: usize) -> (Pixels, TuneData) {
    let mut pixels = Pixels::new(side);
    let mut data = TuneData { classes: classes.len(), ..TuneData::default() };
    for (label, class) in classes.iter().enumerate() {
        for at in 1..=count {
            let bytes = std::fs::read(folder.join(class).join(format!("image_{at:04}.jpg"))).expect("a photo");
            let sample = (label * 1000 + at) as u64;
            pixels.insert(sample, crop_and_resize(&graft::photo::decode(&bytes).expect("a JPEG"), side));
            data.train.push((sample, label as u32));
        }
    }
    (pixels, data)
}

/// Two hundred photos of four Caltech-101 folders, learned by heart by MobileNetV1 0.25.
#[test]
fn mobilenet_from_scratch_learns_four_folders() {
    let Some(folder) = shared("data/caltech101", "MobileNetV1 0.25 from scratch") else { return };
    let design = Design::mobilenet_v1(0.25, 128);
    let classes = ["airplanes", "Motorbikes", "Faces_easy", "Leopards"];
    let (pixels, data) = caltech(&folder, &classes, 50, design.input.width);
    let network = Network::random(&design, HeadKind::Linear, 4, 0, &graft::device::cpu());
    let way = Way::Scratch { architecture: design.name.clone() };
    let settings = TrainSettings { batch: 20, epochs: 60, ..TrainSettings::suited_to(way) };
    let mut tuner = tuner(network, &data, &settings);
    let started = Instant::now();
    let mut rows = Vec::new();
    // Until it is shown, of the network as it trains and as it is kept: the schedule goes on much longer.
    let mut kept = 0.0;
    let is_shown =
        |rows: &[EpochRow], kept: f32| kept >= 0.95 && rows.last().is_some_and(|row| row.train_accuracy >= 0.95);
    while !(tuner.is_finished() || is_shown(&rows, kept)) {
        let now = || started.elapsed().as_secs_f64() * 1e3;
        let new = pollster::block_on(tuner.advance(&pixels, || true, now)).unwrap();
        if new.last().is_some_and(|row| row.train_accuracy >= 0.95) {
            kept = accuracy_when_folded(tuner.network(), &pixels, &data);
        }
        rows.extend(new);
    }
    println!("from scratch: {:.1} s, {:.3} when folded, {:?}", tuner.seconds(), kept, rows.last());
    assert!(rows.last().is_some_and(|row| row.train_accuracy >= 0.95), "with the batches' statistics: {rows:?}");
    assert!(kept >= 0.95, "with the running ones, folded into the weights: {kept}, {rows:?}");
}

/// Share of the training photos that the network has right once its batch norm was folded away, as it is kept and used.
fn accuracy_when_folded(network: &Network, pixels: &Pixels, data: &TuneData) -> f32 {
    let folded = network.clone().fold();
    assert!(!folded.has_batch_norm());
    let mut right = 0;
    for samples in data.train.chunks(20) {
        let photos: Vec<u8> =
            samples.iter().flat_map(|(sample, _)| pixels.get(*sample).expect("a photo").iter().copied()).collect();
        let logits = folded.forward(folded.input(&photos), 0, Mode::Infer).logits;
        let [_, _, _, padded] = logits.dims();
        let values = logits.into_data().try_to_vec::<f32>().expect("numbers");
        let rows = values.chunks_exact(padded).zip(samples);
        right += rows.filter(|(row, (_, label))| argmax(&row[..data.classes]) == *label as usize).count();
    }
    right as f32 / data.train.len() as f32
}

/// Cases D and E of the peers: seconds a step and memory. A figure to read, not a bound: machines differ.
#[test]
#[ignore = "a measurement: run it by itself, with the release profile"]
fn steps_of_mobilenet_v2() {
    let Some(weights) = shared("models/tf2_mobilenet_v2_1.0_224_ptq.tflite", "cases D and E") else { return };
    let file = mobilenet_v2(&weights);
    let cpu = graft::device::cpu();
    // From the first block of 160 channels on: three of them, one of 320, the closing convolution.
    for (name, last, batch) in [("D", 5, 16), ("E", usize::MAX, 8)] {
        let network = Network::pretrained(&file, None, HeadKind::Linear, 10, 0, &cpu).unwrap();
        let from = network.design().blocks.len().saturating_sub(last);
        let started = Instant::now();
        let now = || started.elapsed().as_secs_f64() * 1e3;
        let mut times = pollster::block_on(measure(network, from, batch, 7, PLENTY, now)).unwrap();
        times.sort_by(f64::total_cmp);
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("no peak known").to_string();
        println!("case {name}: {:.0} ms a step (least {:.0}), {peak}", times[times.len() / 2], times[0]);
    }
}

/// MobileNetV2 1.0 as it was published.
fn mobilenet_v2(tflite: &Path) -> WeightFile {
    let network = import(&std::fs::read(tflite).expect("a weight file"), None).expect("a network");
    let meta = Meta {
        architecture: network.architecture,
        name: "v2".into(),
        title: "MobileNetV2".into(),
        classes: "ImageNet".into(),
        width: network.width,
        input: network.input,
        labels: unnamed(network.units()),
        licence: "Apache-2.0".into(),
        source: "a test".into(),
        top1: None,
        top5: None,
        confidence: None,
        agreement: None,
        parameters: 0,
        depth: 0,
        embedding: 0,
    };
    WeightFile::assemble(meta, network.layers).expect("a whole network")
}

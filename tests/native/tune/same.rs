//! What must not matter: the device, the cache, micro-batches, slices; what must: the seed.

use graft::architecture::Design;
use graft::network::Network;
use graft::project::{Augmentation, HeadKind, OptimizerKind, TrainSettings, Way};
use graft::protocol::DeviceKind;
use graft::tune::{Caching, Tuner};
use graft::weights::Architecture;

use super::{
    PLENTY, apart, losses, photos, photos_of, plain, pretrained, random_network, scratch, train, tuner, values,
};
use crate::common::devices;

/// Twenty epochs of one step: a loss for each step.
#[test]
fn devices_agree_for_twenty_steps() {
    let (pixels, data) = photos(3, 4, 0);
    // Without batch norm: over the twelve numbers that it would see here it magnifies what rounding leaves, and so does Adam at a high rate.
    let lenet = Way::Scratch { architecture: "lenet-5".into() };
    for (way, optimizer, learning_rate) in
        [(lenet, OptimizerKind::Adam, 1e-3), (Way::LastBlocks { blocks: 3 }, OptimizerKind::Adam, 1e-4)]
    {
        let plain = plain(way.clone(), 12, 20);
        let settings = TrainSettings { optimizer, learning_rate, ..plain };
        let mut curves = Vec::new();
        for (device, kind) in devices("training deeper") {
            let network = match way {
                Way::Scratch { ref architecture } => {
                    let design = Design::parse(architecture).unwrap();
                    Network::random(&design, HeadKind::Linear, 3, 1, &device)
                }
                _ => pretrained(Architecture::MobileNetV2, 3, &device),
            };
            let mut tuner = Tuner::new(network, data.clone(), &settings, &device, kind, PLENTY).unwrap();
            let rows = train(&mut tuner, &pixels).unwrap();
            assert_eq!((rows.len(), tuner.steps()), (20, 20));
            curves.push((kind, losses(&rows)));
        }
        let [(_, cpu), others @ ..] = &curves[..] else { unreachable!("the CPU is there") };
        for (kind, other) in others {
            assert_eq!(*kind, DeviceKind::Gpu);
            assert!(apart(cpu, other) < 1e-2, "{way:?}: {cpu:?} on the CPU, {other:?} on the GPU");
        }
    }
}

/// Batch norm over sixteen photos, and a rate so low that what rounding leaves stays small: sixteen numbers a channel behind the last layers.
#[test]
fn devices_agree_for_twenty_steps_with_batch_norm() {
    let (pixels, data) = photos_of(64, 4, 4, 0);
    let design = Design::mobilenet_v1(0.25, 64);
    let way = Way::Scratch { architecture: design.name.clone() };
    let settings = TrainSettings { optimizer: OptimizerKind::Sgd, learning_rate: 1e-6, ..plain(way, 16, 20) };
    let mut curves = Vec::new();
    for (device, kind) in devices("training with batch norm") {
        let network = Network::random(&design, HeadKind::Linear, 4, 1, &device);
        assert!(network.has_batch_norm());
        let mut tuner = Tuner::new(network, data.clone(), &settings, &device, kind, PLENTY).unwrap();
        let rows = train(&mut tuner, &pixels).unwrap();
        assert_eq!((rows.len(), tuner.steps()), (20, 20));
        curves.push(losses(&rows));
    }
    assert!(curves[0][19] < curves[0][0] - 0.05, "they fall: {:?}", curves[0]);
    for other in &curves[1..] {
        assert!(apart(&curves[0], other) < 1e-2, "{:?} on the CPU, {other:?} on the GPU", curves[0]);
    }
}

#[test]
fn kept_activations_change_nothing() {
    let (pixels, data) = photos(2, 10, 4);
    let settings = plain(Way::LastBlocks { blocks: 4 }, 5, 4);
    let run = |limit: usize| {
        let device = graft::device::cpu();
        let network = pretrained(Architecture::MobileNetV1, 2, &device);
        let mut tuner = Tuner::new(network, data.clone(), &settings, &device, DeviceKind::Cpu, limit).unwrap();
        let rows = train(&mut tuner, &pixels).unwrap();
        let kept = if tuner.plan().caching == Caching::All { tuner.plan().memory.cache } else { 0 };
        assert_eq!(tuner.kept_bytes(), kept, "what was foretold");
        (tuner.plan().caching, tuner.plan().memory, rows)
    };
    let (caching, memory, kept) = run(PLENTY);
    assert_eq!(caching, Caching::All);
    let (caching, _, computed) = run(memory.total - memory.cache);
    assert_eq!(caching, Caching::Nothing);
    assert!(apart(&losses(&kept), &losses(&computed)) < 1e-4);
    for (a, b) in kept.iter().zip(&computed) {
        assert!((a.val_loss.unwrap() - b.val_loss.unwrap()).abs() < 1e-4);
    }
}

#[test]
fn micro_batches_add_up_to_a_batch() {
    let (pixels, data) = photos(2, 12, 0);
    // Weights of classes that are not equally many, so that the micro-batches' shares differ.
    let data = graft::tune::TuneData { train: data.train[..18].to_vec(), ..data };
    // Plain descent: Adam would make whole steps of what rounding leaves of gradients that are nought.
    let optimizer = OptimizerKind::Sgd;
    let settings = TrainSettings { class_weights: true, optimizer, ..plain(Way::Everything, 18, 6) };
    let run = |limit: usize| {
        let device = graft::device::cpu();
        let network = pretrained(Architecture::MobileNetV2, 2, &device);
        let mut tuner = Tuner::new(network, data.clone(), &settings, &device, DeviceKind::Cpu, limit).unwrap();
        let rows = train(&mut tuner, &pixels).unwrap();
        (tuner.plan().micro_batch, tuner.plan().memory, losses(&rows))
    };
    let (whole, memory, at_once) = run(PLENTY);
    let (part, _, in_parts) = run(memory.total - memory.activations * 2 / 3);
    assert!(whole == 18 && part < 9, "{whole} {part}");
    assert!(apart(&at_once, &in_parts) < 1e-4, "{at_once:?} {in_parts:?}");
}

#[test]
fn slices_change_nothing() {
    let (pixels, data) = photos(2, 6, 3);
    let settings = plain(Way::LastBlocks { blocks: 2 }, 4, 3);
    let cpu = graft::device::cpu();
    let whole = train(&mut tuner(pretrained(Architecture::MobileNetV1, 2, &cpu), &data, &settings), &pixels).unwrap();
    let mut sliced = tuner(pretrained(Architecture::MobileNetV1, 2, &cpu), &data, &settings);
    let (mut rows, mut slices) = (Vec::new(), 0);
    while !sliced.is_finished() {
        rows.extend(pollster::block_on(sliced.advance(&pixels, || true, || 0.0)).unwrap());
        slices += 1;
    }
    assert!(slices > 3 * (3 + 2), "a slice is a micro-batch at most, not {slices} in all");
    assert_eq!(losses(&rows), losses(&whole));
}

#[test]
fn a_seed_gives_the_same_curve() {
    let (pixels, data) = photos(2, 8, 2);
    let run = |seed: u32| {
        let augmentation = Augmentation::moderate();
        let settings = TrainSettings { seed, augmentation, ..plain(scratch(), 4, 3) };
        losses(&train(&mut tuner(random_network(2, 5, &graft::device::cpu()), &data, &settings), &pixels).unwrap())
    };
    let first = run(1);
    assert_eq!(first, run(1));
    assert_ne!(first, run(2));
}

#[test]
fn frozen_blocks_stay_as_they_were() {
    let (pixels, data) = photos(2, 6, 2);
    let network = pretrained(Architecture::MobileNetV1, 2, &graft::device::cpu());
    let blocks = network.design().blocks.len();
    let before = values(&network, 0);
    let mut tuner = tuner(network, &data, &plain(Way::LastBlocks { blocks: 2 }, 4, 2));
    assert_eq!(tuner.plan().from, blocks - 2);
    train(&mut tuner, &pixels).unwrap();
    let trained = tuner.network_at_best().unwrap();
    let after = values(&trained, 0);
    let frozen = before.len() - values(&trained, blocks - 2).len();
    assert!(frozen > 0 && before[..frozen] == after[..frozen], "bit for bit");
    assert!(before[frozen..] != after[frozen..], "the last two were trained");
}

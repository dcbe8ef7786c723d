//! A device that was lost: the same curve goes on.

use graft::project::{OptimizerKind, TrainSettings, Way};
use graft::protocol::{DeviceKind, EpochRow};
use graft::tune::{Pixels, TuneData, Tuner};
use graft::weights::Architecture;

use super::{PLENTY, apart, losses, photos, plain, pretrained, random_network, scratch, train};
use crate::common::devices;

/// A run that is treated as one on a GPU, whatever the device, so that checkpoints are made.
fn on_gpu(data: &TuneData, settings: &TrainSettings, device: &burn::tensor::Device) -> Tuner {
    let network = match settings.way {
        Way::Scratch { .. } => random_network(2, 0, device),
        _ => pretrained(Architecture::MobileNetV1, 2, device),
    };
    Tuner::new(network, data.clone(), settings, device, DeviceKind::Gpu, PLENTY).unwrap()
}

/// Trains until `epochs` are there, and a micro-batch into the next one.
fn some(tuner: &mut Tuner, pixels: &Pixels, epochs: usize) -> Vec<EpochRow> {
    // So slow a device that nothing is queued ahead: a slice is a micro-batch.
    let clock = std::cell::Cell::new(0.0);
    let now = || clock.replace(clock.get() + 1e4);
    let mut rows = Vec::new();
    while rows.len() < epochs {
        rows.extend(pollster::block_on(tuner.advance(pixels, || true, now)).unwrap());
    }
    assert!(pollster::block_on(tuner.advance(pixels, || true, now)).unwrap().is_empty());
    rows
}

#[test]
fn a_checkpoint_goes_on_with_the_same_curve() {
    let (pixels, data) = photos(2, 8, 4);
    let cpu = graft::device::cpu();
    for (way, optimizer) in [(scratch(), OptimizerKind::Adam), (Way::LastBlocks { blocks: 3 }, OptimizerKind::Sgd)] {
        let settings = TrainSettings { head_first: 2, optimizer, ..plain(way, 4, 4) };
        let whole = train(&mut on_gpu(&data, &settings, &cpu), &pixels).unwrap();
        assert_eq!(whole.len(), 2 + 4);
        let mut tuner = on_gpu(&data, &settings, &cpu);
        let mut rows = some(&mut tuner, &pixels, 4);
        assert_eq!(rows.len(), 4);
        let best = tuner.best_epoch();
        assert_eq!(tuner.checkpoint().map(graft::tune::Checkpoint::epoch), Some(4));
        assert_eq!((tuner.resume(&cpu, DeviceKind::Cpu).unwrap(), tuner.best_epoch()), (4, best));
        rows.extend(train(&mut tuner, &pixels).unwrap());
        assert_eq!(losses(&rows), losses(&whole), "the optimizer's averages came along");
        let val = |rows: &[EpochRow]| rows.iter().map(|row| row.val_loss.unwrap()).collect::<Vec<_>>();
        assert_eq!(val(&rows), val(&whole));
    }
}

#[test]
fn what_a_device_gave_in_the_newest_call_is_not_gone_on_from() {
    let (pixels, data) = photos(2, 8, 4);
    let cpu = graft::device::cpu();
    let settings = plain(scratch(), 8, 3);
    let mut tuner = on_gpu(&data, &settings, &cpu);
    let clock = std::cell::Cell::new(0.0);
    let mut rows = Vec::new();
    while !tuner.is_finished() {
        let before = rows.len();
        rows.extend(pollster::block_on(tuner.advance(&pixels, || true, || clock.replace(clock.get() + 1e4))).unwrap());
        let known = tuner.checkpoint().map_or(0, graft::tune::Checkpoint::epoch);
        assert_eq!(known, before, "{} epochs are finished", rows.len());
    }
    assert_eq!(rows.len(), 3);
    // Its last epoch counts once somebody asks for more; then there is nothing left to train.
    assert!(pollster::block_on(tuner.advance(&pixels, || true, || 0.0)).unwrap().is_empty());
    assert_eq!((tuner.resume(&cpu, DeviceKind::Cpu).unwrap(), tuner.is_finished()), (3, true));
}

#[test]
fn without_a_checkpoint_it_begins_again() {
    let (pixels, data) = photos(2, 8, 2);
    let cpu = graft::device::cpu();
    let settings = plain(Way::LastBlocks { blocks: 2 }, 8, 2);
    let mut tuner = on_gpu(&data, &settings, &cpu);
    assert!(!tuner.can_resume() && tuner.resume(&cpu, DeviceKind::Cpu).is_err(), "nothing was read yet");
    pollster::block_on(tuner.advance(&pixels, || true, || 0.0)).unwrap();
    assert!(!tuner.can_resume(), "what was read last may be wrong");
    pollster::block_on(tuner.advance(&pixels, || true, || 0.0)).unwrap();
    assert_eq!(tuner.resume(&cpu, DeviceKind::Cpu).unwrap(), 0);
    let rows = train(&mut tuner, &pixels).unwrap();
    let whole = train(&mut on_gpu(&data, &settings, &cpu), &pixels).unwrap();
    assert_eq!(losses(&rows), losses(&whole));
}

#[test]
fn a_run_goes_on_from_the_gpu_on_the_cpu_and_back() {
    let (pixels, data) = photos(2, 8, 4);
    let settings = plain(Way::LastBlocks { blocks: 3 }, 8, 6);
    let found = devices("going on after a lost GPU");
    let [(cpu, _), (gpu, _)] = &found[..] else { return };
    let whole = train(&mut on_gpu(&data, &settings, cpu), &pixels).unwrap();
    let mut tuner = on_gpu(&data, &settings, gpu);
    let mut rows = some(&mut tuner, &pixels, 2);
    assert_eq!(tuner.resume(cpu, DeviceKind::Gpu).unwrap(), rows.len());
    rows.extend(some(&mut tuner, &pixels, 2));
    assert_eq!(tuner.resume(gpu, DeviceKind::Gpu).unwrap(), rows.len());
    rows.extend(train(&mut tuner, &pixels).unwrap());
    assert!(apart(&losses(&rows), &losses(&whole)) < 1e-2, "{:?} {:?}", losses(&rows), losses(&whole));
    let best = tuner.network_at_best().unwrap();
    assert_eq!(best.device(), *gpu);
}

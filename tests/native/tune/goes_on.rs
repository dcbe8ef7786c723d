//! Going on with a network that was trained before: what was good is not lost.

use graft::network::Network;
use graft::project::{Augmentation, OptimizerKind, TrainSettings, Way};
use graft::protocol::{DeviceKind, Ended};
use graft::tune::{Pixels, TuneData, Tuner};
use graft::weights::Architecture;

use super::{PLENTY, photos, plain, pretrained, train, values};
use crate::common::devices;

/// A rate under which nothing learned stays.
fn harmful(settings: &TrainSettings) -> TrainSettings {
    TrainSettings { learning_rate: 0.5, epochs: 3, ..settings.clone() }
}

/// Mean loss of the held-out photos, as one epoch of hardly any rate tells it.
fn judged(tuner: &Tuner, data: &TuneData, pixels: &Pixels, settings: &TrainSettings) -> f32 {
    let still = TrainSettings { learning_rate: 1e-12, epochs: 1, ..settings.clone() };
    let network = tuner.network_at_best().unwrap();
    train(&mut super::tuner(network, data, &still), pixels).unwrap()[0].val_loss.unwrap()
}

/// A network that was trained on the CPU, at its best epoch.
fn good(data: &TuneData, pixels: &Pixels, settings: &TrainSettings) -> Network {
    let mut tuner = super::tuner(pretrained(Architecture::MobileNetV1, 2, &graft::device::cpu()), data, settings);
    train(&mut tuner, pixels).unwrap();
    tuner.network_at_best().unwrap()
}

#[test]
fn a_harmful_rate_leaves_the_network_from_before() {
    let (pixels, data) = photos(2, 10, 6);
    let settings = plain(Way::LastBlocks { blocks: 2 }, 5, 8);
    for (device, kind) in devices("going on with a network") {
        let start = |network| Tuner::new(network, data.clone(), &settings, &device, kind, PLENTY).unwrap();
        let mut first = start(pretrained(Architecture::MobileNetV1, 2, &device));
        let rows = train(&mut first, &pixels).unwrap();
        let good = first.network_at_best().unwrap();
        let best = rows[first.best_epoch() - 1].val_loss.unwrap();

        let bad = harmful(&settings);
        let mut on = Tuner::new(good.clone(), data.clone(), &bad, &device, kind, PLENTY).unwrap().going_on();
        let rows = train(&mut on, &pixels).unwrap();
        assert!(rows.iter().all(|row| row.val_loss.unwrap() > best), "it harms: {best} before, {rows:?}");
        assert_eq!((rows.len(), on.epochs(), on.best_epoch()), (3, 3, 0), "{kind:?}");
        assert_eq!(values(&on.network_at_best().unwrap(), 0), values(&good, 0), "the network from before, bit for bit");

        // Whoever does not go on, but begins with it as with any other, keeps the best of the new epochs.
        let mut anew = Tuner::new(good, data.clone(), &bad, &device, kind, PLENTY).unwrap();
        train(&mut anew, &pixels).unwrap();
        assert!(anew.best_epoch() >= 1);
    }
}

#[test]
fn a_good_rate_takes_its_place() {
    let (pixels, data) = photos(2, 10, 6);
    let cpu = graft::device::cpu();
    let settings = TrainSettings { head_first: 4, ..plain(Way::LastBlocks { blocks: 2 }, 5, 2) };
    let mut first = super::tuner(pretrained(Architecture::MobileNetV1, 2, &cpu), &data, &settings);
    train(&mut first, &pixels).unwrap();
    let before = judged(&first, &data, &pixels, &TrainSettings { head_first: 0, ..settings.clone() });
    let more = TrainSettings { epochs: 8, ..settings };
    let mut on = super::tuner(first.network_at_best().unwrap(), &data, &more).going_on();
    let rows = train(&mut on, &pixels).unwrap();
    assert_eq!((rows.len(), rows[0].epoch), (8, 1), "the head is not trained alone again");
    let best = rows[on.best_epoch() - 1].val_loss.unwrap();
    assert!(on.best_epoch() >= 1 && best < before, "{before} before, {best} at epoch {}", on.best_epoch());
}

#[test]
fn patience_counts_from_the_start_and_a_stop_before_a_better_epoch_keeps_it() {
    let (pixels, data) = photos(2, 10, 6);
    let settings = plain(Way::LastBlocks { blocks: 2 }, 5, 8);
    let good = good(&data, &pixels, &settings);
    let bad = TrainSettings { patience: Some(2), epochs: 20, ..harmful(&settings) };
    let mut on = super::tuner(good.clone(), &data, &bad).going_on();
    let rows = train(&mut on, &pixels).unwrap();
    assert_eq!((rows.len(), on.ended(), on.best_epoch()), (2, Ended::Early, 0));
    // A head alone, on changed photos, goes the same way.
    let augmentation = Augmentation { flip: true, ..Augmentation::default() };
    let head = TrainSettings { augmentation, learning_rate: 50.0, ..plain(Way::Frozen, 5, 3) };
    let mut on = super::tuner(good.clone(), &data, &head).going_on();
    train(&mut on, &pixels).unwrap();
    assert_eq!(on.best_epoch(), 0);
    let head = TrainSettings { augmentation: Augmentation::default(), optimizer: OptimizerKind::Sgd, ..head };
    let mut on = super::tuner(good.clone(), &data, &head).going_on();
    train(&mut on, &pixels).unwrap();
    assert_eq!((on.epochs(), on.best_epoch()), (3, 0));
    let [before, after] = [&good, &on.network_at_best().unwrap()].map(|network| pollster::block_on(network.head()));
    let (before, after) = (before.unwrap().output.weight, after.unwrap().output.weight);
    assert!(super::apart(&before, &after) < 1e-4, "the head from before, but for rounding");
}

#[test]
fn nothing_held_out_keeps_the_last_epoch() {
    let (pixels, data) = photos(2, 10, 0);
    let cpu = graft::device::cpu();
    let settings = harmful(&plain(Way::LastBlocks { blocks: 2 }, 5, 8));
    let mut on = super::tuner(pretrained(Architecture::MobileNetV1, 2, &cpu), &data, &settings).going_on();
    train(&mut on, &pixels).unwrap();
    assert_eq!(on.best_epoch(), 3);
}

#[test]
fn a_lost_gpu_still_knows_the_start() {
    let (pixels, data) = photos(2, 10, 6);
    let cpu = graft::device::cpu();
    let settings = plain(Way::LastBlocks { blocks: 2 }, 5, 8);
    let good = good(&data, &pixels, &settings);
    let bad = harmful(&settings);
    let mut on = Tuner::new(good.clone(), data, &bad, &cpu, DeviceKind::Gpu, PLENTY).unwrap().going_on();
    let mut rows = Vec::new();
    while rows.len() < 2 {
        rows.extend(pollster::block_on(on.advance(&pixels, || true, || 0.0)).unwrap());
    }
    // An epoch counts once somebody asks for more.
    assert_eq!(on.resume(&cpu, DeviceKind::Cpu).unwrap(), 1);
    rows.truncate(1);
    rows.extend(train(&mut on, &pixels).unwrap());
    assert_eq!((rows.len(), on.best_epoch()), (3, 0));
    assert_eq!(values(&on.network_at_best().unwrap(), 0), values(&good, 0));
}

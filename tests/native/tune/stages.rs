//! Preparing, the head alone, the blocks: what comes when, and how it is counted.

use graft::architecture::Design;
use graft::network::Network;
use graft::project::{Augmentation, HeadKind, OptimizerKind, TrainSettings, Way};
use graft::protocol::{DeviceKind, Ended};
use graft::tune::{Caching, Pixels, RateFinder, SoftTargets, TuneData};
use graft::weights::Architecture;

use super::{PLENTY, losses, photos, plain, pretrained, random_network, scratch, train, tuner};
use crate::common::tiny;

#[test]
fn the_head_alone_comes_first_and_its_epochs_count() {
    let (pixels, data) = photos(3, 8, 4);
    let network = pretrained(Architecture::MobileNetV1, 3, &graft::device::cpu());
    let settings = TrainSettings { head_first: 5, learning_rate: 1e-4, ..plain(Way::LastBlocks { blocks: 2 }, 8, 3) };
    let mut tuner = tuner(network, &data, &settings);
    assert_eq!(tuner.preparing(), Some((0, 36)));
    pollster::block_on(tuner.advance(&pixels, || true, || 0.0)).unwrap();
    assert_eq!(tuner.preparing(), Some((16, 36)));
    let rows = train(&mut tuner, &pixels).unwrap();
    assert_eq!(rows.iter().map(|row| row.epoch).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
    assert!(rows.windows(2).all(|two| two[0].seconds <= two[1].seconds), "{rows:?}");
    // The head takes batches of 32, the blocks of 8.
    assert_eq!((tuner.steps(), tuner.epochs(), tuner.ended()), (5 + 3 * 3, 8, Ended::Done));
    assert_eq!(rows.iter().map(|row| row.steps).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 8, 11, 14]);
    let [before, after] = [4, 5].map(|at| rows[at].val_loss.unwrap());
    assert!(after < before + 0.05, "the blocks go on where the head was: {before} {after}");
    let best = rows.iter().min_by(|a, b| a.val_loss.unwrap().total_cmp(&b.val_loss.unwrap())).unwrap();
    assert_eq!(tuner.best_epoch(), best.epoch);
}

#[test]
fn a_head_on_earlier_features() {
    let (pixels, data) = photos(2, 10, 5);
    let file = tiny(Architecture::MobileNetV2, 8, 8, 10);
    let cpu = graft::device::cpu();
    let network = Network::pretrained(&file, Some(4), HeadKind::Linear, 2, 0, &cpu).unwrap();
    let settings =
        TrainSettings { features_at: Some(4), epochs: 20, batch: 8, patience: None, ..TrainSettings::default() };
    let mut tuner = tuner(network, &data, &settings);
    let rows = train(&mut tuner, &pixels).unwrap();
    assert_eq!((rows.len(), tuner.steps()), (20, 20 * 3));
    assert!(rows[19].train_loss < 0.7 * rows[0].train_loss, "{:?}", losses(&rows));
    assert_eq!(tuner.trainable(), (tuner.network().design().embedding() + 1) * 2);
    assert!(tuner.parameters() > tuner.trainable());
    // The kept network gives what the head gave: judged again, the same validation loss.
    let best = rows[tuner.best_epoch() - 1].val_loss.unwrap();
    let again = TrainSettings {
        augmentation: Augmentation { flip: true, ..Augmentation::default() },
        learning_rate: 1e-9,
        epochs: 1,
        ..settings
    };
    let rows = train(&mut super::tuner(tuner.network_at_best().unwrap(), &data, &again), &pixels).unwrap();
    assert!((rows[0].val_loss.unwrap() - best).abs() < 1e-3, "{:?} {best}", rows[0]);
}

#[test]
fn augmented_photos_train_a_head_too_and_validation_is_kept() {
    let (pixels, data) = photos(2, 10, 5);
    let network = pretrained(Architecture::MobileNetV1, 2, &graft::device::cpu());
    let augmentation = Augmentation::moderate();
    let settings = TrainSettings { augmentation, ..plain(Way::Frozen, 5, 12) };
    let mut tuner = tuner(network, &data, &settings);
    assert_eq!((tuner.plan().caching, tuner.preparing()), (Caching::Validation, Some((0, 10))));
    let rows = train(&mut tuner, &pixels).unwrap();
    assert!(rows[11].train_loss < rows[0].train_loss, "{:?}", losses(&rows));
}

#[test]
fn patience_ends_a_run_that_gets_no_better() {
    let (pixels, mut data) = photos(2, 8, 4);
    // Validation says the opposite of training.
    data.val.iter_mut().for_each(|(_, label)| *label = 1 - *label);
    let network = random_network(2, 0, &graft::device::cpu());
    let settings = TrainSettings { patience: Some(3), ..plain(scratch(), 8, 60) };
    let mut tuner = tuner(network, &data, &settings);
    let rows = train(&mut tuner, &pixels).unwrap();
    assert_eq!(tuner.ended(), Ended::Early);
    assert!(rows.len() < 60 && rows.len() == tuner.best_epoch() + 3, "{} {}", rows.len(), tuner.best_epoch());
}

#[test]
fn a_teacher_is_learned_from() {
    let (pixels, mut data) = photos(2, 8, 4);
    // The teacher is sure, and its classes are exchanged: what it says is learned, not the labels.
    let rows = data.train.iter().flat_map(|&(_, label)| if label == 0 { [0.1, 0.9] } else { [0.9, 0.1] });
    data.soft = Some(SoftTargets { probabilities: rows.collect(), temperature: 2.0 });
    let network = random_network(2, 0, &graft::device::cpu());
    let rows = train(&mut tuner(network, &data, &plain(scratch(), 8, 15)), &pixels).unwrap();
    assert!(rows[14].train_loss < rows[0].train_loss, "{:?}", losses(&rows));
    assert!(rows[14].train_accuracy < 0.3, "{:?}", rows[14]);
}

#[test]
fn a_grey_network_of_32_pixels_trains() {
    let (pixels, data) = photos(3, 12, 4);
    let cpu = graft::device::cpu();
    let network = Network::random(&Design::lenet_5(), HeadKind::Linear, 3, 0, &cpu);
    let way = Way::Scratch { architecture: "lenet-5".into() };
    let mut tuner = tuner(network, &data, &plain(way, 12, 15));
    assert_eq!(tuner.parameters(), tuner.trainable());
    let rows = train(&mut tuner, &pixels).unwrap();
    assert!(rows[14].train_loss < 0.5 * rows[0].train_loss, "{:?}", losses(&rows));
}

/// Looks for a rate to the end; gives the finder and how many slices it took.
fn found(network: &Network, data: &TuneData, settings: &TrainSettings, pixels: &Pixels) -> (RateFinder, usize) {
    let (cpu, kind) = (graft::device::cpu(), DeviceKind::Cpu);
    let mut finder = RateFinder::new(network, data.clone(), settings, &cpu, kind, PLENTY).unwrap();
    assert_eq!(finder.suggestion(), None);
    let mut slices = 0;
    while !finder.is_done() {
        pollster::block_on(finder.advance(pixels, || true, || 0.0)).unwrap();
        slices += 1;
    }
    (finder, slices)
}

/// A rate trains that is suggested: far below it little is learned in the same time, far above it nothing.
#[test]
fn the_rate_finder_suggests_a_rate_that_trains() {
    let (pixels, data) = photos(3, 16, 8);
    let cpu = graft::device::cpu();
    let lenet = || Network::random(&Design::lenet_5(), HeadKind::Linear, 3, 0, &cpu);
    let scratch = || Way::Scratch { architecture: "lenet-5".into() };
    let last = || Way::LastBlocks { blocks: 2 };
    // How much of the loss is to be left: behind a trained head there is little that blocks of random weights can add.
    for (network, way, optimizer, head_first, left) in [
        (lenet(), scratch(), OptimizerKind::Sgd, 0, 0.1),
        (lenet(), scratch(), OptimizerKind::Adam, 0, 0.1),
        (pretrained(Architecture::MobileNetV1, 3, &cpu), last(), OptimizerKind::Adam, HEAD, 0.98),
    ] {
        let settings = TrainSettings { optimizer, head_first, ..plain(way, 8, 6) };
        let (finder, slices) = found(&network, &data, &settings, &pixels);
        let points = finder.points();
        assert!(points.len() <= slices && points.windows(2).all(|two| two[0].0 < two[1].0));
        let suggested = finder.suggestion().expect("the loss falls somewhere");
        let last = |learning_rate: f32| {
            let settings = TrainSettings { learning_rate, ..settings.clone() };
            let rows = train(&mut tuner(network.clone(), &data, &settings), &pixels);
            rows.map_or(f32::MAX, |rows| losses(&rows)[head_first + 5]) // one that diverges is worse than any
        };
        let first = points[0].1;
        let [lower, at, higher] = [suggested / 100.0, suggested, (suggested * 100.0).min(100.0)].map(last);
        let case = format!("{optimizer:?}, {head_first} of the head, {suggested}: from {first} to {at}");
        assert!(at < left * first, "{case}");
        assert!(at < lower && at < higher, "{case}; {lower} far below, {higher} far above: {points:?}");
    }
}

/// Epochs of the head alone: until it knows something.
const HEAD: usize = 150;

#[test]
fn the_rate_finder_looks_at_the_network_that_blocks_begin_with() {
    let (pixels, data) = photos(3, 16, 6);
    let network = pretrained(Architecture::MobileNetV1, 3, &graft::device::cpu());
    let settings = TrainSettings { head_first: HEAD, ..plain(Way::LastBlocks { blocks: 2 }, 8, 3) };
    // What training has when the blocks begin.
    let mut run = tuner(network.clone(), &data, &settings);
    let rows = train(&mut run, &pixels).unwrap();
    let head = rows[HEAD - 1].train_loss;
    let (finder, _) = found(&network, &data, &settings, &pixels);
    let first = finder.points()[9].1; // ten batches of one epoch and a half, at rates that change nothing
    let fresh = 3.0f32.ln();
    assert!(head < fresh - 0.2, "the head learns something: {head}");
    assert!(
        (first - head).abs() < 0.3 * (fresh - head),
        "the search begins at {first}, the trained head was at {head}"
    );
    // With a new head it would begin where nothing is known.
    let (anew, _) = found(&network, &data, &TrainSettings { head_first: 0, ..settings }, &pixels);
    assert!((anew.points()[9].1 - fresh).abs() < 0.2, "{:?}", anew.points());
}

#[test]
fn the_rate_finder_says_how_far_the_head_is() {
    let (pixels, data) = photos(2, 12, 4);
    let (cpu, kind) = (graft::device::cpu(), DeviceKind::Gpu); // as on a GPU: what is queued matters
    let network = pretrained(Architecture::MobileNetV1, 2, &cpu);
    let settings = TrainSettings { head_first: 5, ..plain(Way::LastBlocks { blocks: 1 }, 8, 3) };
    let mut finder = RateFinder::new(&network, data.clone(), &settings, &cpu, kind, PLENTY).unwrap();
    assert_eq!(finder.preparing(), Some((0, 32)));
    pollster::block_on(finder.advance(&pixels, || true, || 0.0)).unwrap();
    assert_eq!((finder.preparing(), finder.points().len()), (Some((16, 32)), 0));
    pollster::block_on(finder.advance(&pixels, || false, || 0.0)).unwrap();
    assert!(finder.is_done() && finder.preparing().is_none() && finder.points().len() > 20);
    let settings = TrainSettings { head_first: 0, ..settings };
    assert_eq!(RateFinder::new(&network, data, &settings, &cpu, kind, PLENTY).unwrap().preparing(), None);
}

#[test]
fn a_missing_photo_is_named() {
    let (mut pixels, data) = photos(2, 4, 1);
    pixels.remove(1001);
    let data = TuneData { train: data.train, ..data };
    let network = random_network(2, 0, &graft::device::cpu());
    let error = train(&mut tuner(network, &data, &plain(scratch(), 8, 1)), &pixels).unwrap_err();
    assert!(error.to_string().contains("1001"), "{error}");
}

//! Preparing, the head alone, the blocks: what comes when, and how it is counted.

use graft::architecture::Design;
use graft::project::{Augmentation, HeadKind, OptimizerKind, TrainSettings, Way};
use graft::protocol::Ended;
use graft::tune::{Caching, RateFinder, SoftTargets, TuneData};
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
    let network = graft::network::Network::pretrained(&file, Some(4), HeadKind::Linear, 2, 0, &cpu).unwrap();
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
    let network = graft::network::Network::random(&Design::lenet_5(), HeadKind::Linear, 3, 0, &cpu);
    let way = Way::Scratch { architecture: "lenet-5".into() };
    let mut tuner = tuner(network, &data, &plain(way, 12, 15));
    assert_eq!(tuner.parameters(), tuner.trainable());
    let rows = train(&mut tuner, &pixels).unwrap();
    assert!(rows[14].train_loss < 0.5 * rows[0].train_loss, "{:?}", losses(&rows));
}

#[test]
fn the_rate_finder_suggests_a_rate_that_trains() {
    let (pixels, data) = photos(2, 16, 4);
    let cpu = graft::device::cpu();
    let network = random_network(2, 0, &cpu);
    let settings = TrainSettings { optimizer: OptimizerKind::Sgd, ..plain(scratch(), 8, 6) };
    let mut finder = RateFinder::new(&network, data.clone(), &settings, &cpu, PLENTY).unwrap();
    assert_eq!(finder.suggestion(), None);
    let mut slices = 0;
    while !finder.is_done() {
        pollster::block_on(finder.advance(&pixels, || true)).unwrap();
        slices += 1;
    }
    assert_eq!(finder.points().len(), slices);
    assert!(finder.points().windows(2).all(|two| two[0].0 < two[1].0));
    let suggested = finder.suggestion().expect("the loss falls somewhere");
    assert!((1e-5..=3.0).contains(&suggested), "{suggested}: {:?}", finder.points());
    let settings = TrainSettings { learning_rate: suggested, ..settings };
    let rows = train(&mut tuner(network, &data, &settings), &pixels).unwrap();
    // Steps of eight photos are noisy: that it fell at all is what the rate is asked for.
    let lowest = losses(&rows).into_iter().fold(f32::MAX, f32::min);
    assert!(lowest < 0.9 * rows[0].train_loss, "{suggested}: {:?}", losses(&rows));
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

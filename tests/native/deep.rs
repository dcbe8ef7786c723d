//! Training deeper as the page asks for it: commands in, events out, photos on demand.

use std::collections::HashMap;
use std::io::Cursor;

use graft::error::{Error, ErrorKind};
use graft::project::{Augmentation, HeadKind, OptimizerKind, SplitKind, TrainSettings, Way};
use graft::protocol::{
    Command, Ended, Event, HeadCard, Labelled, OwnPrediction, TeachCommand, TeachEvent, TrainSummary, TuneCommand,
    TuneEvent,
};
use graft::session::{Attachment, Session};
use graft::weights::Architecture;

use crate::bench::{Bench, Events, session};
use crate::common::tiny;

/// A session as the page drives it, with photos of two kinds: bright ones and dark ones.
struct Classroom {
    session: Session<Bench>,
    events: Events,
    photos: HashMap<u64, Vec<u8>>,
    /// Photos whose files are gone.
    gone: Vec<u64>,
    data: Labelled,
}

/// A photo of a class: light above and dark below, or the other way round, with a pattern so that no two are the same.
fn drawn(number: u64, upside_down: bool) -> Vec<u8> {
    let image = image::RgbImage::from_fn(40, 40, |x, y| {
        let base = if (y < 20) != upside_down { 200 } else { 40 };
        let noise = ((u64::from(x) * 7 + u64::from(y) * 13) * (number + 3) % 50) as u8;
        image::Rgb([base + noise, base + noise / 2, base])
    });
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

impl Classroom {
    fn new(photos: u64) -> Self {
        let (session, events) = session(true);
        let mut classroom = Self {
            session,
            events,
            photos: (1..=photos).map(|sample| (sample, drawn(sample, sample % 2 == 0))).collect(),
            gone: Vec::new(),
            data: Labelled {
                classes: vec!["up".into(), "down".into()],
                samples: (1..=photos).collect(),
                labels: (1..=photos).map(|sample| u32::from(sample % 2 == 0)).collect(),
                validation: Vec::new(),
            },
        };
        let file = tiny(Architecture::MobileNetV2, 8, 8, 11).write();
        classroom.tell(Command::LoadBackbone { file: "tiny".into(), sha256: None }, Attachment::Bytes(file));
        for sample in 1..=photos {
            let photo = classroom.photos[&sample].clone();
            let embed = TeachCommand::Embed { sample, name: format!("{sample}.png") };
            classroom.tell(Command::Teach(embed), Attachment::Photo(photo));
        }
        classroom
    }

    fn tell(&mut self, command: Command, data: Attachment<Vec<u8>>) -> Vec<(Event, Option<Vec<u8>>)> {
        pollster::block_on(self.session.handle(command, data));
        self.events.take()
    }

    fn teach(&mut self, command: TeachCommand) -> Vec<(Event, Option<Vec<u8>>)> {
        self.tell(Command::Teach(command), Attachment::None)
    }

    /// Works until nothing is left, photos supplied as they are wanted; gives all events but those about photos.
    fn work(&mut self) -> Vec<(TeachEvent, Option<Vec<u8>>)> {
        let mut said = Vec::new();
        for _ in 0..100_000 {
            let more = pollster::block_on(self.session.work());
            let mut supplied = false;
            for (event, data) in self.events.take() {
                match event {
                    Event::Teach(TeachEvent::Tune(TuneEvent::Wanted { run, samples })) => {
                        supplied = true;
                        for sample in samples {
                            let command = if self.gone.contains(&sample) {
                                let error = Error::new(ErrorKind::Io, "the photo", "a file", "none", "Add it again.");
                                (TuneCommand::SupplyFailed { run, sample, error }, Attachment::None)
                            } else {
                                let photo = self.photos[&sample].clone();
                                (TuneCommand::Supply { run, sample }, Attachment::Photo(photo))
                            };
                            pollster::block_on(
                                self.session.handle(Command::Teach(TeachCommand::Tune(command.0)), command.1),
                            );
                        }
                    }
                    Event::Teach(event) => said.push((event, data)),
                    other => panic!("{other:?}"),
                }
            }
            if !more && !supplied {
                return said;
            }
        }
        panic!("it goes on for ever")
    }

    fn train(&mut self, settings: TrainSettings) -> Trained {
        let data = self.data.clone();
        self.teach(TeachCommand::Train { run: 1, data, settings, go_on: false });
        Trained::of(self.work())
    }

    fn own(&mut self, photo: Vec<u8>) -> Option<OwnPrediction> {
        let classify = Command::Classify { photo: 1, name: "new".into(), top: 2 };
        let events = self.tell(classify, Attachment::Photo(photo));
        match &events[..] {
            [(Event::Predicted { prediction, .. }, _)] => prediction.own.clone(),
            events => panic!("{events:?}"),
        }
    }
}

/// What a run came to.
#[derive(Debug, Default)]
struct Trained {
    started: Option<(usize, usize, usize)>,
    epochs: usize,
    summary: Option<TrainSummary>,
    head: Option<(HeadCard, Vec<u8>)>,
    held_out: usize,
    failed: Option<Error>,
    left_out: Vec<u64>,
    stages: Vec<String>,
    /// Loss of each epoch.
    losses: Vec<f32>,
}

impl Trained {
    fn of(events: Vec<(TeachEvent, Option<Vec<u8>>)>) -> Self {
        let mut trained = Self::default();
        for (event, data) in events {
            match event {
                TeachEvent::TrainingStarted { split, parameters, .. } => {
                    trained.started = Some((split.training.len(), split.validation.len(), parameters));
                }
                TeachEvent::Epochs { rows, .. } => {
                    trained.epochs += rows.len();
                    trained.losses.extend(rows.iter().map(|row| row.train_loss));
                }
                TeachEvent::Evaluated { evaluation, .. } => trained.held_out = evaluation.samples.len(),
                TeachEvent::Trained { summary, head, .. } => {
                    trained.failed = summary.failed.clone();
                    trained.summary = Some(summary);
                    trained.head = Some((head, data.expect("the head's file")));
                }
                TeachEvent::TrainingFailed { error, .. } => trained.failed = Some(error),
                TeachEvent::Tune(TuneEvent::LeftOut { run: 1, sample, .. }) => trained.left_out.push(sample),
                TeachEvent::Tune(TuneEvent::Preparing { stage, .. }) => trained.stages.push(format!("{stage:?}")),
                other => panic!("{other:?}"),
            }
        }
        trained
    }
}

fn settings(way: Way) -> TrainSettings {
    let suited = TrainSettings::suited_to(way);
    TrainSettings { split: SplitKind::Random, batch: 8, epochs: 4, head_first: 5, warm_up: 0.0, ..suited }
}

#[test]
fn the_last_blocks_are_trained_and_the_network_travels_with_its_head() {
    let mut classroom = Classroom::new(30);
    let trained = classroom.train(settings(Way::LastBlocks { blocks: 2 }));
    assert_eq!(trained.failed, None);
    let summary = trained.summary.expect("it ends");
    assert_eq!((trained.epochs, summary.epochs), (9, 9), "the head's epochs, then the blocks'");
    let (training, validation, parameters) = trained.started.expect("it begins");
    assert_eq!((training + validation, trained.held_out), (30, validation));
    assert_eq!(parameters, summary.trainable);
    assert!(summary.trainable < summary.parameters, "{summary:?}");
    let (card, file) = trained.head.expect("a head");
    let network = card.network.as_ref().expect("a network of its own");
    assert!(network.trained_from > 0 && network.features_at.is_none(), "{network:?}");

    // Another session, which knows the file only, says the same of a photo that neither has seen.
    let new = drawn(777, true);
    let here = classroom.own(new.clone()).expect("a head");
    let mut other = Classroom::new(0);
    let loaded = other.tell(Command::Teach(TeachCommand::LoadHead), Attachment::Bytes(file));
    assert!(matches!(&loaded[..], [(Event::Teach(TeachEvent::HeadReady { .. }), _)]), "{loaded:?}");
    let there = other.own(new).expect("a head");
    assert_eq!(here.top.len(), 2);
    for (here, there) in here.top.iter().zip(&there.top) {
        assert_eq!(here.label, there.label);
        assert!((here.probability - there.probability).abs() < 1e-4, "{here:?} {there:?}");
    }
    assert!((here.familiarity - there.familiarity).abs() < 1e-3);
}

#[test]
fn a_network_that_no_epoch_beats_is_given_back() {
    let mut classroom = Classroom::new(30);
    for way in [Way::LastBlocks { blocks: 2 }, Way::Frozen] {
        let good = TrainSettings { epochs: 12, ..settings(way) };
        classroom.train(good.clone());
        let photos: Vec<Vec<u8>> = (700..704).map(|number| drawn(number, number % 2 == 0)).collect();
        let says = |classroom: &mut Classroom| -> Vec<f32> {
            let own = |photo: &Vec<u8>| classroom.own(photo.clone()).expect("a head").top;
            photos.iter().flat_map(own).map(|item| item.probability).collect()
        };
        let before = says(&mut classroom);
        // Nothing that was learned stays under such a rate; seed and split are those of before.
        let harmful = TrainSettings { learning_rate: 50.0, epochs: 3, optimizer: OptimizerKind::Adam, ..good };
        let data = classroom.data.clone();
        classroom.teach(TeachCommand::Train { run: 2, data, settings: harmful, go_on: true });
        let trained = Trained::of(classroom.work());
        assert_eq!(trained.failed, None);
        let summary = trained.summary.expect("it ends");
        assert_eq!(
            (summary.best_epoch, summary.epochs, trained.epochs),
            (0, 3, 3),
            "the head is not trained alone again"
        );
        let after = says(&mut classroom);
        let apart = before.iter().zip(&after).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-3, "{before:?} before, {after:?} after");
    }
}

#[test]
fn features_of_an_earlier_block_need_no_gradient() {
    let mut classroom = Classroom::new(24);
    let trained = classroom.train(TrainSettings { features_at: Some(4), epochs: 20, ..settings(Way::Frozen) });
    assert_eq!(trained.failed, None);
    let (card, _) = trained.head.expect("a head");
    assert_eq!(card.network.expect("a network").features_at, Some(4));
    let summary = trained.summary.expect("it ends");
    assert_eq!(summary.trainable, trained.started.unwrap().2);
    assert!(classroom.own(drawn(5000, false)).is_some());
    // Whatever the head, the network before it has as many numbers.
    let head = HeadKind::Hidden { units: 5, dropout: 0.0 };
    let hidden = classroom.train(TrainSettings { head, features_at: Some(4), epochs: 5, ..settings(Way::Frozen) });
    let hidden = hidden.summary.expect("it ends");
    assert_ne!(hidden.trainable, summary.trainable);
    assert_eq!(hidden.parameters - hidden.trainable, summary.parameters - summary.trainable);
}

#[test]
fn training_on_drops_as_many_values_as_the_settings_say() {
    let mut classroom = Classroom::new(24);
    let with = |dropout: f32| TrainSettings {
        head: HeadKind::Hidden { units: 8, dropout },
        head_first: 0,
        epochs: 2,
        ..settings(Way::LastBlocks { blocks: 1 })
    };
    let (_, file) = classroom.train(with(0.0)).head.expect("a head");
    let mut went_on = |dropout: f32| {
        classroom.tell(Command::Teach(TeachCommand::LoadHead), Attachment::Bytes(file.clone()));
        let data = classroom.data.clone();
        classroom.teach(TeachCommand::Train { run: 1, data, settings: with(dropout), go_on: true });
        Trained::of(classroom.work()).losses
    };
    let plain = went_on(0.0);
    assert_eq!(went_on(0.0), plain, "the same every time");
    assert_ne!(went_on(0.5), plain);
}

#[test]
fn from_random_weights_two_easy_classes_are_learnt() {
    let mut classroom = Classroom::new(40);
    let way = Way::Scratch { architecture: "lenet-5".into() };
    let trained = classroom.train(TrainSettings { epochs: 30, head_first: 0, ..settings(way) });
    assert_eq!(trained.failed, None);
    let accuracy = trained.summary.and_then(|summary| summary.val_accuracy).expect("held out");
    assert!(accuracy >= 0.9, "{accuracy}");
    for (upside_down, label) in [(false, "down"), (true, "up")] {
        // Odd samples are "up" and drawn the right way round.
        let said = classroom.own(drawn(900, !upside_down)).expect("a head");
        assert_eq!(said.top[0].label, label, "{said:?}");
    }
}

#[test]
fn a_photo_that_is_gone_is_left_out() {
    let mut classroom = Classroom::new(20);
    classroom.gone = vec![3];
    classroom.photos.insert(4, b"no photo".to_vec());
    let augmentation = Augmentation::moderate();
    let mut trained =
        classroom.train(TrainSettings { augmentation, head_first: 0, ..settings(Way::LastBlocks { blocks: 1 }) });
    assert_eq!(trained.failed, None);
    let (training, validation, _) = trained.started.expect("it begins");
    assert_eq!(training + validation, 18);
    trained.left_out.sort_unstable();
    assert_eq!(trained.left_out, [3, 4]);
    assert!(trained.head.is_some());
}

#[test]
fn settings_that_cannot_work_are_refused_by_name() {
    let mut classroom = Classroom::new(12);
    let good = settings(Way::LastBlocks { blocks: 1 });
    for (change, subject) in [
        (TrainSettings { learning_rate: 0.0, ..good.clone() }, "learning rate"),
        (TrainSettings { learning_rate: 1e9, ..good.clone() }, "learning rate"),
        (TrainSettings { batch: 5000, ..good.clone() }, "batch"),
        (TrainSettings { lr_factor: 0.0, ..good.clone() }, "learning rates"),
        (TrainSettings { way: Way::LastBlocks { blocks: 0 }, ..good.clone() }, "blocks"),
        (TrainSettings { way: Way::Scratch { architecture: "resnet".into() }, ..good.clone() }, "network"),
    ] {
        let data = classroom.data.clone();
        let told = classroom.teach(TeachCommand::Train { run: 1, data, settings: change, go_on: false });
        let told = told.into_iter().map(|(event, data)| match event {
            Event::Teach(event) => (event, data),
            other => panic!("{other:?}"),
        });
        let trained = Trained::of(told.chain(classroom.work()).collect());
        let error = trained.failed.expect(subject);
        assert!(error.subject.contains(subject), "{subject}: {error}");
        assert!(trained.head.is_none());
    }
    // And the next run works.
    assert!(classroom.train(good).head.is_some());
}

#[test]
fn a_rate_too_high_ends_the_run_and_keeps_the_best_epoch() {
    let mut classroom = Classroom::new(24);
    let rate = TrainSettings {
        learning_rate: 100.0,
        weight_decay: 10.0, // each step makes the weights a thousand times larger
        optimizer: OptimizerKind::Sgd,
        lr_factor: 1.0,
        schedule: graft::project::Schedule::Constant,
        epochs: 60,
        ..settings(Way::Everything)
    };
    let trained = classroom.train(rate);
    let error = trained.failed.expect("no number stands that");
    assert!(error.cure.contains("100"), "{error}");
    let summary = trained.summary.expect("the head that was trained first is kept");
    assert_eq!(summary.ended, Ended::Failed);
    assert!(summary.best_epoch >= 1 && summary.best_epoch <= summary.epochs);
    assert!(classroom.own(drawn(41, false)).is_some());
}

#[test]
fn a_rate_too_high_for_the_first_epoch_says_so_and_promises_nothing() {
    let mut classroom = Classroom::new(24);
    let rate = TrainSettings {
        learning_rate: 100.0,
        weight_decay: 10.0,
        optimizer: OptimizerKind::Sgd,
        schedule: graft::project::Schedule::Constant,
        warm_up: 0.0,
        lr_factor: 1.0,
        batch: 1, // so that there are enough steps
        head_first: 0,
        ..settings(Way::Everything)
    };
    let trained = classroom.train(rate);
    let error = trained.failed.expect("no number stands that");
    assert!(error.found.contains("epoch 1") && error.cure.contains("100"), "{error}");
    assert!(!error.cure.contains("kept"), "there is nothing to keep: {error}");
    assert!(trained.head.is_none() && trained.summary.is_none());
}

#[test]
fn a_learning_rate_is_found_and_augmentation_previewed() {
    let mut classroom = Classroom::new(24);
    let data = classroom.data.clone();
    let find = TuneCommand::FindRate { run: 9, data, settings: settings(Way::LastBlocks { blocks: 2 }) };
    classroom.teach(TeachCommand::Tune(find));
    let said = classroom.work();
    let last = said.last().map(|(event, _)| event);
    let Some(TeachEvent::Tune(TuneEvent::Rates { points, done: true, .. })) = last else { panic!("{said:?}") };
    assert!(points.len() > 10 && points.windows(2).all(|pair| pair[1].0 > pair[0].0));

    // A head on earlier features is trained on numbers that are made once and scaled: a rate found by photos would be for another problem.
    let frozen = TrainSettings { features_at: Some(3), ..settings(Way::Frozen) };
    assert!(frozen.is_deep() && !frozen.is_by_photo());
    let find = TuneCommand::FindRate { run: 10, data: classroom.data.clone(), settings: frozen };
    classroom.teach(TeachCommand::Tune(find));
    let said = classroom.work();
    let refused = said.iter().find_map(|(event, _)| match event {
        TeachEvent::TrainingFailed { run: 10, error } => Some(error),
        _ => None,
    });
    assert!(refused.is_some_and(|error| error.expected.contains("photos go through the network")), "{said:?}");

    let preview = TuneCommand::Preview { augmentation: Augmentation::moderate(), seed: 1, side: 64 };
    let told = classroom.tell(Command::Teach(TeachCommand::Tune(preview)), Attachment::Photo(drawn(1, false)));
    let [(Event::Teach(TeachEvent::Tune(TuneEvent::Previewed { tiles, side: 64 })), Some(jpeg))] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((&tiles[0][..], tiles.last().map(|name| &name[..])), ("photo", Some("all")));
    let size = image::load_from_memory(jpeg).map(|image| (image.width() as usize, image.height())).unwrap();
    assert_eq!(size, (64 * tiles.len(), 64));

    let samples = classroom.data.samples.clone();
    let told = classroom.teach(TeachCommand::Tune(TuneCommand::Likeness { samples }));
    let [(Event::Teach(TeachEvent::Tune(TuneEvent::Likeness { confidence, samples: 24 })), _)] = &told[..] else {
        panic!("{told:?}")
    };
    assert!((0.0..=1.0).contains(confidence));
}

#[test]
fn a_run_that_is_stopped_is_judged_and_kept() {
    let mut classroom = Classroom::new(24);
    let data = classroom.data.clone();
    let long = TrainSettings { epochs: 10_000, head_first: 0, ..settings(Way::LastBlocks { blocks: 1 }) };
    classroom.teach(TeachCommand::Train { run: 1, data, settings: long, go_on: false });
    // Photos, and a few epochs.
    let mut before = Vec::new();
    for _ in 0..2000 {
        pollster::block_on(classroom.session.work());
        for (event, _) in classroom.events.take() {
            match event {
                Event::Teach(TeachEvent::Tune(TuneEvent::Wanted { run, samples })) => {
                    for sample in samples {
                        let photo = classroom.photos[&sample].clone();
                        let supply = TeachCommand::Tune(TuneCommand::Supply { run, sample });
                        pollster::block_on(classroom.session.handle(Command::Teach(supply), Attachment::Photo(photo)));
                    }
                }
                Event::Teach(TeachEvent::Epochs { rows, .. }) => before.extend(rows),
                _ => {}
            }
        }
        if before.len() >= 2 {
            break;
        }
    }
    assert!(before.len() >= 2, "it trains");
    let mut told: Vec<(TeachEvent, Option<Vec<u8>>)> = Vec::new();
    for (event, data) in classroom.teach(TeachCommand::StopTraining) {
        if let Event::Teach(event) = event {
            told.push((event, data));
        }
    }
    told.extend(classroom.work());
    let trained = Trained::of(told);
    assert_eq!(trained.failed, None);
    assert_eq!(trained.summary.map(|summary| summary.ended), Some(Ended::Stopped));
    assert!(classroom.own(drawn(41, false)).is_some());
}

//! What becomes of work when a GPU fails, photos for runs, signs of life.

use super::*;
use crate::project::{OptimizerKind, SplitKind, Way};
use crate::protocol::Ended;

fn settings(way: Way) -> TrainSettings {
    let suited = TrainSettings::suited_to(way);
    TrainSettings { split: SplitKind::Random, batch: 4, head_first: 0, warm_up: 0.0, patience: None, ..suited }
}

fn from_scratch(epochs: usize) -> TrainSettings {
    TrainSettings { epochs, ..settings(Way::Scratch { architecture: "lenet-5".into() }) }
}

fn of_head(epochs: usize) -> TrainSettings {
    TrainSettings { epochs, ..settings(Way::Frozen) }
}

fn is_epochs(event: &Event) -> bool {
    matches!(event, Event::Teach(TeachEvent::Epochs { .. }))
}

/// The newest epoch that was told.
fn last_epoch(said: &[Event]) -> usize {
    let mut epochs = said.iter().filter_map(|event| match event {
        Event::Teach(TeachEvent::Epochs { rows, .. }) => rows.last().map(|row| row.epoch),
        _ => None,
    });
    epochs.next_back().unwrap_or(0)
}

fn resumed(said: &[Event]) -> Option<usize> {
    said.iter().find_map(|event| match event {
        Event::Teach(TeachEvent::Tune(TuneEvent::Resumed { run: 1, epoch })) => Some(*epoch),
        _ => None,
    })
}

fn failed(said: &[Event]) -> Option<&Error> {
    said.iter().find_map(|event| match event {
        Event::Teach(TeachEvent::TrainingFailed { run: 1, error }) => Some(error),
        _ => None,
    })
}

fn summary(said: &[Event]) -> Option<&crate::protocol::TrainSummary> {
    said.iter().find_map(|event| match event {
        Event::Teach(TeachEvent::Trained { run: 1, summary, .. }) => Some(summary),
        _ => None,
    })
}

#[test]
fn a_fault_counts_more_than_a_result() {
    let usage = Error::new(ErrorKind::Usage, "it", "this", "that", "Do something.");
    let device = Error { kind: ErrorKind::Device, ..usage.clone() };
    let mut room = Room::new();
    assert!(matches!(room.session.after_gpu(DeviceKind::Gpu, Ok(7)), After::Done(7)));
    assert!(matches!(room.session.after_gpu::<()>(DeviceKind::Gpu, Err(usage.clone())), After::Failed(_)));
    assert!(matches!(room.session.after_gpu::<()>(DeviceKind::Cpu, Err(device.clone())), After::Failed(_)));
    assert_eq!((room.session.active, room.said.take()), (DeviceKind::Gpu, vec![]));
    room.complain();
    assert!(
        matches!(room.session.after_gpu(DeviceKind::Gpu, Ok(7)), After::Lost(error) if error.found.contains("driver"))
    );
    assert_eq!(room.session.active, DeviceKind::Cpu);
    assert!(matches!(room.said.take()[..], [Event::DeviceLost { .. }, Event::DeviceReady { .. }]));
    let mut room = Room::new();
    assert!(matches!(room.session.after_gpu::<()>(DeviceKind::Gpu, Err(device)), After::Lost(_)));
}

#[test]
fn a_head_begins_again_on_the_cpu_when_the_gpu_is_lost() {
    let mut room = Room::new();
    room.train(of_head(300));
    assert!(last_epoch(&room.work(is_epochs)) > 0);
    room.complain();
    let said = room.work(|_| false);
    assert_eq!((resumed(&said), failed(&said)), (Some(0), None));
    assert_eq!(summary(&said).map(|summary| (summary.epochs, summary.ended)), Some((300, Ended::Done)));
}

#[test]
fn stopping_on_a_lost_gpu_trains_nothing_anew() {
    let mut room = Room::new();
    room.train(of_head(10_000));
    room.work(is_epochs);
    room.complain();
    let said = room.teach(TeachCommand::StopTraining);
    assert!(failed(&said).is_some_and(|error| error.found.contains("driver")), "{said:?}");
    assert_eq!((resumed(&said), room.slice()), (None, (vec![], false)));

    // What was trained of a network is known off the GPU: it is judged on the CPU.
    let mut room = Room::new();
    room.train(from_scratch(1000));
    let told = room.work(|event| is_epochs(event) && last_epoch(std::slice::from_ref(event)) >= 3);
    room.complain();
    let mut said = room.teach(TeachCommand::StopTraining);
    said.extend(room.work(|_| false));
    let epoch = resumed(&said).expect("it goes on");
    assert!((1..=last_epoch(&told)).contains(&epoch), "{epoch}");
    let summary = summary(&said).expect("a head");
    assert_eq!((summary.ended, summary.epochs, failed(&said)), (Ended::Stopped, epoch, None));
}

#[test]
fn a_paused_run_waits_though_other_work_lost_its_gpu() {
    let mut room = Room::new();
    room.train(from_scratch(6));
    room.work(is_epochs);
    room.teach(TeachCommand::PauseTraining { paused: true });
    room.complain();
    room.session.after_gpu(DeviceKind::Gpu, Ok(()));
    room.said.take();
    assert_eq!(room.slice(), (vec![], false));
    room.teach(TeachCommand::PauseTraining { paused: false });
    let said = room.work(|_| false);
    assert!(resumed(&said).is_some() && failed(&said).is_none());
    assert_eq!(summary(&said).map(|summary| (summary.epochs, summary.ended)), Some((6, Ended::Done)));
}

#[test]
fn what_a_failing_gpu_said_last_is_not_trusted() {
    // At any moment of the run: while photos come, in an epoch, while it is judged.
    let mut slices = 0;
    let mut room = Room::new();
    room.train(from_scratch(3));
    while room.slice().1 {
        slices += 1;
    }
    for fails_at in (0..=slices).step_by((slices / 8).max(1)) {
        let mut room = Room::new();
        room.train(from_scratch(3));
        let mut said = Vec::new();
        for _ in 0..fails_at {
            said.extend(room.slice().0);
        }
        if summary(&said).is_some() {
            break;
        }
        let known = last_epoch(&said);
        room.complain();
        let after = room.work(|_| false);
        assert!(resumed(&after).is_some_and(|epoch| epoch <= known), "{fails_at}: {known} {after:?}");
        let summary = summary(&after).unwrap_or_else(|| panic!("{fails_at}: {after:?}"));
        assert_eq!((summary.epochs, summary.ended), (3, Ended::Done), "{fails_at}");
        assert!(!after[1..].iter().any(|event| matches!(event, Event::DeviceLost { .. })), "once");
    }
}

#[test]
fn a_run_that_diverges_says_so_with_the_head_that_it_keeps() {
    let mut room = Room::new();
    // Each step multiplies the weights by -999.
    room.train(TrainSettings {
        learning_rate: 100.0,
        weight_decay: 10.0,
        optimizer: OptimizerKind::Sgd,
        batch: 24,
        ..of_head(200)
    });
    let said = room.work(|_| false);
    let summary = summary(&said).expect("the first epochs' head");
    assert_eq!(summary.ended, Ended::Failed);
    assert!(summary.failed.as_ref().is_some_and(|error| error.cure.contains("100")), "{summary:?}");
    assert_eq!(failed(&said), None, "it is said once");
}

#[test]
fn photos_concern_the_run_that_wants_them_alone() {
    let mut room = Room::new();
    room.damaged = vec![5];
    room.train(from_scratch(2));
    let wanted = loop {
        let more = pollster::block_on(room.session.work());
        let wants = |event| match event {
            Event::Teach(TeachEvent::Tune(TuneEvent::Wanted { samples, .. })) => Some(samples),
            _ => None,
        };
        if let Some(samples) = room.said.take().into_iter().find_map(wants) {
            break samples;
        }
        assert!(more);
    };
    let gone = |run, sample| {
        let error = Error::new(ErrorKind::Io, "the photo", "a file", "none", "Add it again.");
        TeachCommand::Tune(TuneCommand::SupplyFailed { run, sample, error })
    };
    for sample in &wanted {
        assert_eq!(room.supply(7, *sample), []);
        assert_eq!(room.teach(gone(7, *sample)), []);
    }
    assert_eq!(room.slice(), (vec![], false), "it still waits");
    let (first, others) = wanted.split_first().expect("photos");
    let told = room.teach(gone(1, *first));
    assert!(
        matches!(&told[..], [Event::Teach(TeachEvent::Tune(TuneEvent::LeftOut { run: 1, sample, error }))] if sample == first && error.kind == ErrorKind::Io)
    );
    let mut said: Vec<Event> = others.iter().flat_map(|sample| room.supply(1, *sample)).collect();
    said.extend(room.work(|_| false));
    let left_out = said.iter().filter_map(|event| match event {
        Event::Teach(TeachEvent::Tune(TuneEvent::LeftOut { run: 1, sample, error })) => Some((*sample, error.kind)),
        _ => None,
    });
    let damaged: Vec<_> = left_out.collect();
    assert_eq!(damaged, if *first == 5 { vec![] } else { vec![(5, ErrorKind::NotAnImage)] });
    assert!(summary(&said).is_some() && failed(&said).is_none());
    assert!(!said.iter().any(|event| matches!(event, Event::Teach(TeachEvent::SampleFailed { .. }))));
}

#[test]
fn signs_of_life_come_every_few_seconds() {
    let mut room = Room::new();
    room.session.active = DeviceKind::Cpu;
    room.train(of_head(300));
    let began = room.session.host.now_ms.get();
    let mut signs = 0;
    while pollster::block_on(room.session.work()) {
        signs += room.said.take().iter().filter(|event| **event == Event::Alive).count();
    }
    let most = ((room.session.host.now_ms.get() - began) / SIGN_MS) as usize + 1;
    assert!(signs > 0 && signs <= most, "{signs} signs, {most} at most");
}

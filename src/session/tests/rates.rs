//! A GPU that fails while a learning rate is looked for.

use super::*;
use crate::project::{SplitKind, Way};

/// A room where a learning rate is looked for, for LeNet-5.
fn looking(gpu: Option<Gpu>) -> Room {
    let suited = TrainSettings::suited_to(Way::Scratch { architecture: "lenet-5".into() });
    let settings = TrainSettings { split: SplitKind::Random, batch: 8, head_first: 3, ..suited };
    let mut room = Room::on(gpu);
    let find = TuneCommand::FindRate { run: 5, data: labelled(), settings };
    assert_eq!(room.teach(TeachCommand::Tune(find)), []);
    room
}

/// The same on a GPU, after a few rates were tried.
fn on_gpu() -> Room {
    let mut room = looking(Some(Gpu::pretended()));
    let said = room.work(|event| steps(event) == Some(6));
    assert!(said.iter().any(|event| steps(event) == Some(6)), "{said:?}");
    room
}

/// All that is said to the end.
fn finish(mut room: Room) -> Vec<Event> {
    room.work(|_| false)
}

/// How many rates were tried, of an event that says so.
fn steps(event: &Event) -> Option<usize> {
    match event {
        Event::Teach(TeachEvent::Tune(TuneEvent::Rates { run: 5, points, .. })) => Some(points.len()),
        _ => None,
    }
}

/// What is said where the GPU is left: so, and then a search from the beginning, which ends as one on the CPU does.
fn assert_begun_again(said: &[Event]) {
    let [Event::DeviceLost { error }, Event::DeviceReady { report }, rest @ ..] = said else { panic!("{said:?}") };
    assert_eq!((error.kind, report.kind), (ErrorKind::Device, DeviceKind::Cpu));
    let counts: Vec<usize> = rest.iter().filter_map(steps).filter(|steps| *steps > 0).collect();
    assert_eq!(counts[..3], [1, 2, 3], "from the first rate on");
    let last = |said: &[Event]| match said.last() {
        Some(Event::Teach(TeachEvent::Tune(TuneEvent::Rates { points, suggested, done: true, .. }))) => {
            (points.clone(), *suggested)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(last(said), last(&finish(looking(None))));
}

#[test]
fn a_gpu_that_complains_suggests_no_rate() {
    let room = on_gpu();
    room.complain();
    let said = finish(room);
    assert_begun_again(&said);
    assert!(matches!(&said[0], Event::DeviceLost { error } if error.found == "the driver stopped"));
}

#[test]
fn a_gpu_that_others_found_lost_suggests_none_either() {
    let mut room = on_gpu();
    // As when a photo is classified meanwhile.
    room.session.give_up_gpu(lost("the driver stopped".to_owned()));
    assert_begun_again(&finish(room));
}

#[test]
fn without_a_fault_the_gpu_finds_what_the_cpu_does() {
    let said = finish(on_gpu());
    let is_lost = |event: &Event| matches!(event, Event::DeviceLost { .. } | Event::DeviceReady { .. });
    assert!(!said.iter().any(is_lost), "it stays on the GPU");
    assert_eq!(said.last(), finish(looking(None)).last());
}

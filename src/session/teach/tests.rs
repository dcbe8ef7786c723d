//! A GPU that fails while a learning rate is looked for. The GPU here is the CPU under another name, which complains when it is told to.

use std::cell::{Cell, RefCell};
use std::io::Cursor;
use std::rc::Rc;

use super::*;
use crate::device::Gpu;
use crate::photo::Rgb;
use crate::project::{SplitKind, TrainSettings, Way};
use crate::protocol::{Command, DeviceKind, Labelled, TuneCommand, TuneEvent};
use crate::session::{Photo, lost};

/// Photos are numbers that they are drawn from.
struct Desk {
    clock: Cell<f64>,
    events: Rc<RefCell<Vec<Event>>>,
}

impl Host for Desk {
    type Photo = u64;
    type Reader = Cursor<Vec<u8>>;

    async fn digest(&self, _: &u64) -> Result<String> {
        Ok(String::new())
    }

    fn reader(&self, _: u64) -> Self::Reader {
        Cursor::default()
    }

    async fn bytes(&self, _: &u64) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    /// Stripes, of even numbers upright, of odd ones level.
    async fn decode(&self, number: &u64, _: usize) -> Result<Photo> {
        let side = 32;
        let value = |place: usize| {
            let along = if number.is_multiple_of(2) { place % side } else { place / side };
            let bright = if (along / 3).is_multiple_of(2) { 200 } else { 50 };
            bright + (place as u64 * (number + 3) % 40) as u8
        };
        let pixels = (0..side * side).flat_map(|place| [value(place); 3]).collect();
        Ok(Photo { rgb: Rgb { width: side, height: side, pixels }, size: [32, 32] })
    }

    fn gpu_allowed(&self) -> Result<()> {
        Ok(())
    }

    /// A slice is a step: the clock jumps each time it is looked at.
    fn now(&self) -> f64 {
        self.clock.replace(self.clock.get() + 1e3)
    }

    fn emit(&self, event: Event, _: Option<Vec<u8>>) {
        self.events.borrow_mut().push(event);
    }
}

struct Room {
    session: Session<Desk>,
    events: Rc<RefCell<Vec<Event>>>,
}

impl Room {
    /// Where a learning rate is looked for, for LeNet-5 on sixteen photos of two kinds.
    fn new() -> Self {
        Self::with(None)
    }

    fn with(gpu: Option<Gpu>) -> Self {
        let events = Rc::default();
        let host = Desk { clock: Cell::default(), events: Rc::clone(&events) };
        let mut session = Session::new(host);
        if gpu.is_some() {
            (session.gpu, session.active) = (gpu, DeviceKind::Gpu);
        }
        let samples: Vec<SampleId> = (0..16).collect();
        for sample in &samples {
            session.classroom.embeddings.insert(*sample, vec![*sample as f32, 1.0]);
        }
        let labels = samples.iter().map(|sample| (sample % 2) as u32).collect();
        let data = Labelled { classes: vec!["a".into(), "b".into()], samples, labels, validation: Vec::new() };
        let way = Way::Scratch { architecture: "lenet-5".into() };
        let suited = TrainSettings::suited_to(way);
        let settings = TrainSettings { split: SplitKind::Random, batch: 8, head_first: 3, ..suited };
        let mut room = Self { session, events };
        room.teach(TuneCommand::FindRate { run: 5, data, settings }, Attachment::None);
        room
    }

    fn teach(&mut self, command: TuneCommand, photo: Attachment<u64>) {
        let command = Command::Teach(TeachCommand::Tune(command));
        pollster::block_on(self.session.handle(command, photo));
    }

    /// A slice of work, photos given as they are wanted; what was said else, and whether more is to be done.
    fn work(&mut self) -> (Vec<Event>, bool) {
        let mut more = pollster::block_on(self.session.work());
        let mut said = Vec::new();
        for event in self.events.take() {
            if let Event::Teach(TeachEvent::Tune(TuneEvent::Wanted { run, samples })) = event {
                for sample in samples {
                    self.teach(TuneCommand::Supply { run, sample }, Attachment::Photo(sample));
                    more = true;
                }
            } else {
                said.push(event);
            }
        }
        (said, more)
    }

    /// Works to the end; gives all that was said.
    fn finish(&mut self) -> Vec<Event> {
        let mut said = Vec::new();
        for _ in 0..10_000 {
            let (new, more) = self.work();
            said.extend(new);
            if !more {
                return said;
            }
        }
        panic!("it goes on for ever: {said:?}")
    }

    /// Works on a GPU until a few rates were tried.
    fn on_gpu() -> Self {
        let mut room = Self::with(Some(Gpu::pretended()));
        for _ in 0..10_000 {
            let (said, _) = room.work();
            if said.iter().any(|event| steps(event).is_some_and(|steps| steps == 6)) {
                return room;
            }
        }
        panic!("no rate is tried");
    }
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
    assert_eq!(last(said), last(&Room::new().finish()));
}

#[test]
fn a_gpu_that_complains_suggests_no_rate() {
    let mut room = Room::on_gpu();
    room.session.gpu.as_ref().expect("a GPU").complain("a shader was refused");
    let said = room.finish();
    assert_begun_again(&said);
    assert!(matches!(&said[0], Event::DeviceLost { error } if error.found == "a shader was refused"));
}

#[test]
fn a_gpu_that_others_found_lost_suggests_none_either() {
    let mut room = Room::on_gpu();
    // As when a photo is classified meanwhile.
    room.session.give_up_gpu(lost("the driver stopped".to_owned()));
    assert_begun_again(&room.finish());
}

#[test]
fn without_a_fault_the_gpu_finds_what_the_cpu_does() {
    let mut room = Room::on_gpu();
    let said = room.finish();
    let is_lost = |event: &Event| matches!(event, Event::DeviceLost { .. } | Event::DeviceReady { .. });
    assert!(!said.iter().any(is_lost), "it stays on the GPU");
    assert_eq!(said.last(), Room::new().finish().last());
}

//! A session without a browser: photos are drawn as they are wanted, and the GPU is the CPU under another name, which complains when it is told to.

mod faults;
mod rates;

use std::cell::{Cell, RefCell};
use std::io::Cursor;
use std::rc::Rc;

use super::*;
use crate::photo::Rgb;
use crate::project::{SampleId, TrainSettings};
use crate::protocol::{Labelled, TeachCommand, TeachEvent, TuneCommand, TuneEvent};

/// Milliseconds that go by whenever somebody looks at the clock: a slice is over at the first look, and what was found is told at once.
const TICK_MS: f64 = 50.0;
const PHOTOS: SampleId = 24;

type Said = Rc<RefCell<Vec<Event>>>;

/// A host whose photos are one number each; an empty one cannot be decoded.
struct Desk {
    said: Said,
    now_ms: Cell<f64>,
}

impl Host for Desk {
    type Photo = Vec<u8>;
    type Reader = Cursor<Vec<u8>>;

    async fn decode(&self, photo: &Vec<u8>, _: usize) -> Result<Photo> {
        let Some(&number) = photo.first() else {
            return Err(Error::new(ErrorKind::NotAnImage, "the photo", "a photo", "nothing", "Give another."));
        };
        // Light above and dark below, or the other way round.
        let light = |at: usize| (at < 20) == number.is_multiple_of(2);
        let pixel = |at: usize| if light(at / 40) { 180 + number % 50 } else { 20 + number % 50 };
        let pixels = (0..40 * 40).flat_map(|at| [pixel(at); 3]).collect();
        Ok(Photo { rgb: Rgb { width: 40, height: 40, pixels }, size: [40, 40] })
    }

    async fn digest(&self, _: &Vec<u8>) -> Result<String> {
        Ok("0".repeat(64))
    }

    fn reader(&self, bytes: Vec<u8>) -> Cursor<Vec<u8>> {
        Cursor::new(bytes)
    }

    async fn bytes(&self, bytes: &Vec<u8>) -> Result<Vec<u8>> {
        Ok(bytes.clone())
    }

    fn gpu_allowed(&self) -> Result<()> {
        Ok(())
    }

    fn now(&self) -> f64 {
        self.now_ms.set(self.now_ms.get() + TICK_MS);
        self.now_ms.get()
    }

    fn emit(&self, event: Event, _: Option<Vec<u8>>) {
        self.said.borrow_mut().push(event);
    }
}

/// A session on a pretended GPU, with two classes of photos.
struct Room {
    session: Session<Desk>,
    said: Said,
    /// Photos that cannot be decoded.
    damaged: Vec<SampleId>,
}

impl Room {
    fn new() -> Self {
        Self::on(Some(Gpu::pretended()))
    }

    /// The same, on that GPU or on the CPU.
    fn on(gpu: Option<Gpu>) -> Self {
        let said = Said::default();
        let mut session = Session::new(Desk { said: said.clone(), now_ms: Cell::new(0.0) });
        if gpu.is_some() {
            (session.gpu, session.active) = (gpu, DeviceKind::Gpu);
        }
        let mut room = Self { session, said, damaged: Vec::new() };
        let rows: Vec<f32> = (1..=PHOTOS).flat_map(|sample| [(sample % 2) as f32, sample as f32 / 50.0, 1.0]).collect();
        let command = TeachCommand::SetEmbeddings { samples: (1..=PHOTOS).collect() };
        room.tell(Command::Teach(command), Attachment::Bytes(bytemuck::cast_slice(&rows).to_vec()));
        room
    }

    fn tell(&mut self, command: Command, attachment: Attachment<Vec<u8>>) -> Vec<Event> {
        pollster::block_on(self.session.handle(command, attachment));
        self.said.take()
    }

    fn teach(&mut self, command: TeachCommand) -> Vec<Event> {
        self.tell(Command::Teach(command), Attachment::None)
    }

    fn train(&mut self, settings: TrainSettings) {
        let data = labelled();
        assert_eq!(self.teach(TeachCommand::Train { run: 1, data, settings, go_on: false }), []);
    }

    /// Works for a slice, photos given as they are wanted; says what it said but for signs of life, and whether there is more.
    fn slice(&mut self) -> (Vec<Event>, bool) {
        let mut more = pollster::block_on(self.session.work());
        let mut told = Vec::new();
        for event in self.said.take() {
            match event {
                Event::Teach(TeachEvent::Tune(TuneEvent::Wanted { run, samples })) => {
                    more = true;
                    samples.into_iter().for_each(|sample| told.extend(self.supply(run, sample)));
                }
                Event::Alive => {}
                event => told.push(event),
            }
        }
        (told, more)
    }

    fn supply(&mut self, run: u32, sample: SampleId) -> Vec<Event> {
        let photo = if self.damaged.contains(&sample) { Vec::new() } else { vec![sample as u8] };
        let supply = TeachCommand::Tune(TuneCommand::Supply { run, sample });
        self.tell(Command::Teach(supply), Attachment::Photo(photo))
    }

    /// Works until nothing is left, or until `enough` of what was said.
    fn work(&mut self, mut enough: impl FnMut(&Event) -> bool) -> Vec<Event> {
        let mut said = Vec::new();
        for _ in 0..100_000 {
            let (told, more) = self.slice();
            let stop = told.iter().any(&mut enough);
            said.extend(told);
            if stop || !more {
                return said;
            }
        }
        panic!("it goes on for ever: {said:?}");
    }

    fn complain(&self) {
        self.session.gpu.as_ref().expect("a GPU").complain("the driver stopped");
    }
}

/// The photos, by whether their numbers are even.
fn labelled() -> Labelled {
    Labelled {
        classes: vec!["even".into(), "odd".into()],
        samples: (1..=PHOTOS).collect(),
        labels: (1..=PHOTOS).map(|sample| (sample % 2) as u32).collect(),
        validation: Vec::new(),
    }
}

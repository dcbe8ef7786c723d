//! A session's host in tests: photos are bytes, events are kept.

use std::cell::RefCell;
use std::io::Cursor;
use std::rc::Rc;
use std::time::Instant;

use graft::error::{Error, ErrorKind, Result};
use graft::photo;
use graft::protocol::Event;
use graft::session::{Host, Photo, Session};
use graft::weights::sha256_hex;

/// What a session said, with the bytes beside each event.
pub type Events = Rc<RefCell<Vec<(Event, Option<Vec<u8>>)>>>;

/// A host whose photos are bytes.
pub struct Bench {
    started: Instant,
    events: Events,
    /// Why there is no GPU.
    no_gpu: Option<Error>,
}

impl Host for Bench {
    type Photo = Vec<u8>;
    type Reader = Cursor<Vec<u8>>;

    async fn digest(&self, bytes: &Vec<u8>) -> Result<String> {
        Ok(sha256_hex(bytes))
    }

    fn reader(&self, bytes: Vec<u8>) -> Cursor<Vec<u8>> {
        Cursor::new(bytes)
    }

    async fn bytes(&self, bytes: &Vec<u8>) -> Result<Vec<u8>> {
        Ok(bytes.clone())
    }

    async fn decode(&self, bytes: &Vec<u8>, _: usize) -> Result<Photo> {
        let rgb = photo::decode(bytes)?;
        let size = [rgb.width as u32, rgb.height as u32];
        Ok(Photo { rgb, size })
    }

    fn gpu_allowed(&self) -> Result<()> {
        self.no_gpu.clone().map_or(Ok(()), Err)
    }

    fn now(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1e3
    }

    /// Signs of life come when they come: no test waits for one.
    fn emit(&self, event: Event, data: Option<Vec<u8>>) {
        if event == Event::Alive {
            return;
        }
        self.events.borrow_mut().push((event, data));
    }
}

/// A session, and where its events are. `no_gpu`: a GPU may not be asked for.
pub fn session(no_gpu: bool) -> (Session<Bench>, Events) {
    let events = Events::default();
    let reason = Error::new(ErrorKind::Device, "the GPU", "a page over https", "plain http", "Open it over https.");
    let host = Bench { started: Instant::now(), events: events.clone(), no_gpu: no_gpu.then_some(reason) };
    (Session::new(host), events)
}

//! Photos that are tried: the engine has one at a time, the newest are kept.

use std::rc::Rc;

use crate::error::{Error, ErrorKind};
use crate::protocol::Prediction;

/// Photos that are kept with their results.
pub const KEPT: usize = 8;
/// Crashes of the engine after which a photo is given up.
const MAX_CRASHES: u8 = 2;
/// Times of camera pictures of which the rate is the mean.
const RATE_WINDOW: usize = 8;

/// A photo as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTry {
    /// Its number, [`super::FIRST_PHOTO`] or more.
    pub photo: u64,
    /// The file's name.
    pub name: String,
}

/// Where a photo stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryState {
    /// To be sent to the engine.
    Waiting,
    /// With the engine.
    Working,
    /// There is a result.
    Done,
    /// Refused.
    Failed,
}

/// A photo that is tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// Its number.
    pub photo: u64,
    /// The file's name.
    pub name: String,
    /// Where it stands.
    pub state: TryState,
    /// The newest result; kept while it is tried again.
    pub prediction: Option<Rc<Prediction>>,
    /// Why it failed.
    pub error: Option<Rc<Error>>,
    /// The `blob:` address of its thumbnail.
    pub thumbnail: Option<String>,
    /// The class it was added to.
    pub added: Option<crate::project::ClassId>,
    /// Which of the heads (counted) the result is of.
    head: u64,
    crashes: u8,
}

/// The live camera.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Live {
    /// What was found in the newest picture.
    pub prediction: Option<Rc<Prediction>>,
    /// When the last results came, milliseconds.
    times_ms: Vec<f64>,
}

impl Live {
    /// Pictures a second; `None` before the second.
    pub fn rate(&self) -> Option<f64> {
        let span = self.times_ms.last()? - self.times_ms.first()?;
        (span > 0.0).then(|| (self.times_ms.len() - 1) as f64 * 1000.0 / span)
    }
}

/// Photos that are tried.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tries {
    /// The photos, the newest first.
    pub list: Vec<Rc<Tried>>,
    /// The one that is shown large.
    pub shown: Option<u64>,
    /// The live camera, while it is on.
    pub live: Option<Live>,
    /// What the engine has.
    sent: Option<u64>,
    /// The camera's picture that it has.
    frame: Option<u64>,
    /// Heads (and backbones) so far; results of an earlier one are made anew when looked at.
    heads: u64,
}

impl Tries {
    /// Takes photos in; the first of them is shown. Gives the numbers of those that are let go.
    pub fn add(&mut self, new: Vec<NewTry>) -> Vec<u64> {
        let Some(first) = new.first() else { return Vec::new() };
        self.shown = Some(first.photo);
        // So that the first given is the first of the list.
        for NewTry { photo, name } in new.into_iter().rev() {
            let (state, head) = (TryState::Waiting, self.heads);
            self.list.insert(
                0,
                Rc::new(Tried {
                    photo,
                    name,
                    state,
                    prediction: None,
                    error: None,
                    thumbnail: None,
                    added: None,
                    head,
                    crashes: 0,
                }),
            );
        }
        self.list.split_off(self.list.len().min(KEPT)).iter().map(|tried| tried.photo).collect()
    }

    /// The photo that is shown large.
    pub fn shown(&self) -> Option<&Rc<Tried>> {
        let shown = self.shown?;
        self.list.iter().find(|tried| tried.photo == shown)
    }

    /// Shows a photo; a result of an earlier head is made anew.
    pub fn show(&mut self, photo: u64) {
        self.shown = Some(photo);
        let heads = self.heads;
        self.change(photo, |tried| {
            if tried.head != heads && matches!(tried.state, TryState::Done | TryState::Failed) {
                tried.state = TryState::Waiting;
            }
        });
    }

    /// Takes a photo off the list.
    pub fn remove(&mut self, photo: u64) {
        self.list.retain(|tried| tried.photo != photo);
        if self.shown == Some(photo) {
            self.shown = None;
            if let Some(next) = self.list.first().map(|tried| tried.photo) {
                self.show(next);
            }
        }
    }

    /// The next photo for the engine, which then counts as with it: the one that is shown before the others.
    pub fn send_next(&mut self) -> Option<(u64, String)> {
        if self.sent.is_some() {
            return None;
        }
        let waits = |tried: &&Rc<Tried>| tried.state == TryState::Waiting;
        let next = self.shown().filter(waits).or_else(|| self.list.iter().find(waits))?;
        let (photo, name) = (next.photo, next.name.clone());
        self.sent = Some(photo);
        self.change(photo, |tried| tried.state = TryState::Working);
        Some((photo, name))
    }

    /// Is a camera's picture to be sent? It then counts as with the engine.
    pub fn send_frame(&mut self, photo: u64) -> bool {
        let goes = self.sent.is_none() && self.live.is_some();
        if goes {
            self.sent = Some(photo);
            self.frame = Some(photo);
        }
        goes
    }

    /// Has the engine something?
    pub fn is_busy(&self) -> bool {
        self.sent.is_some()
    }

    /// A result came. Gives whether the photo is in the list; else it was the camera's, or removed.
    pub fn found(&mut self, photo: u64, found: Prediction, thumbnail: Option<String>, now_ms: f64) -> bool {
        let frame = self.answered(photo);
        let (heads, found) = (self.heads, Rc::new(found));
        let listed = self.change(photo, |tried| {
            tried.state = TryState::Done;
            tried.error = None;
            tried.prediction = Some(found.clone());
            tried.thumbnail = thumbnail.or(tried.thumbnail.take());
            tried.head = heads;
        });
        if let (true, Some(live)) = (frame, &mut self.live) {
            live.prediction = Some(found);
            live.times_ms.push(now_ms);
            let excess = live.times_ms.len().saturating_sub(RATE_WINDOW);
            live.times_ms.drain(..excess);
        }
        listed
    }

    /// A photo was refused. Gives whether it is in the list.
    pub fn failed(&mut self, photo: u64, error: Error) -> bool {
        self.answered(photo);
        let heads = self.heads;
        self.change(photo, |tried| {
            tried.state = TryState::Failed;
            tried.prediction = None;
            tried.error = Some(Rc::new(error));
            tried.head = heads;
        })
    }

    /// There is another head or backbone: what is shown is tried again.
    pub fn other_head(&mut self) {
        self.heads += 1;
        if let Some(shown) = self.shown {
            self.show(shown);
        }
    }

    /// The engine stopped: what it had is tried again, but a photo only once.
    pub fn engine_lost(&mut self) {
        let Some(photo) = self.sent.take() else { return };
        self.frame = None;
        self.change(photo, |tried| {
            tried.crashes += 1;
            tried.state = if tried.crashes < MAX_CRASHES { TryState::Waiting } else { TryState::Failed };
            if tried.state == TryState::Failed {
                tried.error = Some(Rc::new(Error::new(
                    ErrorKind::Engine,
                    &tried.name,
                    "a photo that the engine can classify",
                    "that it stopped twice at this one",
                    "Save the photo anew in another program, or try another one.",
                )));
            }
        });
    }

    /// Notes that a photo was added to a class.
    pub fn added(&mut self, photo: u64, class: crate::project::ClassId) -> bool {
        self.change(photo, |tried| tried.added = Some(class))
    }

    /// The engine has it no more. Gives whether it was the camera's.
    fn answered(&mut self, photo: u64) -> bool {
        self.sent.take_if(|sent| *sent == photo);
        self.frame.take_if(|frame| *frame == photo).is_some()
    }

    fn change(&mut self, photo: u64, change: impl FnOnce(&mut Tried)) -> bool {
        let tried = self.list.iter_mut().find(|tried| tried.photo == photo);
        tried.map(|tried| change(Rc::make_mut(tried))).is_some()
    }
}

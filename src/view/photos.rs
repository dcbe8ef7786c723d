//! The photos on the page and the queue through which they go to the engine.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::error::{Error, ErrorKind};
use crate::protocol::{DeviceKind, Prediction};

use super::timings::{median, push_recent};

/// Photos that the engine has at a time: one it works on, and one so that it need not wait for us.
const IN_FLIGHT: usize = 2;
/// Crashes after which a photo is given up.
const MAX_CRASHES: u8 = 2;
/// Photos that the rate in the top bar is the median of.
const RATE_WINDOW: usize = 20;

/// Where a photo stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoState {
    /// In the queue.
    Waiting,
    /// With the engine.
    Working,
    /// Classified.
    Done,
    /// Refused, for a reason that its card shows.
    Failed,
}

impl PhotoState {
    /// `data-state` on the page.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Working => "working",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// What a photo was classified by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBy {
    /// The network's key, see [`super::networks::Networks`].
    pub network: String,
    /// The device.
    pub device: DeviceKind,
}

/// A file as it is added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPhoto {
    /// The page's own number for it.
    pub id: u64,
    /// The file's name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// When it was last changed, milliseconds since 1970.
    pub modified: u64,
}

/// One photo.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    /// The page's own number for it.
    pub id: u64,
    /// The file's name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// When the file was last changed, milliseconds since 1970.
    pub modified: u64,
    /// Where it stands.
    pub state: PhotoState,
    /// The newest result; kept while it is worked on again.
    pub prediction: Option<Rc<Prediction>>,
    /// What made the result, or failed.
    pub made_by: Option<MadeBy>,
    /// Why it failed.
    pub error: Option<Rc<Error>>,
    /// A `blob:` address of its thumbnail.
    pub thumbnail: Option<String>,
    /// How often the engine crashed on it.
    pub crashes: u8,
}

/// A run through the queue: from the first photo added while nothing waited until nothing waits again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Run {
    /// When it began, milliseconds on the page's clock.
    pub started_ms: f64,
    /// When it ended.
    pub ended_ms: Option<f64>,
    /// When it was stopped, while it is.
    pub stopped_ms: Option<f64>,
    /// Photos of it.
    pub total: usize,
    /// Those that have a result, or failed.
    pub done: usize,
    /// The one that was done last.
    pub last: Option<u64>,
}

impl Run {
    /// Photos a second so far; `None` while that is not known.
    pub fn rate(&self, now_ms: f64) -> Option<f64> {
        let seconds = (self.ended_ms.or(self.stopped_ms).unwrap_or(now_ms) - self.started_ms) / 1000.0;
        (self.done > 0 && seconds > 0.0).then(|| self.done as f64 / seconds)
    }

    /// Seconds left, at the rate so far.
    pub fn seconds_left(&self, now_ms: f64) -> Option<f64> {
        self.rate(now_ms).map(|rate| self.total.saturating_sub(self.done) as f64 / rate)
    }
}

/// All photos, in the order in which they were added.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Photos {
    /// The photos on the page.
    pub list: Vec<Rc<Photo>>,
    /// Those that the engine has, the one it works on first.
    pub sent: VecDeque<u64>,
    /// A person pressed Stop.
    pub stopped: bool,
    /// The run that is on, or the last one.
    pub run: Option<Run>,
    /// Names of its photos that were refused.
    pub refused: Vec<String>,
    /// What was removed last, with the place of each, for Undo.
    pub removed: Vec<(usize, Rc<Photo>)>,
    /// Milliseconds from file to result of the last photos.
    recent_ms: Vec<f64>,
}

impl Photos {
    /// Takes files in. The same file (name, size, date) is kept once; gives back those that were here already.
    pub fn add(&mut self, new: Vec<NewPhoto>, now_ms: f64) -> Vec<NewPhoto> {
        let mut duplicates = Vec::new();
        let before = self.list.len();
        for new in new {
            let is_here =
                |photo: &Rc<Photo>| photo.size == new.size && photo.modified == new.modified && photo.name == new.name;
            if self.list.iter().any(is_here) {
                duplicates.push(new);
                continue;
            }
            let NewPhoto { id, name, size, modified } = new;
            let state = PhotoState::Waiting;
            self.list.push(Rc::new(Photo {
                id,
                name,
                size,
                modified,
                state,
                prediction: None,
                made_by: None,
                error: None,
                thumbnail: None,
                crashes: 0,
            }));
        }
        self.enqueued(self.list.len() - before, now_ms);
        duplicates
    }

    /// The next photo for the engine, which then counts as with it; `None` if it has enough, or nothing waits.
    pub fn send_next(&mut self) -> Option<(u64, String)> {
        if self.stopped || self.sent.len() >= IN_FLIGHT {
            return None;
        }
        let next = self.list.iter_mut().find(|photo| photo.state == PhotoState::Waiting)?;
        let photo = Rc::make_mut(next);
        photo.state = PhotoState::Working;
        self.sent.push_back(photo.id);
        Some((photo.id, photo.name.clone()))
    }

    /// A photo's result has come.
    pub fn predicted(
        &mut self,
        id: u64,
        prediction: Prediction,
        made_by: MadeBy,
        thumbnail: Option<String>,
        now_ms: f64,
    ) {
        push_recent(&mut self.recent_ms, prediction.decode_ms + prediction.network_ms, RATE_WINDOW);
        self.settle(id, now_ms, |photo| {
            photo.state = PhotoState::Done;
            photo.error = None;
            photo.prediction = Some(Rc::new(prediction));
            photo.made_by = Some(made_by);
            photo.thumbnail = thumbnail.or(photo.thumbnail.take());
        });
    }

    /// A photo was refused.
    pub fn failed(&mut self, id: u64, error: Error, made_by: Option<MadeBy>, now_ms: f64) {
        let name = self.photo_mut(id).map(|photo| photo.name.clone());
        self.refused.extend(name);
        self.settle(id, now_ms, |photo| {
            photo.state = PhotoState::Failed;
            photo.error = Some(Rc::new(error));
            photo.prediction = None;
            photo.made_by = made_by;
        });
    }

    /// The engine stopped. What it had goes back to the queue; the photo it worked on is given up at the second time, and its name
    /// returned either way.
    pub fn engine_crashed(
        &mut self,
        give_up: impl Fn(&str) -> Error,
        made_by: Option<MadeBy>,
        now_ms: f64,
    ) -> Option<String> {
        let sent = std::mem::take(&mut self.sent);
        let mut culprit = None;
        for (place, id) in sent.iter().enumerate() {
            let Some(photo) = self.photo_mut(*id) else { continue };
            photo.state = PhotoState::Waiting;
            if place > 0 {
                continue;
            }
            culprit = Some(photo.name.clone());
            photo.crashes += 1;
            if photo.crashes >= MAX_CRASHES {
                let error = give_up(&photo.name);
                self.failed(*id, error, made_by.clone(), now_ms);
            }
        }
        culprit
    }

    /// The device or the network changed: everything that another one classified is classified again, and what only the engine or the
    /// device failed at is tried again. A file that cannot be read stays refused.
    pub fn classify_again(&mut self, now: &MadeBy, now_ms: f64) {
        let mut count = 0;
        for photo in &mut self.list {
            let again = match photo.state {
                PhotoState::Done => photo.made_by.as_ref() != Some(now),
                PhotoState::Failed => {
                    let ours = |error: &Error| matches!(error.kind, ErrorKind::Engine | ErrorKind::Device);
                    photo.made_by.as_ref() != Some(now) && photo.error.as_deref().is_some_and(ours)
                }
                PhotoState::Waiting | PhotoState::Working => false,
            };
            if again {
                let photo = Rc::make_mut(photo);
                photo.state = PhotoState::Waiting;
                photo.crashes = 0;
                count += 1;
            }
        }
        self.recent_ms.clear();
        self.enqueued(count, now_ms);
    }

    /// Takes photos off the page, but keeps them for [`Photos::undo`]. Gives the numbers of those that an earlier removal kept, which are
    /// now gone for good.
    pub fn remove(&mut self, which: impl Fn(&Photo) -> bool, now_ms: f64) -> Vec<u64> {
        let gone = self.forget_removed();
        let (mut kept, mut unfinished) = (Vec::new(), 0);
        for (place, photo) in std::mem::take(&mut self.list).into_iter().enumerate() {
            if which(&photo) {
                unfinished += usize::from(is_unfinished(&photo));
                self.removed.push((place, photo));
            } else {
                kept.push(photo);
            }
        }
        self.list = kept;
        if let Some(run) = &mut self.run {
            run.total = run.total.saturating_sub(unfinished);
        }
        if self.list.is_empty() {
            self.run = None;
            self.stopped = false;
        }
        self.end_run_if_over(now_ms);
        gone
    }

    /// Brings back what was removed last, each to its place.
    pub fn undo(&mut self, now_ms: f64) {
        let mut waiting = 0;
        for (place, mut photo) in std::mem::take(&mut self.removed) {
            // Its answer may have come while it was away, so that it is asked again.
            if is_unfinished(&photo) {
                Rc::make_mut(&mut photo).state = PhotoState::Waiting;
                waiting += 1;
            }
            self.list.insert(place.min(self.list.len()), photo);
        }
        self.enqueued(waiting, now_ms);
    }

    /// Gives up what could be brought back; gives its numbers.
    pub fn forget_removed(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.removed).into_iter().map(|(_, photo)| photo.id).collect()
    }

    /// Stops, or goes on with, the queue.
    pub fn stop(&mut self, stopped: bool, now_ms: f64) {
        self.stopped = stopped && self.unfinished() > 0;
        let Some(run) = &mut self.run else { return };
        if self.stopped {
            run.stopped_ms.get_or_insert(now_ms);
        } else if let Some(stopped_ms) = run.stopped_ms.take() {
            // The time of the pause is none of the run's.
            run.started_ms += now_ms - stopped_ms;
        }
    }

    /// Photos without a result yet.
    pub fn unfinished(&self) -> usize {
        self.list.iter().filter(|photo| is_unfinished(photo)).count()
    }

    /// Photos in this state.
    pub fn count(&self, state: PhotoState) -> usize {
        self.list.iter().filter(|photo| photo.state == state).count()
    }

    /// Photos a second that the engine manages, from file to result; `None` before the first.
    pub fn rate(&self) -> Option<f64> {
        median(&self.recent_ms).filter(|ms| *ms > 0.0).map(|ms| 1000.0 / ms)
    }

    fn settle(&mut self, id: u64, now_ms: f64, change: impl FnOnce(&mut Photo)) {
        self.sent.retain(|sent| *sent != id);
        // It may have been removed meanwhile, or brought back and waiting again.
        let Some(photo) = self.photo_mut(id) else { return };
        let counts = is_unfinished(photo);
        change(photo);
        if let (true, Some(run)) = (counts, &mut self.run) {
            run.done += 1;
            run.last = Some(id);
        }
        self.end_run_if_over(now_ms);
    }

    fn enqueued(&mut self, count: usize, now_ms: f64) {
        if count == 0 {
            return;
        }
        match &mut self.run {
            Some(run) if run.ended_ms.is_none() => run.total += count,
            _ => {
                self.refused.clear();
                let (ended_ms, stopped_ms, last) = (None, None, None);
                self.run = Some(Run { started_ms: now_ms, ended_ms, stopped_ms, total: count, done: 0, last });
            }
        }
        self.stop(false, now_ms);
    }

    fn end_run_if_over(&mut self, now_ms: f64) {
        if self.unfinished() == 0
            && let Some(run) = &mut self.run
        {
            run.ended_ms.get_or_insert(now_ms);
        }
    }

    fn photo_mut(&mut self, id: u64) -> Option<&mut Photo> {
        self.list.iter_mut().find(|photo| photo.id == id).map(Rc::make_mut)
    }
}

fn is_unfinished(photo: &Photo) -> bool {
    matches!(photo.state, PhotoState::Waiting | PhotoState::Working)
}

//! The queue of photos that have no embedding yet: who waits, who is with which engine, what failed.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::rc::Rc;

use crate::error::{Error, ErrorKind};
use crate::project::{Project, SampleId};

use super::run::Run;

/// Photos that an engine has at a time: one it works on, and one so that it need not wait for us.
pub const IN_FLIGHT: usize = 2;
/// Crashes after which a photo is given up.
const MAX_CRASHES: u8 = 2;

/// What a person wants of the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pace {
    /// Photos go to the engines.
    #[default]
    Going,
    /// Photos wait for a person to let them go on.
    Paused,
    /// The same, and whatever was still being unpacked was left out.
    Stopped,
}

/// The queue. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Queue {
    /// Photos that are here and without an embedding, the next one first.
    waiting: Rc<VecDeque<SampleId>>,
    /// Photos that were promised but are still being unpacked.
    expected: Rc<HashSet<SampleId>>,
    /// Photos that engines have, with the engine's number, in the order in which they were sent.
    flying: Vec<(usize, SampleId)>,
    /// Photos with an embedding by the backbone in use.
    embedded: Rc<HashSet<SampleId>>,
    /// Photos that cannot be embedded, and why.
    failed: Rc<BTreeMap<SampleId, Error>>,
    /// How often an engine stopped while it had the photo.
    crashes: HashMap<SampleId, u8>,
    /// What a person wants.
    pub pace: Pace,
    /// The run that is on, or the last one.
    pub run: Option<Run>,
}

impl Queue {
    /// Photos that wait for an engine.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Photos that are to be sent: those that wait, and those that are still being unpacked; none while a person holds the queue.
    pub fn to_send(&self) -> usize {
        if self.pace == Pace::Going { self.waiting.len() + self.expected.len() } else { 0 }
    }

    /// Photos without an answer: waiting, with an engine, or still being unpacked.
    pub fn outstanding(&self) -> usize {
        self.waiting.len() + self.expected.len() + self.flying.len()
    }

    /// Photos of the run that is on or was the last: those with an answer, and all.
    pub fn progress(&self) -> (usize, usize) {
        let done = self.run.as_ref().map_or(0, |run| run.done);
        (done, done + self.outstanding())
    }

    /// How many photos an engine has.
    pub fn flying(&self, engine: usize) -> usize {
        self.flying.iter().filter(|(at, _)| *at == engine).count()
    }

    /// The photos that an engine has, in the order in which it answers.
    pub fn with(&self, engine: usize) -> Vec<SampleId> {
        self.flying.iter().filter(|(at, _)| *at == engine).map(|(_, sample)| *sample).collect()
    }

    /// Photos with an embedding by the backbone in use.
    pub fn embedded(&self) -> &Rc<HashSet<SampleId>> {
        &self.embedded
    }

    /// Photos that cannot be embedded, and why.
    pub fn failed(&self) -> &Rc<BTreeMap<SampleId, Error>> {
        &self.failed
    }

    /// Puts the queue in agreement with the project: photos that came or came back wait, photos that went do not.
    pub fn follow(&mut self, project: &Project, now_ms: f64) {
        let flying: HashSet<SampleId> = self.flying.iter().map(|(_, sample)| *sample).collect();
        let before = self.waiting.len();
        let waits = |id: &SampleId| {
            !self.embedded.contains(id)
                && !self.expected.contains(id)
                && !self.failed.contains_key(id)
                && !flying.contains(id)
        };
        let waiting: VecDeque<SampleId> = project.samples.iter().map(|sample| sample.id).filter(waits).collect();
        if waiting != *self.waiting {
            self.waiting = Rc::new(waiting);
        }
        // New photos are wanted, whatever was stopped before.
        if self.waiting.len() > before && self.pace == Pace::Stopped {
            self.set_pace(Pace::Going, now_ms);
        }
        self.watch_run(now_ms);
    }

    /// These photos are in the project but still being unpacked.
    pub fn expect(&mut self, samples: impl IntoIterator<Item = SampleId>) {
        Rc::make_mut(&mut self.expected).extend(samples);
    }

    /// A photo was unpacked: it waits if it is still `wanted`.
    pub fn arrived(&mut self, sample: SampleId, wanted: bool, now_ms: f64) {
        if Rc::make_mut(&mut self.expected).remove(&sample) && wanted {
            Rc::make_mut(&mut self.waiting).push_back(sample);
        }
        self.watch_run(now_ms);
    }

    /// Gives up all photos that were still to be unpacked; gives them.
    pub fn expect_no_more(&mut self, now_ms: f64) -> Vec<SampleId> {
        let mut given_up: Vec<SampleId> = std::mem::take(&mut self.expected).iter().copied().collect();
        given_up.sort_unstable();
        self.watch_run(now_ms);
        given_up
    }

    /// The next photo for an engine, which then counts as with it; `None` if it has enough, or nothing waits.
    pub fn send_next(&mut self, engine: usize) -> Option<SampleId> {
        if self.pace != Pace::Going || self.waiting.is_empty() || self.flying(engine) >= IN_FLIGHT {
            return None;
        }
        let sample = Rc::make_mut(&mut self.waiting).pop_front()?;
        self.flying.push((engine, sample));
        Some(sample)
    }

    /// A photo's embedding has come.
    pub fn embedded_by(&mut self, engine: usize, sample: SampleId, now_ms: f64) {
        Rc::make_mut(&mut self.embedded).insert(sample);
        self.settle(engine, sample, now_ms);
    }

    /// A photo cannot be embedded.
    pub fn failed_by(&mut self, engine: usize, sample: SampleId, error: Error, now_ms: f64) {
        Rc::make_mut(&mut self.failed).insert(sample, error);
        self.settle(engine, sample, now_ms);
    }

    /// An engine stopped. What it had goes back to the front of the queue; the photo that it worked on is given up at the second time.
    /// Gives that photo.
    pub fn engine_lost(
        &mut self,
        engine: usize,
        name_of: impl Fn(SampleId) -> String,
        now_ms: f64,
    ) -> Option<SampleId> {
        let had: Vec<SampleId> =
            self.flying.extract_if(.., |(at, _)| *at == engine).map(|(_, sample)| sample).collect();
        let culprit = had.first().copied();
        let mut given_up = None;
        if let Some(sample) = culprit {
            let crashes = self.crashes.entry(sample).or_default();
            *crashes += 1;
            given_up = (*crashes >= MAX_CRASHES).then_some(sample);
        }
        let waiting = Rc::make_mut(&mut self.waiting);
        had.iter().rev().filter(|sample| Some(**sample) != given_up).for_each(|sample| waiting.push_front(*sample));
        if let Some(sample) = given_up {
            Rc::make_mut(&mut self.failed).insert(sample, stopped_twice(name_of(sample)));
            if let Some(run) = &mut self.run {
                run.one_done(now_ms);
            }
        }
        self.watch_run(now_ms);
        culprit
    }

    /// An engine is ended on purpose: what it had goes back to the front of the queue.
    pub fn engine_ended(&mut self, engine: usize) {
        let waiting = Rc::make_mut(&mut self.waiting);
        let had: Vec<_> = self.flying.extract_if(.., |(at, _)| *at == engine).collect();
        had.iter().rev().for_each(|(_, sample)| waiting.push_front(*sample));
    }

    /// Another backbone is in use: no embedding counts any more, and what an engine failed at may be tried again.
    pub fn forget_embeddings(&mut self) {
        self.embedded = Rc::default();
        self.crashes.clear();
        let ours = |error: &Error| matches!(error.kind, ErrorKind::Engine | ErrorKind::Device | ErrorKind::WeightFile);
        Rc::make_mut(&mut self.failed).retain(|_, error| !ours(error));
    }

    /// These photos have embeddings by the backbone in use, made at an earlier visit.
    pub fn restored(&mut self, embedded: impl IntoIterator<Item = SampleId>) {
        Rc::make_mut(&mut self.embedded).extend(embedded);
    }

    /// Failed photos are to be tried again: this one, or all.
    pub fn retry(&mut self, which: Option<SampleId>, now_ms: f64) {
        let failed = Rc::make_mut(&mut self.failed);
        match which {
            Some(sample) => drop(failed.remove(&sample)),
            None => failed.clear(),
        }
        self.crashes.clear();
        self.set_pace(Pace::Going, now_ms);
    }

    /// Forgets all about a photo that is gone for good.
    pub fn forget(&mut self, sample: SampleId) {
        Rc::make_mut(&mut self.embedded).remove(&sample);
        Rc::make_mut(&mut self.failed).remove(&sample);
    }

    /// Pauses, stops, or goes on.
    pub fn set_pace(&mut self, pace: Pace, now_ms: f64) {
        self.pace = pace;
        if let Some(run) = &mut self.run {
            run.pause(pace != Pace::Going, now_ms);
        }
    }

    fn settle(&mut self, engine: usize, sample: SampleId, now_ms: f64) {
        let place = self.flying.iter().position(|entry| *entry == (engine, sample));
        let counts = place.map(|place| self.flying.remove(place)).is_some();
        // Its answer may come although it waits again: an engine that was thought lost.
        if self.waiting.contains(&sample) {
            Rc::make_mut(&mut self.waiting).retain(|other| *other != sample);
        }
        if let (true, Some(run)) = (counts, &mut self.run) {
            run.one_done(now_ms);
        }
        self.watch_run(now_ms);
    }

    /// A run begins when something waits and ends when nothing does.
    fn watch_run(&mut self, now_ms: f64) {
        let on = self.run.as_ref().is_some_and(|run| run.ended_ms.is_none());
        match (on, self.outstanding() > 0) {
            (false, true) => {
                let mut run = Run::begin(now_ms);
                run.pause(self.pace != Pace::Going, now_ms);
                self.run = Some(run);
            }
            (true, false) => {
                if let Some(run) = &mut self.run {
                    run.end(now_ms);
                }
                self.pace = Pace::Going;
            }
            _ => {}
        }
    }
}

fn stopped_twice(name: String) -> Error {
    Error::new(
        ErrorKind::Engine,
        name,
        "a photo that can be embedded",
        "that the engine stopped at it twice",
        "Open it in a picture editor and save it as a new file, or leave it out.",
    )
}

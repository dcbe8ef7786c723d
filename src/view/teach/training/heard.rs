//! What the engine says of training, and what becomes of a run when the engine changes.

use std::collections::HashSet;
use std::rc::Rc;

use super::head::Head;
use super::run::Sides;
use super::{Effect, Phase};
use crate::error::{Error, ErrorKind};
use crate::project::SampleId;
use crate::protocol::{EpochRow, HeadCard, Labelled, SplitReport, TeachCommand, TeachEvent, TrainSummary};
use crate::view::teach::{Around, Teach, TeachEffect};

/// Crashes of the engine while it trains a run, after which the run is given up.
const MAX_CRASHES: u8 = 3;

impl Teach {
    /// What an engine said about this part.
    pub(in crate::view::teach) fn training_heard(
        &mut self,
        event: TeachEvent,
        around: &mut Around,
    ) -> Vec<TeachEffect> {
        let event = match event {
            TeachEvent::Tune(event) => return self.tuned(event, around),
            event => event,
        };
        // A run that is not in progress any more was given up; what is still said of it concerns nobody.
        let live = self.training.live().map(|live| live.run);
        match event {
            TeachEvent::TrainingStarted { run, split, .. } if live == Some(run) => self.training_started(run, split),
            TeachEvent::Epochs { run, rows } if live == Some(run) => self.epochs(run, rows),
            TeachEvent::Trained { run, summary, head } if live == Some(run) => {
                return self.trained(run, summary, head, around);
            }
            TeachEvent::TrainingFailed { run, error } if live == Some(run) => self.training_failed(run, error),
            TeachEvent::TrainingFailed { run, error } if self.training.searching().is_some_and(|on| on.run == run) => {
                self.training.search = None;
                self.training.preparing = None;
                self.training.failure = Some(Rc::new(error));
            }
            _ => {}
        }
        Vec::new()
    }

    fn training_started(&mut self, number: u32, split: SplitReport) {
        let mut sides = Sides::of(&split);
        if let (Some(head), Some(true)) = (&self.training.head, self.training.live().map(|live| live.ask.go_on)) {
            let seen = |sample: &&SampleId| head.seen.binary_search(sample).is_ok();
            sides.seen_before = split.validation.iter().filter(seen).count();
        }
        if let Some(run) = self.training.run_mut(number) {
            run.sides = Some(sides);
        }
        if let Some(live) = self.training.live_mut() {
            live.split = Some(Rc::new(split));
        }
    }

    fn epochs(&mut self, number: u32, rows: Vec<EpochRow>) {
        self.training.preparing = None;
        if let Some(run) = self.training.run_mut(number) {
            run.add_rows(rows);
        }
    }

    fn trained(&mut self, number: u32, summary: TrainSummary, card: HeadCard, around: &Around) -> Vec<TeachEffect> {
        self.training.preparing = None;
        let Phase::Running(live) = std::mem::take(&mut self.training.phase) else { return Vec::new() };
        let is_from_before = summary.best_epoch == 0;
        // It may have gone wrong in the middle, and its best head so far is kept. The Lab says so in its own place.
        if let (Some(error), None) = (&summary.failed, live.ask.lab) {
            self.training.failure = Some(Rc::new(error.clone()));
        }
        if let Some(run) = self.training.run_mut(number) {
            run.ended_on(summary.device, run.resumed);
            run.summary = Some(summary);
        }
        self.revision += 1;
        if live.ask.is_aside() {
            return self.head_from_before(around);
        }
        let split = live.split.as_deref().cloned().unwrap_or_default();
        let kind = self.training.run(number).map(|run| run.settings.head);
        let before = self.training.head.take().filter(|_| live.ask.go_on);
        let mut seen = before.map(|head| head.seen.clone()).unwrap_or_default();
        // A network from before that stays in use has seen nothing new.
        seen.extend(split.training.iter().filter(|_| !is_from_before));
        seen.sort_unstable();
        seen.dedup();
        self.training.head = Some(Rc::new(Head {
            run: number,
            card,
            kind,
            classes: live.classes.to_vec(),
            taught: live.taught.to_vec(),
            seen,
            split,
        }));
        vec![TeachEffect::Training(Effect::UseTrained)]
    }

    /// After a comparison or a run of the Lab: the head from before is in use again, and judged again.
    ///
    /// A head of another network than the one in use (the Lab has brought it for a run) only lies where it was, until its own is back.
    fn head_from_before(&self, around: &Around) -> Vec<TeachEffect> {
        let Some(head) = self.training.head.as_ref().filter(|head| head.is_of(around.backbone)) else {
            return vec![TeachEffect::Send(0, TeachCommand::DropHead)];
        };
        let mut effects = vec![TeachEffect::Send(0, TeachCommand::LoadHead)];
        let data = self.held_out(head);
        if !data.samples.is_empty() {
            effects.push(TeachEffect::Send(0, TeachCommand::Evaluate { run: head.run, data }));
        }
        effects
    }

    /// The held-out samples of a head that are still in the project, with the classes that it was to learn of them.
    pub(in crate::view::teach) fn held_out(&self, head: &Head) -> Labelled {
        let here: HashSet<SampleId> = self.project.samples.iter().map(|sample| sample.id).collect();
        let mut data = Labelled { classes: head.card.classes.clone(), ..Labelled::default() };
        for sample in head.split.validation.iter().filter(|sample| here.contains(sample)) {
            let taught = head.taught.binary_search_by_key(sample, |(id, _)| *id).ok().map(|place| head.taught[place].1);
            let label = taught.and_then(|class| head.classes.iter().position(|id| *id == class));
            if let Some(label) = label.and_then(|label| u32::try_from(label).ok()) {
                data.samples.push(*sample);
                data.labels.push(label);
            }
        }
        data
    }

    fn training_failed(&mut self, number: u32, error: Error) {
        self.training.preparing = None;
        let Phase::Running(live) = std::mem::take(&mut self.training.phase) else { return };
        // Who stops before the first epoch knows that there is no head.
        let was_stopped = live.stopping && self.training.run(number).is_some_and(|run| run.rows.is_empty());
        if !was_stopped {
            self.training.failure = Some(Rc::new(error));
        }
        self.drop_if_bare(Some(number));
    }

    /// See [`crate::view::teach::TeachAction::EngineReady`]. The head goes to the engine first, then a run that waits begins.
    pub(in crate::view::teach) fn training_engine_ready(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        let network = around.backbone.map(|card| card.name.as_str());
        let other = |number| self.training.run(number).is_some_and(|run| Some(run.backbone.as_str()) != network);
        if let Some(live) = self.training.live().filter(|live| other(live.run)) {
            // Another network's numbers are no use to this run: it is trained anew on those of the new one.
            self.training.phase = Phase::Waiting { ask: live.ask, again: Some(live.run) };
            self.training.begun_again = None;
        }
        self.training.head_on_its_way = true;
        vec![TeachEffect::Training(Effect::AskHeadFile)]
    }

    /// See [`crate::view::teach::TeachAction::EngineLost`]. What was being trained is trained again from the start, and the page says so; the seed
    /// makes it the same. (The engine's checkpoints are in its own memory: the page is sent none, as for a large network each is tens of megabytes.)
    /// Not where a person has stopped it, nor where the engine stops each time.
    pub(in crate::view::teach) fn training_engine_lost(&mut self) {
        if let Some(live) = self.training.live() {
            let (ask, run, stopping) = (live.ask, live.run, live.stopping);
            self.training.crashes += 1;
            if stopping || self.training.crashes >= MAX_CRASHES {
                self.training_failed(run, engine_stopped(self.training.crashes));
            } else {
                self.training.begun_again = self.training.run(run).and_then(|run| run.newest()).map(|row| row.epoch);
                self.training.phase = Phase::Waiting { ask, again: Some(run) };
            }
        }
        self.training.engine_lost();
    }
}

fn engine_stopped(times: u8) -> Error {
    let found = match times {
        1 => "that it stopped".to_owned(),
        times => format!("that it stopped {times} times"),
    };
    Error::new(
        ErrorKind::Engine,
        "Training",
        "an engine that goes on to the end",
        found,
        "The head before stays in use. Train again, with a smaller batch or fewer blocks if it was memory that lacked.",
    )
}

//! One run after another: takes in what came of one, begins the next.

use std::rc::Rc;

use super::network::Step;
use super::{Outcome, Queued};
use crate::architecture::Design;
use crate::error::{Error, ErrorKind};
use crate::lab::record::depth;
use crate::lab::{Entry, Record};
use crate::project::{TrainSettings, Way};
use crate::protocol::{DeviceKind, Ended};
use crate::view::teach::training::Phase;
use crate::view::teach::training::ready::{Ask, Problem};
use crate::view::teach::training::run::Run;
use crate::view::teach::training::way::fitting;
use crate::view::teach::{Around, Teach, TeachEffect};

impl Teach {
    /// After everything that happens.
    pub(in crate::view::teach) fn lab_follows(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        if let Some(id) = self.lab.current.filter(|id| !self.training.is_about(*id)) {
            self.lab.current = None;
            self.settle(id, around);
            self.revision += 1;
        }
        let mut effects = Vec::new();
        // An entry that cannot be run is passed over, so that there may be several to look at.
        while self.lab.on && self.lab.current.is_none() && self.is_free() {
            let Some(id) = self.lab.next(around.networks) else {
                self.lab.on = false;
                break;
            };
            match self.bring_network_of(id, around) {
                Step::Begin => effects.extend(self.begin_entry(id, around)),
                Step::Ask(effect) => effects.push(effect),
                Step::Wait => break,
                Step::Skip => {}
            }
        }
        effects.extend(self.back_home(around));
        effects
    }

    /// Is nothing being trained?
    fn is_free(&self) -> bool {
        self.training.phase == Phase::Idle && self.training.searching().is_none()
    }

    fn begin_entry(&mut self, id: u32, around: &Around) -> Vec<TeachEffect> {
        let photos = self.lab.settings(id).map_or(0, |settings| self.photo_counts_with(settings).0);
        if let Some(queued) = self.lab.entry_mut(id) {
            let settings = &mut queued.entry.settings;
            if settings.is_deep() {
                settings.batch = fitting(settings.batch, photos);
            }
        }
        self.training.failure = None;
        self.lab.current = Some(id);
        let ask = Ask { lab: Some(id), without_empty: true, ..Ask::default() };
        let effects = self.begin(ask, None, around);
        if self.training.is_about(id) {
            return effects;
        }
        // Refused.
        self.lab.current = None;
        self.training.refused = None;
        match self.material(ask, Some(around)).err() {
            Some(problem) => {
                self.lab.problem = Some(problem.words());
                self.lab.on = false;
                self.lab.searching = false;
            }
            None => {
                let settings = self.lab.settings(id).cloned().unwrap_or_default();
                let problem = self.too_much_with(&settings, around.backbone);
                self.came_to(id, Outcome::Failed(Rc::new(refusal(problem))));
                self.lab.searching = false;
            }
        }
        effects
    }

    /// A run is over, or was given up.
    fn settle(&mut self, id: u32, around: &Around) {
        let place = self.training.runs.iter().position(|run| run.lab == Some(id));
        let run = place.map(|place| self.training.runs.remove(place));
        let failure = self.training.failure.take();
        let Some(queued) = self.lab.entry_mut(id) else { return };
        queued.errors = run.as_ref().map(|run| errors(run)).unwrap_or_default();
        let queued = queued.clone();
        let record = run.and_then(|run| self.record(&queued.entry, &run, around));
        match (record, failure) {
            (Some(record), _) => {
                let was_stopped = record.ended == Ended::Stopped;
                let (best, held_out) = (record.best(), record.validation);
                self.came_to(id, Outcome::Done(Rc::new(record)));
                if was_stopped {
                    self.lab.on = false;
                    self.lab.searching = false;
                }
                match best {
                    _ if !self.lab.searching || queued.blocks.is_none() => {}
                    Some(_) => self.try_blocks(queued.entry.backbone.clone()),
                    None => {
                        self.lab.searching = false;
                        self.lab.problem = Some(nothing_to_go_by(&queued.entry.name, held_out));
                    }
                }
            }
            (None, Some(error)) => {
                self.came_to(id, Outcome::Failed(error));
                self.lab.searching &= queued.blocks.is_none();
            }
            // It was stopped before there was anything to show.
            (None, None) => {
                self.lab.on = false;
                self.lab.searching = false;
            }
        }
    }

    pub(super) fn came_to(&mut self, id: u32, outcome: Outcome) {
        if let Some(queued) = self.lab.entry_mut(id) {
            *queued = Queued { outcome, ..queued.clone() };
        }
    }

    /// What a run came to; `None` where it did not end.
    fn record(&self, entry: &Entry, run: &Run, around: &Around) -> Option<Record> {
        let summary = run.summary.as_ref()?;
        let settings = &run.settings;
        let classes = self.project.classes.iter().filter(|class| self.has_photos(class.id)).count();
        let card = around.backbone.filter(|card| card.name == run.backbone);
        let (title, design) = match &settings.way {
            Way::Scratch { architecture } => (None, Design::parse(architecture).ok()),
            _ => (card.map(|card| card.title.clone()), card.and_then(|card| Design::parse(&card.design).ok())),
        };
        let design = design.and_then(|design| cut(design, settings));
        let head = settings.head;
        let count = |design: &Design| design.parameters(0) + design.head_parameters(head, classes);
        let title = title.or_else(|| design.as_ref().map(|design| design.title.clone()));
        let sides = run.sides.clone().unwrap_or_default();
        Some(Record {
            name: entry.name.clone(),
            model: title.unwrap_or_else(|| run.backbone.clone()),
            backbone: run.backbone.clone(),
            data: run.data.clone(),
            settings: settings.clone(),
            parameters: design.as_ref().map_or(summary.parameters, count),
            trainable: if summary.trainable > 0 { summary.trainable } else { summary.parameters },
            depth: design.as_ref().map(|design| depth(design, head)),
            training: sides.training,
            validation: sides.validation,
            steps: summary.steps,
            seconds: summary.seconds,
            ended: summary.ended,
            device: run.device.unwrap_or(DeviceKind::Cpu),
            began_on: run.began_on,
            rows: run.rows.clone(),
        })
    }

    fn has_photos(&self, class: u32) -> bool {
        self.project.samples.iter().any(|sample| sample.class == Some(class))
    }
}

/// What went wrong in a run: see [`Queued::errors`].
fn errors(run: &Run) -> Rc<[Error]> {
    run.failed().into_iter().chain(run.left_out.iter().map(|(_, error)| error)).cloned().collect()
}

fn cut(design: Design, settings: &TrainSettings) -> Option<Design> {
    match settings.features_at {
        Some(block) => design.cut(block).ok(),
        None => Some(design),
    }
}

/// Why the search for the number of blocks ends with this run, which came to no accuracy to go by, and what to do about it.
pub(super) fn nothing_to_go_by(name: &str, held_out: usize) -> String {
    let why = match held_out {
        0 => {
            "No photo was held out, so that nobody can say which number is best. Add photos: of a class of two or more, one can be held out."
        }
        _ => {
            "It came to no accuracy, so that nobody can say whether more blocks are better. See at the run what went wrong, then search again; or add runs “As set in training” with a smaller learning rate."
        }
    };
    format!("The search for the number of blocks ended with “{name}”. {why}")
}

fn refusal(problem: Option<Problem>) -> Error {
    let (expected, cure) = ("that it can be trained", "Add photos, or choose fewer blocks or a smaller network.");
    let found = problem.map_or_else(|| "that it cannot".to_owned(), |problem| problem.words());
    Error::new(ErrorKind::Usage, "This run", expected, found.trim_end_matches('.'), cure)
}

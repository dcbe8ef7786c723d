//! What happens to this part, and what is then asked of the browser and the engine.

use std::rc::Rc;

use super::validation::Evaluated;
use super::{Action, Effect, Judge, Shared, Table, Validation, showing, tables, words};
use crate::project::{Edit, SampleId};
use crate::protocol::{HeadCard, TeachCommand, TeachEvent};
use crate::view::notices::{Tone, Topic};
use crate::view::teach::training::ready::{Ask, Material, Readiness};
use crate::view::teach::{Around, Teach, TeachEffect};

/// Classes that a photo's result shows.
const TOP: usize = 5;
/// Decides the folds of the search for wrong labels; fixed, so that the same labels give the same list.
const SEED: u32 = 0;

impl Teach {
    pub(in crate::view::teach) fn reduce_judge(&mut self, action: Action, around: &mut Around) -> Vec<TeachEffect> {
        let judge = &mut self.judge;
        let mut effects = Vec::new();
        match action {
            Action::Try(new) => forget(&mut effects, judge.tries.add(new)),
            Action::Frame(photo) => {
                let ready = around.backbone.is_some() && around.device.is_some();
                if ready && judge.tries.send_frame(photo) {
                    effects.push(TeachEffect::TryPhoto { photo, name: "the camera's picture".to_owned(), top: TOP });
                } else {
                    forget(&mut effects, vec![photo]);
                }
            }
            Action::Tried { photo, prediction, thumbnail } => {
                if !judge.tries.found(photo, *prediction, thumbnail, around.now_ms) {
                    forget(&mut effects, vec![photo]);
                }
            }
            Action::TryFailed { photo, error } => {
                if !judge.tries.failed(photo, error) {
                    forget(&mut effects, vec![photo]);
                }
            }
            Action::Show(photo) => judge.tries.show(photo),
            Action::Forget(photo) => {
                judge.tries.remove(photo);
                forget(&mut effects, vec![photo]);
            }
            Action::AddTo(photo, class) => {
                if self.project.class(class).is_some() && judge.tries.added(photo, class) {
                    effects.push(TeachEffect::Judge(Effect::AddTo(photo, class)));
                }
            }
            Action::Live(on) => {
                judge.tries.live = on.then(Default::default);
                around.notices.clear(Topic::Camera);
            }
            Action::LiveFailed(error) => {
                judge.tries.live = None;
                around.notices.error(Topic::Camera, Tone::Warning, error, None);
            }

            Action::Threshold(threshold) => {
                judge.threshold = Some(threshold);
                effects.push(TeachEffect::Send(0, TeachCommand::SetThreshold { threshold }));
            }
            Action::OwnThreshold => {
                judge.threshold = None;
                if let Some(threshold) = judge.threshold() {
                    effects.push(TeachEffect::Send(0, TeachCommand::SetThreshold { threshold }));
                }
            }

            Action::Tab(tab) => {
                judge.showing.tab = tab;
                judge.showing.limit = showing::PAGE;
            }
            Action::Shares(shares) => judge.showing.shares = shares,
            Action::Cell(cell) => {
                judge.showing.cell = cell;
                judge.showing.limit = showing::PAGE;
            }
            Action::Sort(column) => judge.showing.sort_by(column),
            Action::More => judge.showing.limit += showing::PAGE,

            Action::FindSuspects => return self.find_suspects(around),
            Action::Keep(sample) => judge.suspects.keep(sample),
            Action::UndoKeep => judge.suspects.undo_keep(),
            Action::AskAgain => judge.suspects.ask_again(),
            Action::Move(sample) => return self.move_suspect(sample, around),
            Action::Remove(sample) => return self.remove_suspect(sample, around),

            Action::Copy(table) => effects
                .extend(self.table(table).map(|rows| TeachEffect::Judge(Effect::Copy(tables::tab_separated(&rows))))),
            Action::Save(table) => effects.extend(self.table(table).map(|rows| {
                TeachEffect::Judge(Effect::Save(tables::file_name(table).to_owned(), tables::comma_separated(&rows)))
            })),
        }
        self.judge_goes_on(around, &mut effects);
        effects
    }

    /// Sends the next photo that is to be tried, if the engine is ready for it.
    fn judge_goes_on(&mut self, around: &Around, effects: &mut Vec<TeachEffect>) {
        let ready = around.backbone.is_some() && around.device.is_some();
        if let Some((photo, name)) = ready.then(|| self.judge.tries.send_next()).flatten() {
            effects.push(TeachEffect::TryPhoto { photo, name, top: TOP });
        }
    }

    fn table(&self, table: Table) -> Option<Vec<Vec<String>>> {
        let validation = self.judge.validation.as_ref()?;
        Some(tables::rows(table, validation, &self.head_names(), &self.project))
    }

    /// What an engine said about this part.
    pub(in crate::view::teach) fn judge_heard(
        &mut self,
        event: TeachEvent,
        numbers: Option<Rc<[f32]>>,
        around: &mut Around,
    ) -> Vec<TeachEffect> {
        let mut effects = Vec::new();
        match event {
            TeachEvent::HeadReady { head } => {
                self.judge.head_is(head);
                effects.extend(self.judge_again());
                if let Some(threshold) = self.judge.threshold {
                    effects.push(TeachEffect::Send(0, TeachCommand::SetThreshold { threshold }));
                }
            }
            TeachEvent::HeadFailed { error } => {
                self.judge.no_head();
                around.notices.error(Topic::Teach, Tone::Error, error, None);
            }
            TeachEvent::Evaluated { run, evaluation } => {
                self.judge.evaluated = numbers.map(|logits| Shared::new(Evaluated { run, evaluation, logits }));
                self.judge.draw_up();
            }
            TeachEvent::Suspects { number, suspects } => {
                self.judge.suspects.answered(number, &suspects);
                self.judge.showing.limit = showing::PAGE;
            }
            _ => {}
        }
        self.judge_goes_on(around, &mut effects);
        effects
    }

    /// Training is over and its head in use: what is shown is tried again, and the threshold is the new head's.
    pub(in crate::view::teach) fn judge_trained(&mut self, run: u32, around: &Around) -> Vec<TeachEffect> {
        let Some(head) = self.training.head.clone().filter(|head| head.run == run) else { return Vec::new() };
        let judge = &mut self.judge;
        judge.evaluated.take_if(|evaluated| evaluated.run != run);
        judge.threshold = None;
        judge.showing.cell = None;
        judge.head_is(head.card.clone());
        let mut effects = Vec::new();
        self.judge_goes_on(around, &mut effects);
        effects
    }

    /// Has a head from an earlier visit judged, on the photos that were held out when it was trained.
    fn judge_again(&self) -> Option<TeachEffect> {
        let (head, card) = (self.training.head.as_ref()?, self.judge.head.as_ref()?);
        if self.judge.evaluated.is_some() || head.card.classes != card.classes {
            return None;
        }
        let data = self.held_out(head);
        (!data.samples.is_empty()).then_some(TeachEffect::Send(0, TeachCommand::Evaluate { run: head.run, data }))
    }

    /// The names of the head's classes as they are called now, in the head's order.
    pub fn head_names(&self) -> Vec<String> {
        let Some(card) = &self.judge.head else { return Vec::new() };
        match self.training.head.as_ref().filter(|head| head.card.classes == card.classes) {
            Some(head) => head.names(&self.project),
            None => card.classes.clone(),
        }
    }

    /// What has changed since the head was trained, in a sentence; `None` where nothing has, or where that is not known.
    pub fn head_is_stale(&self) -> Option<String> {
        let head = self.training.head.as_ref()?;
        let changes = head.changes(&self.project, |sample| self.readiness(sample) != Readiness::Failed);
        (!changes.is_empty()).then(|| words::stale(&changes.words()))
    }

    /// See [`crate::view::teach::TeachAction::EngineReady`].
    pub(in crate::view::teach) fn judge_engine_ready(&mut self, around: &Around) -> Vec<TeachEffect> {
        self.judge.tries.other_head();
        let mut effects = Vec::new();
        self.judge_goes_on(around, &mut effects);
        effects
    }

    /// See [`crate::view::teach::TeachAction::EngineLost`].
    pub(in crate::view::teach) fn judge_engine_lost(&mut self) {
        self.judge.tries.engine_lost();
        self.judge.suspects.gave_up();
    }

    /// A command failed, and it may have been one of this part.
    pub(in crate::view::teach) fn judge_failed(&mut self) {
        self.judge.suspects.gave_up();
    }

    fn find_suspects(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        let ask = Ask { without_empty: true, only_embedded: true, ..Ask::default() };
        let Material { data, classes, .. } = match self.material(ask, Some(around)) {
            Ok(material) => material,
            Err(problem) => {
                let text = words::no_suspects(&problem);
                around.notices.say(Topic::Teach, Tone::Info, "suspects", text, None);
                return Vec::new();
            }
        };
        self.judge.showing.tab = showing::Tab::Suspects;
        let number = self.questions.next();
        self.judge.suspects.ask(number, classes, data.samples.len(), around.now_ms);
        vec![TeachEffect::Send(0, TeachCommand::FindSuspects { number, data, seed: SEED })]
    }

    fn move_suspect(&mut self, sample: SampleId, around: &mut Around) -> Vec<TeachEffect> {
        let Some(row) = self.judge.suspects.row(sample) else { return Vec::new() };
        let (Some(held), Some(to)) = (self.project.sample(sample), self.project.class(row.suggested)) else {
            return Vec::new();
        };
        let label = words::moved(&held.name, &to.name);
        self.edit_as(label, Edit::MoveSamples(vec![sample], Some(row.suggested)), around)
    }

    fn remove_suspect(&mut self, sample: SampleId, around: &mut Around) -> Vec<TeachEffect> {
        let Some(held) = self.project.sample(sample) else { return Vec::new() };
        let label = words::removed(&held.name);
        self.edit_as(label, Edit::RemoveSamples(vec![sample]), around)
    }
}

impl Judge {
    fn head_is(&mut self, head: HeadCard) {
        self.head = Some(Rc::new(head));
        self.tries.other_head();
        self.draw_up();
    }

    fn no_head(&mut self) {
        (self.head, self.validation, self.evaluated, self.threshold) = (None, None, None, None);
        self.tries.other_head();
    }

    /// Makes the validation anew, from what the engine said and the head in use.
    fn draw_up(&mut self) {
        let (Some(evaluated), Some(head)) = (&self.evaluated, &self.head) else {
            self.validation = None;
            return;
        };
        self.validation = Validation::new(evaluated, head.classes.len(), head.temperature).map(Shared::new);
        let classes = head.classes.len();
        self.showing.cell = self.showing.cell.filter(|(label, said)| *label < classes && *said < classes);
    }
}

fn forget(effects: &mut Vec<TeachEffect>, photos: Vec<u64>) {
    if !photos.is_empty() {
        effects.push(TeachEffect::Judge(Effect::Forget(photos)));
    }
}

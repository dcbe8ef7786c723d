//! What happens to this part, and what is then asked of the browser and the engine.

use std::rc::Rc;

use super::validation::Evaluated;
use super::{Action, Effect, Judge, Shared, Table, Validation, showing, tables, words};
use crate::project::{ClassId, Edit, Project, SampleId};
use crate::protocol::{HeadCard, Labelled, TeachCommand, TeachEvent};
use crate::view::notices::{Tone, Topic};
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
        Some(tables::rows(table, validation, &self.judge.names(&self.project), &self.project))
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
                let ids = class_ids(&self.project, &head, &self.judge.class_ids);
                self.judge.head_is(head, ids);
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
            TeachEvent::Suspects { suspects } => {
                self.judge.suspects.answered(&suspects);
                self.judge.showing.limit = showing::PAGE;
            }
            _ => {}
        }
        self.judge_goes_on(around, &mut effects);
        effects
    }

    /// Training is over and its head in use: what is shown is tried again, and the threshold is the new head's.
    pub(in crate::view::teach) fn judge_trained(&mut self, head: &HeadCard, around: &Around) -> Vec<TeachEffect> {
        // A class that was renamed keeps its name of old where training went on.
        let live = self.training.live().map(|live| live.classes.iter().copied().map(Some).collect());
        let ids = class_ids(&self.project, head, &live.unwrap_or_else(Vec::new));
        let labelled = self.project.samples.iter().filter_map(|sample| Some((sample.id, sample.class?)));
        self.judge.trained_on = Some(Shared::new(labelled.collect()));
        self.judge.threshold = None;
        self.judge.showing.cell = None;
        self.judge.head_is(head.clone(), ids);
        let mut effects = Vec::new();
        self.judge_goes_on(around, &mut effects);
        effects
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
        let (data, classes) = labelled(&self.project);
        if classes.len() < 2 {
            let text = "Wrong labels can be looked for once two classes have photos.";
            around.notices.say(Topic::Teach, Tone::Info, "suspects", text, None);
            return Vec::new();
        }
        self.judge.showing.tab = showing::Tab::Suspects;
        self.judge.suspects.ask(classes, data.samples.len(), around.now_ms);
        vec![TeachEffect::Send(0, TeachCommand::FindSuspects { data, seed: SEED })]
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
    fn head_is(&mut self, head: HeadCard, ids: Vec<Option<ClassId>>) {
        self.head = Some(Rc::new(head));
        self.class_ids = Rc::new(ids);
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

/// Which of the project's classes each of the head's is: as it was known before, else the one of its name.
fn class_ids(project: &Project, head: &HeadCard, before: &[Option<ClassId>]) -> Vec<Option<ClassId>> {
    if before.len() == head.classes.len() {
        return before.to_vec();
    }
    head.classes.iter().map(|name| project.class_named(name).map(|class| class.id)).collect()
}

/// The labelled samples that are embedded, and the ids of the classes that have any.
fn labelled(project: &Project) -> (Labelled, Vec<ClassId>) {
    let mut ids: Vec<ClassId> = project.classes.iter().map(|class| class.id).collect();
    let embedded = || project.samples.iter().filter(|sample| sample.size != [0, 0]);
    let used: std::collections::HashSet<ClassId> = embedded().filter_map(|sample| sample.class).collect();
    ids.retain(|id| used.contains(id));
    let places: std::collections::HashMap<ClassId, u32> = ids.iter().copied().zip(0..).collect();
    let mut data = Labelled::default();
    data.classes = ids.iter().filter_map(|id| project.class(*id)).map(|class| class.name.clone()).collect();
    for sample in embedded() {
        if let Some(place) = sample.class.and_then(|class| places.get(&class)) {
            data.samples.push(sample.id);
            data.labels.push(*place);
        }
    }
    (data, ids)
}

fn forget(effects: &mut Vec<TeachEffect>, photos: Vec<u64>) {
    if !photos.is_empty() {
        effects.push(TeachEffect::Judge(Effect::Forget(photos)));
    }
}

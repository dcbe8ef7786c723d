//! What a person does with this part, and when a run begins.

use std::rc::Rc;

use super::ready::{Ask, Material};
use super::run::Run;
use super::way::suited;
use super::{Action, Live, MAX_RUNS, Phase};
use crate::project::{SplitKind, TrainSettings, Way};
use crate::protocol::TeachCommand;
use crate::view::teach::{Around, Teach, TeachEffect};

/// Longest name of a run, characters.
const LONGEST_NAME: usize = 60;

impl Teach {
    pub(in crate::view::teach) fn reduce_training(&mut self, action: Action, around: &mut Around) -> Vec<TeachEffect> {
        match action {
            Action::Set(field, text) => self.set_field(field, text),
            Action::Reset => {
                self.training.drafts.clear();
                let way = self.project.settings.way.clone();
                self.set_settings(suited(way, self.photo_counts().0));
            }
            Action::Train(ask) => {
                if self.training.phase == Phase::Idle && self.training.searching().is_none() {
                    self.training.failure = None;
                    return self.begin(ask, None, around);
                }
            }
            Action::TrainNow => {
                if let Phase::Waiting { ask, again } = self.training.phase {
                    return self.begin(Ask { only_embedded: true, ..ask }, again, around);
                }
            }
            Action::DoNotWait => self.do_not_wait(),
            Action::Pause(paused) => {
                if let Some(live) = self.training.live_mut() {
                    live.paused = paused;
                    return vec![TeachEffect::Send(0, TeachCommand::PauseTraining { paused })];
                }
            }
            Action::Stop => {
                if let Some(live) = self.training.live_mut() {
                    live.stopping = true;
                    return vec![TeachEffect::Send(0, TeachCommand::StopTraining)];
                }
                self.do_not_wait();
            }
            Action::Show(number, visible) => {
                if let Some(run) = self.training.run_mut(number) {
                    run.visible = visible;
                    self.revision += 1;
                }
            }
            Action::Rename(number, name) => self.rename_run(number, &name),
            Action::Delete(number) => self.delete_run(number),
            Action::Undelete => {
                if let Some((place, run)) = self.training.deleted.take() {
                    self.training.runs.insert(place.min(self.training.runs.len()), run);
                    self.revision += 1;
                }
            }
            Action::Dismiss => {
                self.training.failure = None;
                self.training.refused = None;
            }
            Action::LogLoss(log) => self.training.log_loss = log,
            Action::Save(file, width) => {
                return self.training.file(file, width).into_iter().map(TeachEffect::Training).collect();
            }
            Action::HeadFile(kept) => {
                self.training.head_on_its_way = false;
                let fits = self.training.head.as_ref().is_none_or(|head| self.fits(&head.card.backbone, around));
                if kept && fits && around.backbone.is_some() {
                    return vec![TeachEffect::Send(0, TeachCommand::LoadHead)];
                }
            }
            Action::Way(_)
            | Action::UseAdvice
            | Action::TrainFrom(_)
            | Action::FeaturesAt(_)
            | Action::FindRate
            | Action::EndSearch
            | Action::TakeRate
            | Action::Augment(_)
            | Action::ShowChanges
            | Action::Previewed(_) => return self.reduce_deeper(action, around),
        }
        Vec::new()
    }

    /// Is this the backbone in use?
    fn fits(&self, backbone: &str, around: &Around) -> bool {
        around.backbone.is_some_and(|card| card.name == backbone)
    }

    pub(super) fn set_settings(&mut self, settings: TrainSettings) {
        if self.project.settings != settings {
            self.project_mut().settings = settings;
        }
    }

    pub(super) fn set_field(&mut self, field: super::fields::Field, text: String) {
        let mut settings = self.project.settings.clone();
        let drafts = &mut self.training.drafts;
        drafts.retain(|(drafted, ..)| *drafted != field);
        match field.set(&text, &mut settings) {
            Ok(()) => drafts.retain(|(drafted, ..)| drafted.matters(&settings)),
            Err(why) => drafts.push((field, text, why)),
        }
        if settings.way != self.project.settings.way {
            // Another network from scratch brings the batch that suits it, unless a person chose one.
            let offered = |way: &Way| suited(way.clone(), self.photo_counts().0).batch;
            if settings.batch == offered(&self.project.settings.way) {
                settings.batch = offered(&settings.way);
            }
        }
        self.set_settings(settings);
    }

    fn rename_run(&mut self, number: u32, name: &str) {
        let name: String = name.trim().chars().take(LONGEST_NAME).collect();
        if let Some(run) = self.training.run_mut(number) {
            run.name = if name.is_empty() { format!("Run {number}") } else { name };
            self.revision += 1;
        }
    }

    fn delete_run(&mut self, number: u32) {
        if self.training.live().is_some_and(|live| live.run == number) {
            return;
        }
        if let Some(place) = self.training.runs.iter().position(|run| run.number == number) {
            let run = self.training.runs.remove(place);
            self.training.deleted = Some((place, run));
            self.revision += 1;
        }
    }

    pub(in crate::view::teach) fn do_not_wait(&mut self) {
        if let Phase::Waiting { again, .. } = self.training.phase {
            self.training.phase = Phase::Idle;
            self.drop_if_bare(again);
        }
    }

    /// Takes a run out that has no epoch to show.
    pub(super) fn drop_if_bare(&mut self, number: Option<u32>) {
        self.training.runs.retain(|run| Some(run.number) != number || !run.rows.is_empty());
    }

    /// Begins a run, waits where what stands in its way passes, or says what does not.
    pub(in crate::view::teach) fn begin(
        &mut self,
        mut ask: Ask,
        again: Option<u32>,
        around: &Around,
    ) -> Vec<TeachEffect> {
        self.training.refused = None;
        ask.go_on &= self.can_go_on(around.backbone);
        let material = self.material(ask, Some(around));
        let compares = ask.careless_of.is_some();
        let too_much = match ask.lab.and_then(|entry| self.lab.settings(entry)) {
            Some(settings) => self.too_much_with(settings, around.backbone),
            None => (!compares).then(|| self.too_much(around.backbone)).flatten(),
        };
        match material.and_then(|material| too_much.map_or(Ok(material), Err)) {
            Err(problem) if !problem.passes() => {
                self.training.phase = Phase::Idle;
                self.training.refused = Some(ask);
                self.drop_if_bare(again);
                Vec::new()
            }
            Ok(material) if !self.training.head_on_its_way => self.start(ask, again, material, around),
            _ => {
                self.training.phase = Phase::Waiting { ask, again };
                Vec::new()
            }
        }
    }

    fn start(&mut self, ask: Ask, again: Option<u32>, material: Material, around: &Around) -> Vec<TeachEffect> {
        let compared = ask.careless_of.and_then(|number| self.training.run(number).cloned());
        let lab = ask.lab.and_then(|entry| self.lab.settings(entry).cloned());
        let settings = match &compared {
            _ if lab.is_some() => lab.unwrap_or_default(),
            Some(run) => TrainSettings { split: SplitKind::Random, ..run.settings.clone() },
            // The head in use is no new one, which would have to be trained before the blocks.
            None if ask.go_on => TrainSettings { head_first: 0, ..self.project.settings.clone() },
            None => self.project.settings.clone(),
        };
        let data = material.fingerprint();
        let name_in_lab = ask.lab.and_then(|entry| self.lab.name(entry));
        let number = self.new_run(again, |number| Run {
            number,
            name: match &compared {
                _ if ask.lab.is_some() => name_in_lab.unwrap_or_default(),
                Some(run) => format!("{}, random split", run.name),
                None => format!("Run {number}"),
            },
            settings: settings.clone(),
            went_on: ask.go_on,
            careless_of: compared.as_ref().map(|run| run.number),
            lab: ask.lab,
            backbone: around.backbone.map(|card| card.name.clone()).unwrap_or_default(),
            data: data.clone(),
            device: around.device,
            began_on: None,
            sides: None,
            rows: Vec::new(),
            summary: None,
            left_out: Vec::new(),
            resumed: None,
            visible: ask.lab.is_none(),
        });
        self.training.preparing = None;
        if again.is_none() {
            self.training.crashes = 0;
            self.training.begun_again = None;
        }
        self.training.phase = Phase::Running(Live {
            run: number,
            ask,
            paused: false,
            stopping: false,
            classes: Rc::new(material.classes),
            taught: Rc::new(material.taught),
            split: None,
        });
        let train = TeachCommand::Train { run: number, data: material.data, settings, go_on: ask.go_on };
        let mut effects = self.send_all_unsent();
        effects.push(TeachEffect::Send(0, train));
        effects
    }

    /// Puts a new run behind the others, or makes the one anew that is trained again; gives its number.
    fn new_run(&mut self, again: Option<u32>, make: impl FnOnce(u32) -> Run) -> u32 {
        let training = &mut self.training;
        let place = training.runs.iter().position(|run| Some(run.number) == again);
        let number = match place {
            Some(place) => training.runs[place].number,
            None => training.next_number(),
        };
        let mut run = make(number);
        match place {
            Some(place) => {
                run.name = training.runs[place].name.clone();
                training.runs[place] = Rc::new(run);
            }
            None => training.runs.push(Rc::new(run)),
        }
        training.deleted = None;
        let in_use = training.head.as_ref().map(|head| head.run);
        while training.runs.iter().filter(|run| run.lab.is_none()).count() > MAX_RUNS {
            let goes = |run: &Rc<Run>| Some(run.number) != in_use && run.lab.is_none();
            let oldest = training.runs.iter().position(goes).unwrap_or(0);
            training.runs.remove(oldest);
        }
        number
    }

    /// After everything that happens: a run that waits begins when it can.
    pub(in crate::view::teach) fn training_follows(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        self.training.device = around.device;
        match self.training.phase {
            Phase::Waiting { ask, again } if !self.training.head_on_its_way => self.begin(ask, again, around),
            Phase::Idle => {
                let gone = |ask| self.obstacle(ask, None).is_ok() && self.too_much(around.backbone).is_none();
                if self.training.refused.is_some_and(gone) {
                    self.training.refused = None;
                }
                let Some(likeness) = self.ask_likeness(around) else { return Vec::new() };
                let mut effects = self.send_all_unsent();
                effects.push(likeness);
                effects
            }
            _ => Vec::new(),
        }
    }
}

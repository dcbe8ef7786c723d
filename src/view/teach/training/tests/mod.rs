//! Training without a browser, with an engine that is told about.

mod advice;
mod augmenting;
mod begin;
mod curves;
mod going_on;
mod heads;
mod limits;
mod live;
mod network;
mod rates;
mod runs;
mod settings;
mod tuned;
mod ways;

use std::rc::Rc;

use super::fields::{Entry, Field};
use super::ready::{Ask, Problem};
use super::run::{Run, in_one_line, loss, number};
use super::{Action, Effect, MAX_RUNS, Phase, Training};
use crate::architecture::Design;
use crate::error::{Error, ErrorKind};
use crate::project::{Class, HeadKind, OptimizerKind, Role, Sample, SplitKind, TrainSettings, Way};
use crate::protocol::{
    BackboneCard, DeviceKind, Ended, EpochRow, HeadCard, NetworkCard, SplitReport, TeachCommand, TeachEvent,
    TrainSummary,
};
use crate::view::networks::Networks;
use crate::view::notices::Notices;
use crate::view::teach::{Around, Teach, TeachAction, TeachEffect, intake};
use crate::view::tests::page;

/// Teach with an engine that is told about.
struct Room {
    teach: Teach,
    /// Samples that are not embedded yet.
    waiting: Vec<u64>,
    backbone: Option<BackboneCard>,
}

impl Room {
    /// With classes of so many photos each, all embedded.
    fn new(counts: &[usize]) -> Self {
        let mut room = Self { teach: Teach::default(), waiting: Vec::new(), backbone: Some(card("mobilenet-v2")) };
        for count in counts {
            room.add_class(*count);
        }
        room
    }

    fn add_class(&mut self, photos: usize) {
        let project = self.teach.project_mut();
        let id = project.next_class;
        project.next_class += 1;
        project.classes.push(Class { id, name: format!("Class {id}") });
        for _ in 0..photos {
            self.add_photo(Some(id));
        }
    }

    fn add_photo(&mut self, class: Option<u32>) -> u64 {
        let project = self.teach.project_mut();
        let id = project.next_sample;
        project.next_sample += 1;
        let name = format!("{id}.jpg");
        let (role, sha256) = (Role::Auto, "f".repeat(64));
        let sample = Sample { id, name, class, role, sha256, bytes: 1000, size: [8, 8], grey: false };
        project.samples.push(Rc::new(sample));
        self.settle();
        id
    }

    /// This photo is not embedded yet, or is now.
    fn waits_for(&mut self, sample: u64, waits: bool) -> Vec<TeachEffect> {
        self.waiting.retain(|id| *id != sample);
        self.waiting.extend(waits.then_some(sample));
        self.settle()
    }

    /// All other photos are embedded.
    fn settle(&mut self) -> Vec<TeachEffect> {
        let all = self.teach.project.samples.iter().map(|sample| sample.id);
        let embedded = all.filter(|sample| !self.waiting.contains(sample)).collect();
        self.does(TeachAction::Intake(intake::Action::Restored { embedded }))
    }

    fn change_sample(&mut self, id: u64, change: impl FnOnce(&mut Sample)) {
        let samples = &mut self.teach.project_mut().samples;
        let place = samples.iter().position(|sample| sample.id == id).expect("a sample");
        change(Rc::make_mut(&mut samples[place]));
    }

    fn does(&mut self, action: TeachAction) -> Vec<TeachEffect> {
        let mut notices = Notices::default();
        let device = self.backbone.as_ref().map(|_| DeviceKind::Cpu);
        let networks = Networks::default();
        let mut around = Around {
            now_ms: 0.0,
            notices: &mut notices,
            networks: &networks,
            backbone: self.backbone.as_ref(),
            device,
        };
        self.teach.reduce(action, &mut around)
    }

    fn act(&mut self, action: Action) -> Vec<TeachEffect> {
        self.does(TeachAction::Training(action))
    }

    fn says(&mut self, event: TeachEvent) -> Vec<TeachEffect> {
        self.does(TeachAction::Engine { engine: 0, event: Box::new(event), numbers: None })
    }

    fn train(&mut self) -> Vec<TeachEffect> {
        self.act(Action::Train(Ask::default()))
    }

    fn problem(&self) -> Problem {
        self.teach.material(self.teach.training.refused.expect("refused"), None).expect_err("a problem")
    }

    /// The engine begins the run; every fifth photo is held out.
    fn starts(&mut self, run: u32) {
        let taught = self.teach.training.live().expect("a run").taught.clone();
        let (validation, training) = taught.iter().map(|(sample, _)| *sample).partition(|sample| sample % 5 == 0);
        let split = SplitReport { training, validation, groups: 3, ..SplitReport::default() };
        self.says(TeachEvent::TrainingStarted { run, split, parameters: 10 });
    }

    /// The run goes through so many epochs and ends.
    fn ends(&mut self, run: u32, epochs: usize) -> Vec<TeachEffect> {
        self.starts(run);
        self.says(TeachEvent::Epochs { run, rows: (1..=epochs).map(row).collect() });
        self.says(TeachEvent::Trained { run, summary: summary(epochs), head: self.head_card() })
    }

    /// Of the head that the run in progress comes to.
    fn head_card(&self) -> HeadCard {
        let classes = self.teach.project.classes.iter().map(|class| class.name.clone()).collect();
        let run = self.teach.training.live().and_then(|live| self.teach.training.run(live.run));
        let network = run.and_then(|run| network_of(&run.settings));
        HeadCard { backbone: "mobilenet-v2".to_owned(), classes, temperature: 1.0, rejection: None, network }
    }
}

fn card(name: &str) -> BackboneCard {
    BackboneCard { parameters: 1, depth: 1, top1: None, ..page::card(name) }
}

/// The network of its own that a head of these settings has, as the engine says it.
fn network_of(settings: &TrainSettings) -> Option<NetworkCard> {
    let name = match &settings.way {
        Way::Scratch { architecture } => architecture.as_str(),
        _ => "mobilenet-v2-1-224",
    };
    let whole = Design::parse(name).expect("a design");
    let design = settings.features_at.map_or(whole.clone(), |at| whole.cut(at).expect("a block"));
    let trained_from = design.trainable_from(&settings.way);
    let card = NetworkCard { design: name.to_owned(), features_at: settings.features_at, trained_from };
    settings.is_deep().then_some(card)
}

fn row(epoch: usize) -> EpochRow {
    let x = epoch as f32;
    EpochRow {
        epoch,
        train_loss: 1.0 / x,
        train_accuracy: 1.0 - 0.5 / x,
        // Best at the sixth epoch.
        val_loss: Some(0.5 + (x - 6.0).abs() / 50.0),
        val_accuracy: Some(0.9 - (x - 6.0).abs() / 50.0),
        seconds: epoch as f64 / 10.0,
        steps: 10 * epoch as u64,
    }
}

fn summary(epochs: usize) -> TrainSummary {
    TrainSummary {
        best_epoch: epochs.min(6),
        epochs,
        ended: Ended::Done,
        failed: None,
        val_accuracy: Some(0.9),
        parameters: 10,
        trainable: 10,
        steps: 100,
        steps_per_second: 1000.0,
        seconds: epochs as f64 / 10.0,
        device: Some(DeviceKind::Cpu),
    }
}

fn sent(effects: &[TeachEffect]) -> Vec<&TeachCommand> {
    let command = |effect| match effect {
        &TeachEffect::Send(0, ref command) => Some(command),
        _ => None,
    };
    effects.iter().filter_map(command).collect()
}

fn trained_on(effects: &[TeachEffect]) -> (u32, crate::protocol::Labelled, TrainSettings, bool) {
    let train = sent(effects).into_iter().find_map(|command| match command {
        TeachCommand::Train { run, data, settings, go_on } => Some((*run, data.clone(), settings.clone(), *go_on)),
        _ => None,
    });
    train.expect("a Train command")
}

fn error() -> Error {
    Error::new(ErrorKind::Engine, "Training", "numbers", "none", "Try a smaller learning rate.")
}

fn run_of(rows: &[EpochRow]) -> Run {
    Run {
        number: 1,
        name: "Run 1".to_owned(),
        settings: TrainSettings::default(),
        went_on: false,
        careless_of: None,
        lab: None,
        backbone: "mobilenet-v2".to_owned(),
        data: String::new(),
        device: None,
        began_on: None,
        sides: None,
        rows: rows.to_vec(),
        summary: None,
        left_out: Vec::new(),
        resumed: None,
        visible: true,
    }
}

//! The Lab without a browser, with an engine that is told about.

mod blocks;
mod data;
mod evidence;
mod failing;
mod form;
mod kept;
mod network;
mod order;

use super::choice::{Field, What};
use super::*;
use crate::error::ErrorKind;
use crate::project::{Class, Role, Sample, Way};
use crate::protocol::{
    BackboneCard, DeviceKind, Ended, EpochRow, HeadCard, SplitReport, TeachCommand, TeachEvent, TrainSummary, TuneEvent,
};
use crate::view::networks::{Listing, Networks};
use crate::view::notices::Notices;
use crate::view::teach::training::Phase;
use crate::view::teach::training::ready::Ask;
use crate::view::teach::{Around, Teach, TeachAction, TeachEffect, intake, training};
use crate::view::tests::page;

/// Teach with two classes of twenty photos, all embedded, and an engine that is told about.
struct Room {
    teach: Teach,
    card: BackboneCard,
    /// Are engine and network there?
    is_ready: bool,
    /// Where the engine computes.
    device: DeviceKind,
    networks: Networks,
}

impl Room {
    fn new() -> Self {
        let mut teach = Teach::default();
        let project = teach.project_mut();
        for id in 1..=2 {
            project.classes.push(Class { id, name: format!("Class {id}") });
        }
        for id in 1..=40 {
            let (name, class, sha256) = (format!("{id}.jpg"), Some(1 + (id % 2) as u32), "f".repeat(64));
            let sample = Sample { id, name, class, role: Role::Auto, sha256, bytes: 1, size: [8, 8], grey: false };
            project.samples.push(Rc::new(sample));
        }
        let title = "MobileNetV2 1.0".to_owned();
        let card = BackboneCard { title, top1: None, ..page::card("mobilenet-v2") };
        let small = BackboneCard { name: "small".to_owned(), title: "Small".to_owned(), ..card.clone() };
        let mut networks = Networks::default();
        networks.listing = Listing::Ready(Rc::new(vec![card.clone(), small]));
        (networks.wanted, networks.loaded) = (card.name.clone(), Some(card.name.clone()));
        let mut room = Self { teach, card, is_ready: true, device: DeviceKind::Cpu, networks };
        room.does(TeachAction::Intake(intake::Action::Restored { embedded: (1..=40).collect() }));
        room
    }

    fn does(&mut self, action: TeachAction) -> Vec<TeachEffect> {
        let mut notices = Notices::default();
        let device = self.is_ready.then_some(self.device);
        let backbone = self.is_ready.then_some(&self.card);
        let mut around = Around { now_ms: 0.0, notices: &mut notices, networks: &self.networks, backbone, device };
        self.teach.reduce(action, &mut around)
    }

    fn act(&mut self, action: Action) -> Vec<TeachEffect> {
        self.does(TeachAction::Lab(action))
    }

    fn add(&mut self, what: What, seeds: u32) {
        self.act(Action::Choose(Field::What, what.word().to_owned()));
        self.act(Action::Choose(Field::Seeds, seeds.to_string()));
        self.act(Action::Add);
        assert_eq!(self.teach.lab.problem, None);
    }

    fn says(&mut self, event: TeachEvent) -> Vec<TeachEffect> {
        self.does(TeachAction::Engine { engine: 0, event: Box::new(event), numbers: None })
    }

    /// The engine goes through the run in progress: first the epochs of the head alone, if any, then those of these accuracies. 32 photos are trained on,
    /// 8 held out.
    fn ends(&mut self, accuracies: &[f32], ended: Ended) -> Vec<TeachEffect> {
        self.ends_with(accuracies, ended, None)
    }

    fn ends_with(&mut self, accuracies: &[f32], ended: Ended, failed: Option<Error>) -> Vec<TeachEffect> {
        let run = self.teach.training.live().expect("a run").run;
        let split = SplitReport { training: (1..=32).collect(), validation: (33..=40).collect(), ..Default::default() };
        self.says(TeachEvent::TrainingStarted { run, split, parameters: 10 });
        let settings = self.teach.training.run(run).expect("a run").settings.clone();
        // The head alone takes all in one step.
        let (head, an_epoch) = (settings.head_epochs(), 32_usize.div_ceil(settings.batch));
        let mut rows: Vec<EpochRow> = (1..=head).map(|epoch| row(epoch, HEAD_ALONE)).collect();
        rows.extend(accuracies.iter().zip(1..).map(|(accuracy, epoch)| {
            let steps = (head + epoch * an_epoch) as u64;
            EpochRow { steps, ..row(head + epoch, *accuracy) }
        }));
        let (epochs, steps) = (rows.len(), rows.last().map_or(0, |row| row.steps));
        self.says(TeachEvent::Epochs { run, rows });
        let summary = TrainSummary {
            best_epoch: 1,
            epochs,
            ended,
            failed,
            val_accuracy: accuracies.first().copied(),
            parameters: 2562,
            trainable: 2562,
            steps,
            steps_per_second: 1.0,
            seconds: epochs as f64,
            device: Some(self.device),
        };
        let (backbone, classes) = ("mobilenet-v2".to_owned(), vec!["Class 1".to_owned(), "Class 2".to_owned()]);
        let head = HeadCard { backbone, classes, temperature: 1.0, rejection: None, network: None };
        self.says(TeachEvent::Trained { run, summary, head })
    }

    fn states(&self) -> Vec<&'static str> {
        self.teach.lab.entries.iter().map(|queued| queued.word(self.teach.lab.current)).collect()
    }
}

/// Validation accuracy of the head alone before the blocks: better than what any of these runs comes to.
const HEAD_ALONE: f32 = 0.99;

fn row(epoch: usize, accuracy: f32) -> EpochRow {
    EpochRow {
        epoch,
        train_loss: 0.5,
        train_accuracy: 0.5,
        val_loss: Some(1.0 - accuracy),
        val_accuracy: Some(accuracy),
        seconds: epoch as f64,
        steps: epoch as u64,
    }
}

fn trained(effects: &[TeachEffect]) -> Option<(u32, TrainSettings)> {
    effects.iter().find_map(|effect| match effect {
        TeachEffect::Send(0, TeachCommand::Train { run, settings, .. }) => Some((*run, settings.clone())),
        _ => None,
    })
}

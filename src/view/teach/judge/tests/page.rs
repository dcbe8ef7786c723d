//! A place Teach with classes, photos and a head, for tests.

use std::rc::Rc;

use crate::project::{Class, Project, Sample, SampleId};
use crate::protocol::{
    BackboneCard, DeviceKind, Evaluation, HeadCard, OwnItem, OwnPrediction, Prediction, Rejection, SplitReport,
    TeachCommand, TeachEvent, TrainSummary,
};
use crate::view::networks::Networks;
use crate::view::notices::Notices;
use crate::view::teach::judge::{Action, NewTry};
use crate::view::teach::{Around, Teach, TeachAction, TeachEffect, intake, training};
use crate::view::tests::page::card;

/// Teach and the rest of the page.
pub struct Page {
    pub teach: Teach,
    pub notices: Notices,
    pub now_ms: f64,
    pub ready: bool,
}

impl Page {
    /// Classes with so many photos each, all embedded; ids from 1 on.
    pub fn new(classes: &[(&str, usize)]) -> Self {
        let mut project = Project::default();
        for (name, photos) in classes {
            let id = project.next_class;
            project.next_class += 1;
            project.classes.push(Class { id, name: (*name).to_owned() });
            for _ in 0..*photos {
                let sample = project.next_sample;
                project.next_sample += 1;
                project.samples.push(Rc::new(Sample {
                    id: sample,
                    name: format!("{sample}.jpg"),
                    class: Some(id),
                    role: Default::default(),
                    sha256: "0".repeat(64),
                    bytes: 1,
                    size: [4, 3],
                    grey: false,
                }));
            }
        }
        let embedded = project.samples.iter().map(|sample| sample.id).collect();
        let teach = Teach { project: Rc::new(project), ..Teach::default() };
        let mut page = Self { teach, notices: Notices::default(), now_ms: 0.0, ready: true };
        page.does(TeachAction::Intake(intake::Action::Restored { embedded }));
        page
    }

    pub fn act(&mut self, action: Action) -> Vec<TeachEffect> {
        self.does(TeachAction::Judge(action))
    }

    pub fn does(&mut self, action: TeachAction) -> Vec<TeachEffect> {
        self.now_ms += 100.0;
        let card = backbone();
        let networks = Networks::default();
        let mut around = Around {
            now_ms: self.now_ms,
            notices: &mut self.notices,
            networks: &networks,
            backbone: self.ready.then_some(&card),
            device: self.ready.then_some(DeviceKind::Cpu),
        };
        self.teach.reduce(action, &mut around)
    }

    pub fn says(&mut self, event: TeachEvent, numbers: Option<&[f32]>) -> Vec<TeachEffect> {
        self.does(TeachAction::Engine { engine: 0, event: Box::new(event), numbers: numbers.map(Rc::from) })
    }

    /// A head for the project's classes is trained and judged on these samples.
    pub fn trained(&mut self, evaluation: Evaluation, logits: &[f32]) -> Vec<TeachEffect> {
        let head = self.head();
        let begun = self.does(TeachAction::Training(training::Action::Train(Default::default())));
        let run = begun.iter().find_map(|effect| match effect {
            TeachEffect::Send(0, TeachCommand::Train { run, .. }) => Some(*run),
            _ => None,
        });
        let run = run.expect("training begins");
        let split = SplitReport { validation: evaluation.samples.clone(), ..SplitReport::default() };
        self.says(TeachEvent::TrainingStarted { run, split, parameters: 10 }, None);
        let mut effects = self.says(TeachEvent::Evaluated { run, evaluation }, Some(logits));
        let summary = TrainSummary {
            best_epoch: 3,
            epochs: 5,
            ended: crate::protocol::Ended::Done,
            failed: None,
            val_accuracy: None,
            parameters: 10,
            trainable: 10,
            steps: 1,
            steps_per_second: 1.0,
            seconds: 1.0,
            device: None,
        };
        effects.extend(self.says(TeachEvent::Trained { run, summary, head }, None));
        effects
    }

    pub fn head(&self) -> HeadCard {
        HeadCard {
            backbone: "a".to_owned(),
            classes: self.teach.project.classes.iter().map(|class| class.name.clone()).collect(),
            temperature: 1.0,
            rejection: Some(Rejection { threshold: 0.5, false_rejections: 0.25 }),
            network: None,
        }
    }

    pub fn try_photos(&mut self, photos: &[u64]) -> Vec<TeachEffect> {
        self.act(Action::Try(
            photos.iter().map(|photo| NewTry { photo: *photo, name: format!("{photo}.jpg") }).collect(),
        ))
    }

    pub fn found(&mut self, photo: u64) -> Vec<TeachEffect> {
        self.act(Action::Tried {
            photo,
            prediction: Box::new(prediction("Ants", 0.9)),
            thumbnail: Some("blob:".into()),
        })
    }
}

/// Two classes, four photos held out of which three are right.
pub fn ants_and_bees() -> (Page, Evaluation, Vec<f32>) {
    let page = Page::new(&[("Ants", 4), ("Bees", 4)]);
    let evaluation = Evaluation {
        samples: vec![1, 2, 5, 6],
        labels: vec![0, 0, 1, 1],
        familiarity: vec![0.9, 0.4, 0.8, 0.7],
        temperatures: vec![1.0; 4],
    };
    (page, evaluation, vec![3.0, 0.0, 0.0, 2.0, 0.0, 1.0, 0.0, 4.0])
}

pub fn prediction(label: &str, familiarity: f32) -> Prediction {
    Prediction {
        top: Vec::new(),
        backbone: "a".to_owned(),
        device: DeviceKind::Cpu,
        size: [4, 3],
        decode_ms: 1.0,
        network_ms: 1.0,
        own: Some(OwnPrediction {
            top: vec![OwnItem { index: 0, label: label.to_owned(), probability: 0.9 }],
            familiarity,
            none: false,
        }),
    }
}

/// The photos that these effects send to be tried.
pub fn sent(effects: &[TeachEffect]) -> Vec<u64> {
    let photo = |effect: &TeachEffect| match effect {
        TeachEffect::TryPhoto { photo, .. } => Some(*photo),
        _ => None,
    };
    effects.iter().filter_map(photo).collect()
}

/// A class's id by its place.
pub fn sample(page: &Page, id: SampleId) -> &Sample {
    page.teach.project.sample(id).expect("the sample is there")
}

fn backbone() -> BackboneCard {
    BackboneCard { title: "A".to_owned(), embedding: 8, top1: None, ..card("a") }
}

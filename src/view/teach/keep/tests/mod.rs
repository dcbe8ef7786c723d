//! This part of Teach without a browser: what happens goes in, what is asked for comes out.

mod deleting;
mod opening;
mod packing;
mod saving;
mod storage;
mod tabs;
mod two_projects;

use std::rc::Rc;

use serde_json::Value;

use super::{Action, Effect, Found, Home, Question, Stored, Written};
use crate::error::{Error, ErrorKind};
use crate::project::{Class, Project, Role, Sample, SampleId};
use crate::protocol::{BackboneCard, DeviceKind, TeachCommand, TeachEvent, ZipEntry};
use crate::view::networks::Networks;
use crate::view::notices::{Notices, Topic};
use crate::view::teach::training::{Live, Phase};
use crate::view::teach::{Around, Teach, TeachAction, TeachEffect};
use crate::view::tests::page;

fn sample(id: SampleId, class: Option<u32>) -> Rc<Sample> {
    let (sha256, role) = (String::new(), Role::Auto);
    Rc::new(Sample { id, name: format!("{id}.jpg"), class, role, sha256, bytes: 1000, size: [4, 3], grey: false })
}

fn project(samples: &[SampleId]) -> Project {
    Project {
        name: "Ants / bees".to_owned(),
        backbone: "small".to_owned(),
        classes: vec![Class { id: 1, name: "Ants".to_owned() }],
        samples: samples.iter().map(|id| sample(*id, Some(1))).collect(),
        next_class: 2,
        next_sample: 1 + samples.iter().max().copied().unwrap_or(0),
        ..Project::default()
    }
}

fn card(name: &str) -> BackboneCard {
    BackboneCard { embedding: 2, top1: None, ..page::card(name) }
}

fn error() -> Error {
    Error::new(ErrorKind::Io, "The disk", "room", "none", "Make some.")
}

/// Teach with the rest of the page around it.
struct Page {
    teach: Teach,
    notices: Notices,
    backbone: Option<BackboneCard>,
}

impl Page {
    /// Nothing is kept yet, and it is known.
    fn open() -> Self {
        let mut page = Self { teach: Teach::default(), notices: Notices::default(), backbone: Some(card("small")) };
        page.act(Action::Opened(Found::Here(None)));
        page.do_(TeachAction::EngineReady);
        page
    }

    /// With these samples, all kept.
    fn with(samples: &[SampleId]) -> Self {
        let mut page = Self::open();
        *page.teach.project_mut() = project(samples);
        page.act(Action::Thumbnails);
        page.act(Action::Due);
        page.act(Action::Wrote(written(), 10.0));
        assert!(!page.teach.would_lose());
        page
    }

    fn do_(&mut self, action: TeachAction) -> Vec<TeachEffect> {
        let networks = Networks::default();
        let mut around = Around {
            now_ms: 0.0,
            notices: &mut self.notices,
            networks: &networks,
            backbone: self.backbone.as_ref(),
            device: Some(DeviceKind::Cpu),
        };
        self.teach.reduce(action, &mut around)
    }

    fn act(&mut self, action: Action) -> Vec<TeachEffect> {
        self.do_(TeachAction::Keep(action))
    }

    fn hear(&mut self, event: TeachEvent) -> Vec<TeachEffect> {
        self.do_(TeachAction::Engine { engine: 0, event: Box::new(event), numbers: None })
    }

    /// A run is in progress.
    fn train(&mut self) {
        self.teach.training.phase = Phase::Running(Live {
            run: 1,
            ask: Default::default(),
            paused: false,
            stopping: false,
            classes: Rc::default(),
            taught: Rc::default(),
            split: None,
        });
    }

    fn message(&self, topic: Topic) -> String {
        self.notices.about(topic).map(|notice| format!("{:?}", notice.words)).unwrap_or_default()
    }
}

fn written() -> Result<Written, Error> {
    Ok(Written { at: "14:03".to_owned(), unreadable: Vec::new() })
}

fn kept(effects: &[TeachEffect]) -> Vec<&Effect> {
    let mut ours = Vec::new();
    for effect in effects {
        if let TeachEffect::Keep(effect) = effect {
            ours.push(effect);
        }
    }
    ours
}

fn sent(effects: &[TeachEffect]) -> Vec<&TeachCommand> {
    let mut commands = Vec::new();
    for effect in effects {
        if let TeachEffect::Send(0, command) = effect {
            commands.push(command);
        }
    }
    commands
}

/// The engine's answer to a question of this number: a file with this project, and these photos embedded.
fn graft(number: u32, project: Project, photos: &[SampleId]) -> TeachEvent {
    let entry = |(index, id): (usize, &SampleId)| (*id, ZipEntry { index, path: format!("photos/{id}.jpg"), bytes: 9 });
    let embedded = photos.to_vec();
    let photos = photos.iter().enumerate().map(entry).collect();
    let project = Box::new(project);
    TeachEvent::GraftOpened { number, project, page: Value::Null, photos, embedded, head_bytes: 8 }
}

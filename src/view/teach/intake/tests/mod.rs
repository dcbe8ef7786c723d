//! The state machine of this part, without a browser: what happens goes in, what is asked for comes out.

mod adding;
mod engines;
mod names;
mod zips;

use super::{Action, Effect, NewFile, Pace};
use crate::error::{Error, ErrorKind};
use crate::project::{Role, SampleId};
use crate::protocol::{BackboneCard, DeviceKind, SampleFacts, TeachCommand, TeachEvent};
use crate::view::networks::Networks;
use crate::view::notices::{Notices, Topic, Words};
use crate::view::teach::{Around, Teach, TeachAction, TeachEffect, classes};
use crate::view::tests::page;

/// Teach, and what is around it.
struct Room {
    teach: Teach,
    notices: Notices,
    backbone: Option<BackboneCard>,
    device: DeviceKind,
    now_ms: f64,
    files: u64,
}

impl Room {
    /// Before the engine is there.
    fn early() -> Self {
        let (teach, notices) = (Teach::default(), Notices::default());
        Self { teach, notices, backbone: None, device: DeviceKind::Cpu, now_ms: 0.0, files: 0 }
    }

    /// With an engine on the CPU, on a machine of so many cores.
    fn ready(cores: usize) -> Self {
        let mut room = Self::early();
        room.engine("mobilenet-v2");
        room.act(Action::Cores(cores));
        room
    }

    /// The main engine is ready with this backbone.
    fn engine(&mut self, backbone: &str) -> Vec<TeachEffect> {
        self.backbone = Some(card(backbone));
        self.does(TeachAction::EngineReady)
    }

    fn does(&mut self, action: TeachAction) -> Vec<TeachEffect> {
        self.now_ms += 10.0;
        let device = self.backbone.as_ref().map(|_| self.device);
        let backbone = self.backbone.as_ref();
        let networks = Networks::default();
        let mut around =
            Around { now_ms: self.now_ms, notices: &mut self.notices, networks: &networks, backbone, device };
        self.teach.reduce(action, &mut around)
    }

    fn act(&mut self, action: Action) -> Vec<TeachEffect> {
        self.does(TeachAction::Intake(action))
    }

    fn says(&mut self, engine: usize, event: TeachEvent) -> Vec<TeachEffect> {
        self.does(TeachAction::Engine { engine, event: Box::new(event), numbers: None })
    }

    fn files(&mut self, paths: &[&str]) -> Vec<NewFile> {
        let new = |path: &&str| {
            self.files += 1;
            NewFile { file: self.files, path: (*path).to_owned(), bytes: 1000 }
        };
        paths.iter().map(new).collect()
    }

    /// So many unsorted photos come.
    fn photos(&mut self, count: usize) -> Vec<TeachEffect> {
        let names: Vec<String> = (0..count).map(|number| format!("{number}.jpg")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let files = self.files(&names);
        self.act(Action::Photos(None, files))
    }

    fn folder(&mut self, paths: &[&str]) -> Vec<TeachEffect> {
        let files = self.files(paths);
        self.act(Action::Folder(files, Role::Auto))
    }

    /// An engine embedded a photo of its own content.
    fn embedded(&mut self, engine: usize, sample: SampleId) -> Vec<TeachEffect> {
        self.embedded_as(engine, sample, &format!("{sample:064}"))
    }

    fn embedded_as(&mut self, engine: usize, sample: SampleId, sha256: &str) -> Vec<TeachEffect> {
        let facts = SampleFacts { sha256: sha256.to_owned(), size: [300, 200], grey: false };
        self.says(engine, TeachEvent::Embedded { sample, facts, length: 1280, decode_ms: 1.0, network_ms: 20.0 })
    }

    fn failed(&mut self, engine: usize, sample: SampleId) -> Vec<TeachEffect> {
        let error = Error::new(ErrorKind::NotAnImage, "it", "a photo", "a text", "Give another.");
        self.says(engine, TeachEvent::SampleFailed { sample, error })
    }

    /// The main engine embeds everything that it is given, until nothing is left.
    fn finish(&mut self, effects: Vec<TeachEffect>) {
        let mut sent = sent_to(0, &effects);
        while let Some(sample) = sent.pop() {
            let more = self.embedded(0, sample);
            sent.extend(sent_to(0, &more));
        }
    }

    /// `class:name` of each sample, `-` for unsorted, `!` behind for validation.
    fn samples(&self) -> Vec<String> {
        let project = &self.teach.project;
        let shown = project.samples.iter().map(|sample| {
            let class = sample.class.and_then(|class| project.class(class)).map_or("-", |class| &class.name);
            let mark = if sample.role == Role::Validation { "!" } else { "" };
            format!("{class}:{}{mark}", sample.name)
        });
        shown.collect()
    }

    fn message(&self) -> Option<String> {
        self.notices.about(Topic::Teach).map(|notice| match &notice.words {
            Words::Plain(text) => text.clone(),
            Words::Error(error) => error.to_string(),
        })
    }

    fn progress(&self) -> (usize, usize) {
        self.teach.intake.queue.progress()
    }
}

fn card(name: &str) -> BackboneCard {
    BackboneCard { sha256: format!("{name}0123456789abcdef"), ..page::card(name) }
}

/// The photos that an engine was sent.
fn sent_to(engine: usize, effects: &[TeachEffect]) -> Vec<SampleId> {
    let sent = effects.iter().filter_map(|effect| match effect {
        TeachEffect::SendPhoto(to, sample, TeachCommand::Embed { .. }) if *to == engine => Some(*sample),
        _ => None,
    });
    sent.collect()
}

/// What the part asks of the browser.
fn asked(effects: &[TeachEffect]) -> Vec<&Effect> {
    effects
        .iter()
        .filter_map(|effect| if let TeachEffect::Intake(effect) = effect { Some(effect) } else { None })
        .collect()
}

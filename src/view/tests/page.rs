//! A page for tests, and an engine that answers as told.

use crate::error::{Error, ErrorKind};
use crate::protocol::{BackboneCard, Command, DeviceChoice, DeviceKind, DeviceReport, Event, Prediction, TopItem};
use crate::view::networks::DEFAULT;
use crate::view::notices::{Topic, Words};
use crate::view::photos::{NewPhoto, PhotoState};
use crate::view::state::{Action, Effect, State, Theme};

/// A page and its clock.
pub struct Page {
    pub state: State,
    pub now_ms: f64,
}

impl Page {
    /// Just opened, with these words in the address.
    pub fn opened(device: DeviceChoice, backbone: Option<&str>) -> (Self, Vec<Effect>) {
        let mut page = Self { state: State::default(), now_ms: 0.0 };
        let backbone = backbone.map(str::to_owned);
        let effects =
            page.act(Action::Opened { device, backbone, timings: None, theme: Theme::Auto, projector: false });
        (page, effects)
    }

    /// Opened, with the default network in an engine on the GPU.
    pub fn ready() -> Self {
        let (mut page, _) = Self::opened(DeviceChoice::Auto, None);
        page.says(Event::Started);
        page.device_is(DeviceKind::Gpu);
        let fetch = page.act(Action::Networks(Ok(cards())));
        page.weights_come(&fetch);
        page
    }

    pub fn act(&mut self, action: Action) -> Vec<Effect> {
        self.now_ms += 1.0;
        self.state.reduce(action, self.now_ms)
    }

    pub fn says(&mut self, event: Event) -> Vec<Effect> {
        self.act(Action::Engine(event, None))
    }

    pub fn device_is(&mut self, kind: DeviceKind) -> Vec<Effect> {
        self.says(Event::DeviceReady { report: DeviceReport { kind, name: "a device".to_owned(), fallback: None } })
    }

    /// The file that these effects ask for comes, and the engine takes it.
    pub fn weights_come(&mut self, effects: &[Effect]) -> Vec<Effect> {
        let fetching = fetch_in(effects).expect("a fetch");
        self.act(Action::WeightsArrived(fetching.0, false));
        self.says(Event::BackboneReady { card: Box::new(card(&fetching.1)) })
    }

    pub fn add(&mut self, ids: std::ops::Range<u64>) -> Vec<Effect> {
        self.act(Action::Add(ids.map(photo).collect()))
    }

    pub fn predicted(&mut self, id: u64) -> Vec<Effect> {
        let device = self.state.engine.device.as_ref().map_or(DeviceKind::Cpu, |report| report.kind);
        self.says(Event::Predicted { photo: id, prediction: prediction(device) })
    }

    /// Answers photos one after another until the engine has none.
    pub fn finish(&mut self) {
        while let Some(id) = self.state.photos.sent.front().copied() {
            self.predicted(id);
        }
    }

    pub fn states(&self) -> Vec<PhotoState> {
        self.state.photos.list.iter().map(|photo| photo.state).collect()
    }

    /// What the message about this topic says.
    pub fn message(&self, topic: Topic) -> Option<String> {
        self.state.notices.about(topic).map(|notice| match &notice.words {
            Words::Plain(text) => text.clone(),
            Words::Error(error) => error.to_string(),
        })
    }
}

pub fn photo(id: u64) -> NewPhoto {
    NewPhoto { id, name: format!("{id}.jpg"), size: 1000 + id, modified: 7 }
}

pub fn prediction(device: DeviceKind) -> Prediction {
    let item = |index, label: &str, probability| TopItem {
        index,
        id: Some(format!("n{index:08}")),
        label: label.to_owned(),
        probability,
    };
    let top = vec![item(252, "dalmatian", 0.97), item(1, "tench, \"Tinca\"", 0.02)];
    Prediction {
        top,
        backbone: DEFAULT.to_owned(),
        device,
        size: [640, 480],
        decode_ms: 5.0,
        network_ms: 20.0,
        own: None,
    }
}

pub fn card(name: &str) -> BackboneCard {
    BackboneCard {
        name: name.to_owned(),
        title: name.to_owned(),
        classes: "ImageNet, 1000 classes".to_owned(),
        design: "mobilenet-v2-1-224".into(),
        input: 224,
        parameters: 3_538_984,
        depth: 53,
        embedding: 1280,
        top1: Some(0.863),
        top5: None,
        confidence: None,
        agreement: None,
        file: format!("{name}-0123456789abcdef.safetensors"),
        bytes: 3_900_000,
        sha256: "0".repeat(64),
        licence: "Apache-2.0".to_owned(),
        source: String::new(),
    }
}

pub fn cards() -> Vec<BackboneCard> {
    vec![card("mobilenet-v1-0.25"), card(DEFAULT), card("mobilenet-v2-birds")]
}

pub fn error(kind: ErrorKind, subject: &str) -> Error {
    Error::new(kind, subject, "this", "that", "Do something.")
}

/// The number of the fetch that is asked for, and the network's key.
pub fn fetch_in(effects: &[Effect]) -> Option<(u64, String)> {
    effects.iter().find_map(|effect| match effect {
        Effect::FetchWeights(fetching) => Some((fetching.number, fetching.key.clone())),
        _ => None,
    })
}

/// The numbers of the photos that are sent.
pub fn sent_in(effects: &[Effect]) -> Vec<u64> {
    let photo = |effect: &Effect| match effect {
        Effect::SendPhoto(id, Command::Classify { .. }) => Some(*id),
        _ => None,
    };
    effects.iter().filter_map(photo).collect()
}

//! What the engine says, and what becomes of an engine that says nothing or stops.

use super::TIMINGS;
use super::errors::{given_up, gpu_crashed, stopped};
use crate::error::{Error, ErrorKind};
use crate::protocol::{Command, CommandName, DeviceChoice, DeviceKind, DeviceReport, Event};
use crate::view::notices::{Offer, Tone, Topic};
use crate::view::photos::MadeBy;
use crate::view::state::{Effect, Life, State};
use crate::view::teach::{TeachAction, judge};

/// Ticks of five seconds without a sign, while something is awaited, after which the engine is taken for hung.
const MAX_SILENT: u8 = 12;
/// The same at a GPU, which may compile shaders for long before it gives the first result.
const MAX_SILENT_AT_GPU: u8 = 24;
/// Crashes in a row after which the engine is not started again by itself: at the start, and while photos are being classified (each
/// photo has two tries).
const MAX_CRASHES: u8 = 3;
const MAX_CRASHES_AT_PHOTOS: u8 = 6;
/// Crashes while the GPU is being opened, after which the CPU has to do.
const MAX_CRASHES_AT_GPU: u8 = 2;
/// How a network is timed: so many photos, one by one.
const MEASURE_REPEATS: usize = 5;

impl State {
    pub(super) fn engine_said(&mut self, event: Event, thumbnail: Option<String>) -> Vec<Effect> {
        self.engine.silent = 0;
        match event {
            Event::Started => {
                self.engine.life = Life::Running;
                Vec::new()
            }
            // That it came is all it says.
            Event::Alive => Vec::new(),
            Event::DeviceReady { report } => self.device_ready(report),
            Event::DeviceLost { error } => {
                self.notices.error(Topic::Device, Tone::Warning, error, None);
                Vec::new()
            }
            Event::BackboneReady { card } => self.backbone_ready(*card),
            Event::BackboneFailed { error } => self.backbone_failed(error),
            // Photos that are tried with a person's own head.
            Event::Predicted { photo, prediction } if photo >= judge::FIRST_PHOTO => {
                self.engine.crashes = 0;
                let prediction = Box::new(prediction);
                self.teach(TeachAction::Judge(judge::Action::Tried { photo, prediction, thumbnail }))
            }
            Event::PhotoFailed { photo, error } if photo >= judge::FIRST_PHOTO => {
                self.engine.crashes = 0;
                self.teach(TeachAction::Judge(judge::Action::TryFailed { photo, error }))
            }
            Event::Predicted { photo, prediction } => {
                self.engine.crashes = 0;
                let network = self.networks.loaded.clone().unwrap_or_default();
                self.timings.photo(&network, prediction.device, prediction.network_ms);
                let made_by = MadeBy { network, device: prediction.device };
                self.photos.predicted(photo, prediction, made_by, thumbnail, self.now_ms);
                if self.photos.unfinished() == 0 { vec![self.store_timings()] } else { Vec::new() }
            }
            Event::PhotoFailed { photo, error } => {
                self.engine.crashes = 0;
                self.photos.failed(photo, error, self.made_by(), self.now_ms);
                Vec::new()
            }
            Event::Measured { device, batch, median_ms, .. } => {
                self.engine.measuring = self.engine.measuring.saturating_sub(1);
                let per_photo_ms = median_ms / batch.max(1) as f64;
                self.timings.measured(self.networks.loaded.as_deref().unwrap_or_default(), device, per_photo_ms);
                vec![self.store_timings()]
            }
            Event::CommandFailed { command, error } => {
                let awaited = match command {
                    CommandName::OpenDevice => Some(&mut self.engine.opening),
                    CommandName::Measure => Some(&mut self.engine.measuring),
                    _ => None,
                };
                if let Some(awaited) = awaited {
                    *awaited = awaited.saturating_sub(1);
                }
                self.notices.error(Topic::Button, Tone::Error, error, None);
                Vec::new()
            }
            Event::Crashed { message } => self.engine_crashed(&message),
            Event::Teach(event) => {
                self.engine.crashes = 0;
                let event = Box::new(event);
                self.teach(TeachAction::Engine { engine: 0, event, numbers: None })
            }
            // The page compares nothing; tests ask for that on their own.
            Event::Compared { .. } => Vec::new(),
        }
    }

    /// What classifies photos now; `None` before both are there.
    pub(super) fn made_by(&self) -> Option<MadeBy> {
        let (network, report) = (self.networks.loaded.clone()?, self.engine.device.as_ref()?);
        Some(MadeBy { network, device: report.kind })
    }

    pub(super) fn open_device(&mut self) -> Effect {
        self.engine.opening += 1;
        let device = if self.engine.gpu_given_up { DeviceChoice::Cpu } else { self.engine.choice };
        Effect::Send(Command::OpenDevice { device })
    }

    pub(super) fn device_ready(&mut self, report: DeviceReport) -> Vec<Effect> {
        self.engine.opening = self.engine.opening.saturating_sub(1);
        let fallback = report.fallback.clone().or_else(|| self.engine.gpu_given_up.then(gpu_crashed));
        if let Some(error) = fallback {
            self.notices.error(Topic::Device, Tone::Warning, error, None);
        }
        self.engine.device = Some(report);
        if self.engine.opening == 0
            && std::mem::take(&mut self.engine.again_when_open)
            && let Some(now) = self.made_by()
        {
            self.photos.classify_again(&now, self.now_ms);
        }
        Vec::new()
    }

    /// Looks whether an engine that should say something has been silent for too long.
    pub(super) fn watch(&mut self) -> Vec<Effect> {
        let asked = self.engine.opening > 0
            || self.engine.measuring > 0
            || !self.networks.loading.is_empty()
            || !self.photos.sent.is_empty()
            || self.teach.is_awaited();
        if self.engine.life == Life::GivenUp || !asked {
            self.engine.silent = 0;
            return Vec::new();
        }
        self.engine.silent += 1;
        let (limit, words) = match self.is_at_gpu() {
            true => (MAX_SILENT_AT_GPU, "it gave no sign for two minutes"),
            false => (MAX_SILENT, "it gave no sign for a minute"),
        };
        if self.engine.silent < limit { Vec::new() } else { self.engine_crashed(words) }
    }

    /// May what is awaited need a GPU?
    fn is_at_gpu(&self) -> bool {
        let engine = &self.engine;
        let opens = engine.opening > 0 && engine.choice != DeviceChoice::Cpu && !engine.gpu_given_up;
        opens || engine.measuring > 0 || engine.device.as_ref().is_some_and(|report| report.kind == DeviceKind::Gpu)
    }

    pub(super) fn engine_crashed(&mut self, message: &str) -> Vec<Effect> {
        let now_ms = self.now_ms;
        self.engine.crashes += 1;
        let crashes = self.engine.crashes;
        let opens_gpu = self.engine.life == Life::Running
            && self.engine.device.is_none()
            && self.engine.choice != DeviceChoice::Cpu;
        if opens_gpu && crashes >= MAX_CRASHES_AT_GPU {
            self.engine.gpu_given_up = true;
        }
        let photo = self.photos.engine_crashed(given_up, self.made_by(), now_ms);
        let weights = self.networks.loading.drain(..).next();
        self.networks.loaded = None;
        self.networks.given = None; // its bytes went with the engine

        let limit = if photo.is_some() { MAX_CRASHES_AT_PHOTOS } else { MAX_CRASHES };
        if crashes >= limit {
            self.engine.life = Life::GivenUp;
            let error = Error::new(
                ErrorKind::Engine,
                "The engine",
                "that it starts and works",
                format!("that it stopped {crashes} times in a row: {message}"),
                "Start it again, choose the CPU as device, or reload the page.",
            );
            self.notices.error(Topic::Engine, Tone::Error, error, Some(Offer::RestartEngine));
            return Vec::new();
        }
        let at = photo.or(weights.map(|weights| weights.file));
        self.notices.error(Topic::Engine, Tone::Warning, stopped(at, message), None);
        self.restart()
    }

    /// Starts the engine, with device and network. What waits goes to it when both are ready.
    pub(super) fn restart(&mut self) -> Vec<Effect> {
        let engine = &mut self.engine;
        (engine.life, engine.device, engine.opening, engine.measuring) = (Life::Starting, None, 0, 0);
        (engine.silent, engine.received) = (0, 0);
        let mut effects = vec![Effect::StartEngine, self.open_device()];
        effects.extend(self.fetch_if_needed());
        effects
    }

    pub(super) fn measure(&mut self) -> Vec<Effect> {
        let no_gpu = self.engine.device.as_ref().is_none_or(|report| report.fallback.is_some());
        let devices = [DeviceKind::Cpu, DeviceKind::Gpu];
        let devices = devices.into_iter().filter(|device| *device == DeviceKind::Cpu || !no_gpu);
        let commands =
            devices.map(|device| Effect::Send(Command::Measure { device, batch: 1, repeats: MEASURE_REPEATS }));
        let effects: Vec<Effect> = commands.collect();
        self.engine.measuring += effects.len();
        effects
    }

    pub(super) fn store_timings(&self) -> Effect {
        Effect::Store(TIMINGS, self.timings.to_json())
    }
}

//! What happens to the page's state, and what is then asked of the browser and the engine. Pure: the same state and action always give
//! the same.

use std::rc::Rc;

use crate::error::{Error, ErrorKind};
use crate::protocol::{BackboneCard, Command, DeviceChoice, DeviceKind, DeviceReport, Event};

use super::format;
use super::networks::{self, Listing, Loading, Own};
use super::notices::{Offer, Tone, Topic};
use super::photos::{MadeBy, NewPhoto};
use super::state::{Action, Effect, Life, State};
use super::timings::Timings;

/// Classes that a card shows.
const TOP: usize = 5;
/// Ticks of five seconds without a sign, while something is awaited, after which the engine is taken for hung.
const MAX_SILENT: u8 = 12;
/// Crashes in a row after which the engine is not started again by itself: at the start, and while photos are being classified (each
/// photo has two tries).
const MAX_CRASHES: u8 = 3;
const MAX_CRASHES_AT_PHOTOS: u8 = 6;
/// Crashes while the GPU is being opened, after which the CPU has to do.
const MAX_CRASHES_AT_GPU: u8 = 2;
/// How a network is timed: so many photos, one by one.
const MEASURE_REPEATS: usize = 5;

/// Where [`Timings`] are kept between visits.
pub const TIMINGS: &str = "graft.timings";
/// Where the theme is kept between visits.
pub const THEME: &str = "graft.theme";

impl State {
    /// Takes in what happened at `now_ms` on the page's clock; gives what is to be done about it, in this order.
    pub fn reduce(&mut self, action: Action, now_ms: f64) -> Vec<Effect> {
        self.now_ms = now_ms;
        let mut effects = match action {
            Action::Opened { device, backbone, timings, theme } => {
                self.engine.choice = device;
                self.networks.wanted = backbone.unwrap_or_else(|| networks::DEFAULT.to_owned());
                self.timings = timings.map(|text| Timings::from_json(&text)).unwrap_or_default();
                self.theme = theme;
                vec![Effect::StartEngine, self.open_device(), Effect::FetchNetworks]
            }
            Action::Tick => self.watch(),
            Action::Engine(event, thumbnail) => self.engine_said(event, thumbnail),
            Action::EngineProgress(received) => {
                self.engine.received = received;
                self.engine.silent = 0;
                Vec::new()
            }
            Action::EngineStopped(message) => self.engine_crashed(&message),

            Action::Networks(Ok(cards)) if cards.is_empty() => self.no_networks(nothing_listed()),
            Action::Networks(Ok(cards)) => self.networks_listed(cards),
            Action::Networks(Err(error)) => self.no_networks(error),
            Action::Samples(samples) => {
                self.samples = samples;
                Vec::new()
            }
            Action::WeightsProgress(number, received, total) => {
                if let Some(fetching) = self.networks.fetching.as_mut().filter(|fetching| fetching.number == number) {
                    fetching.received = received;
                    fetching.total = total.max(received);
                }
                Vec::new()
            }
            Action::WeightsArrived(number, cached) => self.weights_arrived(number, cached),
            Action::WeightsFailed(number, error) => match self.networks.take_fetch(number) {
                Some(fetching) => self.no_weights(&fetching.key, error),
                None => Vec::new(),
            },
            Action::Choose(key) => self.choose(&key),
            Action::OwnWeights(key, file, size) => {
                self.notices.clear(Topic::Weights);
                vec![Effect::FetchWeights(self.networks.fetch_own(key, file, size, now_ms))]
            }
            Action::ChooseDevice(choice) => {
                self.engine.choice = choice;
                self.engine.gpu_given_up = false;
                self.engine.again_when_open = true;
                self.notices.clear(Topic::Device);
                // An engine that is being started is told the new choice after the old one, which does no harm.
                if self.engine.life == Life::GivenUp { self.restart() } else { vec![self.open_device()] }
            }
            Action::Measure => self.measure(),

            Action::Add(new) => self.add(new),
            Action::Remove(id) => {
                let name = self.photos.list.iter().find(|photo| photo.id == id).map(|photo| photo.name.clone());
                let gone = self.photos.remove(|photo| photo.id == id, now_ms);
                self.removed(name.map(|name| format!("{name} was removed.")), gone)
            }
            Action::Clear => {
                let count = self.photos.list.len();
                let gone = self.photos.remove(|_| true, now_ms);
                let was = if count == 1 { "was" } else { "were" };
                self.removed((count > 0).then(|| format!("{} {was} removed.", format::photos(count))), gone)
            }
            Action::Stop(stopped) => {
                self.photos.stop(stopped, now_ms);
                Vec::new()
            }
            Action::Take(offer) => self.take(offer),
            Action::Dismiss(id) => {
                let undo_goes = self.notices.about(Topic::Removed).is_some_and(|notice| notice.id == id);
                self.notices.dismiss(id);
                if undo_goes { vec![Effect::Forget(self.photos.forget_removed())] } else { Vec::new() }
            }

            Action::Camera(open) => {
                self.camera = open;
                self.notices.clear(Topic::Camera);
                Vec::new()
            }
            Action::CameraFailed(error) => {
                self.camera = false;
                self.notices.error(Topic::Camera, Tone::Warning, error, None);
                Vec::new()
            }
            Action::Say(text) => {
                let id = self.notices.say(Topic::Button, Tone::Info, "done", text, None);
                vec![Effect::DismissLater(id)]
            }
            Action::ButtonFailed(error) => {
                self.notices.error(Topic::Button, Tone::Error, error, None);
                Vec::new()
            }
            Action::NextTheme => {
                self.theme = self.theme.next();
                vec![Effect::ShowTheme(self.theme), Effect::Store(THEME, self.theme.word().to_owned())]
            }
        };
        self.send_photos(&mut effects);
        effects
    }

    // ---- The engine

    fn engine_said(&mut self, event: Event, thumbnail: Option<String>) -> Vec<Effect> {
        self.engine.silent = 0;
        match event {
            Event::Started => {
                self.engine.life = Life::Running;
                Vec::new()
            }
            Event::DeviceReady { report } => self.device_ready(report),
            Event::DeviceLost { error } => {
                self.notices.error(Topic::Device, Tone::Warning, error, None);
                Vec::new()
            }
            Event::BackboneReady { card } => self.backbone_ready(*card),
            Event::BackboneFailed { error } => self.backbone_failed(error),
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
            Event::CommandFailed { error } => {
                if self.engine.measuring > 0 {
                    self.engine.measuring -= 1;
                } else {
                    self.engine.opening = self.engine.opening.saturating_sub(1);
                }
                self.notices.error(Topic::Button, Tone::Error, error, None);
                Vec::new()
            }
            Event::Crashed { message } => self.engine_crashed(&message),
            // The page compares nothing; tests ask for that on their own.
            Event::Compared { .. } => Vec::new(),
        }
    }

    /// What classifies photos now; `None` before both are there.
    fn made_by(&self) -> Option<MadeBy> {
        let (network, report) = (self.networks.loaded.clone()?, self.engine.device.as_ref()?);
        Some(MadeBy { network, device: report.kind })
    }

    fn open_device(&mut self) -> Effect {
        self.engine.opening += 1;
        let device = if self.engine.gpu_given_up { DeviceChoice::Cpu } else { self.engine.choice };
        Effect::Send(Command::OpenDevice { device })
    }

    fn device_ready(&mut self, report: DeviceReport) -> Vec<Effect> {
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
    fn watch(&mut self) -> Vec<Effect> {
        let engine = &mut self.engine;
        let asked = engine.opening > 0
            || engine.measuring > 0
            || !self.networks.loading.is_empty()
            || !self.photos.sent.is_empty();
        if engine.life == Life::GivenUp || !asked {
            engine.silent = 0;
            return Vec::new();
        }
        engine.silent += 1;
        if engine.silent < MAX_SILENT { Vec::new() } else { self.engine_crashed("it gave no sign for a minute") }
    }

    fn engine_crashed(&mut self, message: &str) -> Vec<Effect> {
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
        let at = photo.or(weights.map(|weights| weights.file)).map(|name| format!(" at {name}")).unwrap_or_default();
        let text = format!("The engine stopped{at} ({message}). It was started again, and the rest goes on.");
        self.notices.say(Topic::Engine, Tone::Warning, "engine", text, None);
        self.restart()
    }

    /// Starts the engine, with device and network. What waits goes to it when both are ready.
    fn restart(&mut self) -> Vec<Effect> {
        let engine = &mut self.engine;
        (engine.life, engine.device, engine.opening, engine.measuring) = (Life::Starting, None, 0, 0);
        (engine.silent, engine.received) = (0, 0);
        let mut effects = vec![Effect::StartEngine, self.open_device()];
        effects.extend(self.fetch_if_needed());
        effects
    }

    fn measure(&mut self) -> Vec<Effect> {
        let no_gpu = self.engine.device.as_ref().is_none_or(|report| report.fallback.is_some());
        let devices = [DeviceKind::Cpu, DeviceKind::Gpu];
        let devices = devices.into_iter().filter(|device| *device == DeviceKind::Cpu || !no_gpu);
        let commands =
            devices.map(|device| Effect::Send(Command::Measure { device, batch: 1, repeats: MEASURE_REPEATS }));
        let effects: Vec<Effect> = commands.collect();
        self.engine.measuring += effects.len();
        effects
    }

    fn store_timings(&self) -> Effect {
        Effect::Store(TIMINGS, self.timings.to_json())
    }

    // ---- Networks

    fn networks_listed(&mut self, cards: Vec<BackboneCard>) -> Vec<Effect> {
        self.notices.clear(Topic::Networks);
        let keep = Effect::KeepCached(cards.iter().map(|card| card.file.clone()).collect());
        let named = cards.iter().any(|card| card.name == self.networks.wanted);
        if !named && !networks::is_own_key(&self.networks.wanted) {
            let first = cards.iter().find(|card| card.name == networks::DEFAULT).or(cards.first());
            let instead = first.map(|card| card.name.clone()).unwrap_or_default();
            if self.networks.wanted != networks::DEFAULT {
                self.notices.error(
                    Topic::Networks,
                    Tone::Warning,
                    unknown(&self.networks.wanted, &instead, &cards),
                    None,
                );
            }
            self.networks.wanted = instead;
        }
        self.networks.listing = Listing::Ready(Rc::new(cards));
        let mut effects = vec![keep];
        effects.extend(self.fetch_if_needed());
        effects
    }

    fn no_networks(&mut self, error: Error) -> Vec<Effect> {
        self.networks.listing = Listing::Failed;
        self.notices.error(Topic::Networks, Tone::Error, error, Some(Offer::RetryNetworks));
        Vec::new()
    }

    fn choose(&mut self, key: &str) -> Vec<Effect> {
        self.notices.clear(Topic::Weights);
        self.networks.wanted = key.to_owned();
        self.networks.failed = None;
        self.networks.fetching = None;
        let mut effects = vec![Effect::StopFetching];
        effects.extend(self.fetch_if_needed());
        effects
    }

    /// The file of the network that is wanted, unless it is in use, on its way, or could not be had.
    fn fetch_if_needed(&mut self) -> Option<Effect> {
        let networks = &mut self.networks;
        let wanted = networks.wanted.clone();
        let on_its_way = networks.fetching.is_some() || networks.loading.back().is_some_and(|last| last.key == wanted);
        let possible = self.engine.life != Life::GivenUp && networks.failed.as_ref() != Some(&wanted);
        let needed = possible && !on_its_way && !networks.is_ready();
        if needed { networks.fetch(&wanted, false, self.now_ms).map(Effect::FetchWeights) } else { None }
    }

    fn weights_arrived(&mut self, number: u64, cached: bool) -> Vec<Effect> {
        let Some(fetching) = self.networks.take_fetch(number) else { return Vec::new() };
        // Nobody would take it; the restart fetches it again.
        if self.engine.life == Life::GivenUp {
            return Vec::new();
        }
        self.networks.loading.push_back(Loading { key: fetching.key, file: fetching.file.clone(), cached });
        vec![Effect::SendWeights(number, Command::LoadBackbone { file: fetching.file, sha256: fetching.sha256 })]
    }

    fn backbone_ready(&mut self, card: BackboneCard) -> Vec<Effect> {
        let Some(loading) = self.networks.loading.pop_front() else { return Vec::new() };
        let networks = &mut self.networks;
        if networks::is_own_key(&loading.key) {
            // A file that was just dropped becomes the wanted one only now that it is known to be good, unless something else was
            // chosen meanwhile.
            if !networks.own.iter().any(|own| own.key == loading.key) {
                networks.own.push(Own { key: loading.key.clone(), file: loading.file, card: Rc::new(card) });
                if networks.fetching.is_none() {
                    networks.wanted.clone_from(&loading.key);
                }
            }
        }
        networks.loaded = Some(loading.key);
        if !networks.is_ready() {
            return self.fetch_if_needed().into_iter().collect();
        }
        self.notices.clear(Topic::Weights);
        if let Some(now) = self.made_by() {
            self.photos.classify_again(&now, self.now_ms);
        }
        Vec::new()
    }

    fn backbone_failed(&mut self, error: Error) -> Vec<Effect> {
        let Some(loading) = self.networks.loading.pop_front() else { return Vec::new() };
        if networks::is_own_key(&loading.key) {
            return self.no_weights(&loading.key, error);
        }
        // Whatever is kept is not good; the server may have a better one.
        let drop = Effect::DropCached(loading.file);
        if loading.cached
            && self.networks.fetching.is_none()
            && let Some(fetching) = self.networks.fetch(&loading.key, true, self.now_ms)
        {
            return vec![drop, Effect::FetchWeights(fetching)];
        }
        let mut effects = self.no_weights(&loading.key, error);
        effects.insert(0, drop);
        effects
    }

    /// A network could not be had: the one before stays.
    fn no_weights(&mut self, key: &str, error: Error) -> Vec<Effect> {
        let own = networks::is_own_key(key);
        self.notices.error(Topic::Weights, Tone::Error, error, (!own).then_some(Offer::RetryWeights));
        if !own {
            self.networks.failed = Some(key.to_owned());
        }
        if self.networks.wanted == key
            && let Some(loaded) = &self.networks.loaded
        {
            self.networks.wanted.clone_from(loaded);
        }
        self.fetch_if_needed().into_iter().collect()
    }

    // ---- Photos

    fn add(&mut self, new: Vec<NewPhoto>) -> Vec<Effect> {
        let duplicates = self.photos.add(new, self.now_ms);
        let text = match duplicates.len() {
            0 => return Vec::new(),
            1 => "One of these files was on the page already; it is kept once.".to_owned(),
            count => format!("{count} of these files were on the page already; each is kept once."),
        };
        let id = self.notices.say(Topic::Duplicates, Tone::Info, "duplicate", text, None);
        vec![Effect::Forget(duplicates), Effect::DismissLater(id)]
    }

    fn removed(&mut self, text: Option<String>, gone: Vec<u64>) -> Vec<Effect> {
        let mut effects = vec![Effect::Forget(gone)];
        if let Some(text) = text {
            let id = self.notices.say(Topic::Removed, Tone::Info, "removed", text, Some(Offer::Undo));
            effects.push(Effect::DismissLater(id));
        }
        effects
    }

    fn take(&mut self, offer: Offer) -> Vec<Effect> {
        match offer {
            Offer::RetryNetworks => {
                self.notices.clear(Topic::Networks);
                self.networks.listing = Listing::Loading;
                vec![Effect::FetchNetworks]
            }
            Offer::RetryWeights => {
                let key = self.networks.failed.take().unwrap_or_else(|| self.networks.wanted.clone());
                self.choose(&key)
            }
            Offer::Undo => {
                self.notices.clear(Topic::Removed);
                self.photos.undo(self.now_ms);
                Vec::new()
            }
            Offer::RestartEngine => {
                self.notices.clear(Topic::Engine);
                self.engine.crashes = 0;
                self.restart()
            }
        }
    }

    /// Sends waiting photos, if the engine is ready for them.
    fn send_photos(&mut self, effects: &mut Vec<Effect>) {
        let engine = &self.engine;
        let ready =
            engine.life == Life::Running && engine.device.is_some() && engine.opening == 0 && self.networks.is_ready();
        while ready && let Some((photo, name)) = self.photos.send_next() {
            effects.push(Effect::SendPhoto(photo, Command::Classify { photo, name, top: TOP }));
        }
    }
}

// ---- Errors that the page itself finds

fn given_up(photo: &str) -> Error {
    Error::new(
        ErrorKind::Engine,
        photo,
        "a photo that the engine gets through",
        "one at which it stopped twice",
        "Save the photo in another format, JPEG for example, and try again. The other photos go on.",
    )
}

fn gpu_crashed() -> Error {
    Error::new(
        ErrorKind::Device,
        "The GPU",
        "that the engine can open it",
        "that the engine stopped twice at that",
        "The CPU does the work. Newer drivers or another browser may help.",
    )
}

fn nothing_listed() -> Error {
    Error::new(
        ErrorKind::Registry,
        "models/index.json",
        "a list of at least one network",
        "an empty list",
        "Whoever serves this page: run `make build`, which puts the networks into dist/models/, and serve dist/.",
    )
}

fn unknown(name: &str, instead: &str, cards: &[BackboneCard]) -> Error {
    let names: Vec<&str> = cards.iter().map(|card| card.name.as_str()).collect();
    Error::new(
        ErrorKind::Registry,
        "The network in the address",
        format!("one of {}", names.join(", ")),
        format!("“{name}”"),
        format!("{instead} is used instead."),
    )
}

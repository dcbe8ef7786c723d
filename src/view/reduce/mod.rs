//! What happens to the page's state, and what is then asked of the browser and the engine. Pure: the same state and action always give
//! the same.

mod engine;
mod errors;
mod networks;
mod photos;
mod teach;

use self::errors::nothing_listed;
use crate::view::networks::DEFAULT;
use crate::view::notices::{Tone, Topic};
use crate::view::state::{Action, Effect, Focus, Life, State};
use crate::view::teach::{TeachAction, intake};
use crate::view::timings::Timings;

/// Where [`Timings`] are kept between visits.
pub const TIMINGS: &str = "graft.timings";
/// Where the theme is kept between visits.
pub const THEME: &str = "graft.theme";
/// Where it is kept that the page is to be as a projector needs it, and the word for it.
pub const PROJECTOR: &str = "graft.projector";
/// See [`PROJECTOR`].
pub const PROJECTOR_ON: &str = "on";

impl State {
    /// Takes in what happened at `now_ms` on the page's clock; gives what is to be done about it, in this order.
    pub fn reduce(&mut self, action: Action, now_ms: f64) -> Vec<Effect> {
        self.now_ms = now_ms;
        let mut effects = match action {
            Action::Opened { device, backbone, timings, theme, projector } => {
                self.engine.choice = device;
                self.networks.wanted = backbone.unwrap_or_else(|| DEFAULT.to_owned());
                self.timings = timings.map(|text| Timings::from_json(&text)).unwrap_or_default();
                self.theme = theme;
                self.projector = projector;
                vec![Effect::StartEngine, self.open_device(), Effect::FetchNetworks]
            }
            Action::Tick => {
                let mut effects = self.watch();
                effects.extend(self.teach(TeachAction::Intake(intake::Action::Tick)));
                effects
            }
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
            Action::StopFetching => self.stop_fetching(),
            Action::Choose(key) => self.choose(&key),
            Action::OwnWeights(key, file, size) => {
                self.notices.clear(Topic::Weights);
                self.networks.given = Some(key.clone());
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
            Action::Reading(count) => {
                self.reading = count;
                Vec::new()
            }
            Action::FolderRead { photos, left_out, unread } => self.folder_read(photos, &left_out, &unread),
            Action::Remove(id) => self.remove(id),
            Action::Clear => self.clear(),
            Action::Stop(stopped) => {
                self.photos.stop(stopped, now_ms);
                Vec::new()
            }
            Action::Take(offer) => self.take(offer),
            Action::Dismiss(id) => {
                let mut effects = self.dismiss(id);
                let next = self.notices.list.first().map_or(Focus::Place, |notice| Focus::Close(notice.id));
                effects.push(Effect::Focus(next));
                effects
            }
            Action::Expire(id) => self.dismiss(id),

            Action::Camera(open) => {
                self.camera = open;
                self.notices.clear(Topic::Camera);
                if open { Vec::new() } else { vec![Effect::Focus(Focus::Camera)] }
            }
            Action::CameraFailed(error) => {
                self.camera = false;
                self.notices.error(Topic::Camera, Tone::Warning, error, None);
                vec![Effect::Focus(Focus::Camera)]
            }
            Action::Say(text) => {
                let id = self.notices.say(Topic::Button, Tone::Info, "done", text, None);
                vec![Effect::DismissLater(id)]
            }
            Action::ButtonFailed(error) => {
                self.notices.error(Topic::Button, Tone::Error, error, None);
                Vec::new()
            }
            Action::Go(place) => {
                self.place = place;
                self.reading = None; // the other place hears of it now
                Vec::new()
            }
            Action::Teach(action) => {
                // Its messages come this way when something travels beside them.
                if matches!(action, TeachAction::Engine { engine: 0, .. }) {
                    (self.engine.silent, self.engine.crashes) = (0, 0);
                }
                self.teach(action)
            }
            Action::NextTheme => {
                self.theme = self.theme.next();
                vec![Effect::ShowTheme(self.theme), Effect::Store(THEME, self.theme.word().to_owned())]
            }
            Action::Projector => {
                self.projector = !self.projector;
                let word = if self.projector { PROJECTOR_ON } else { "" };
                vec![Effect::ShowProjector(self.projector), Effect::Store(PROJECTOR, word.to_owned())]
            }
        };
        self.teach_follows(&mut effects);
        self.send_photos(&mut effects);
        effects
    }
}

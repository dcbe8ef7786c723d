//! What happens to the page's state, and what is then asked of the browser and the engine. Pure: the same state and action always give
//! the same.

mod engine;
mod errors;
mod networks;
mod photos;
mod teach;

use self::errors::nothing_listed;
use crate::view::format;
use crate::view::networks::DEFAULT;
use crate::view::notices::{Tone, Topic};
use crate::view::state::{Action, Effect, Life, State};
use crate::view::teach::{TeachAction, intake};
use crate::view::timings::Timings;

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
                self.networks.wanted = backbone.unwrap_or_else(|| DEFAULT.to_owned());
                self.timings = timings.map(|text| Timings::from_json(&text)).unwrap_or_default();
                self.theme = theme;
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
            Action::Go(place) => {
                self.place = place;
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
        };
        self.teach_follows(&mut effects);
        self.send_photos(&mut effects);
        effects
    }
}

//! Photos that come, go, and go to the engine.

use crate::protocol::Command;
use crate::view::networks::Listing;
use crate::view::notices::{Offer, Tone, Topic};
use crate::view::photos::NewPhoto;
use crate::view::state::{Effect, Life, State};

/// Classes that a card shows.
const TOP: usize = 5;

impl State {
    pub(super) fn add(&mut self, new: Vec<NewPhoto>) -> Vec<Effect> {
        let duplicates = self.photos.add(new, self.now_ms);
        let text = match duplicates.len() {
            0 => return Vec::new(),
            1 => "One of these files was on the page already; it is kept once.".to_owned(),
            count => format!("{count} of these files were on the page already; each is kept once."),
        };
        let id = self.notices.say(Topic::Duplicates, Tone::Info, "duplicate", text, None);
        vec![Effect::Forget(duplicates), Effect::DismissLater(id)]
    }

    pub(super) fn removed(&mut self, text: Option<String>, gone: Vec<u64>) -> Vec<Effect> {
        let mut effects = vec![Effect::Forget(gone)];
        if let Some(text) = text {
            let id = self.notices.say(Topic::Removed, Tone::Info, "removed", text, Some(Offer::Undo));
            effects.push(Effect::DismissLater(id));
        }
        effects
    }

    pub(super) fn take(&mut self, offer: Offer) -> Vec<Effect> {
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
    pub(super) fn send_photos(&mut self, effects: &mut Vec<Effect>) {
        let engine = &self.engine;
        let ready =
            engine.life == Life::Running && engine.device.is_some() && engine.opening == 0 && self.networks.is_ready();
        while ready && let Some((photo, name)) = self.photos.send_next() {
            effects.push(Effect::SendPhoto(photo, Command::Classify { photo, name, top: TOP }));
        }
    }
}

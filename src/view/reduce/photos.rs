//! Photos that come, go, and go to the engine.

use super::errors;
use crate::protocol::{Command, Skipped};
use crate::view::format;
use crate::view::networks::Listing;
use crate::view::notices::{Offer, Tone, Topic};
use crate::view::photos::NewPhoto;
use crate::view::state::{Effect, Focus, Life, State};

/// Classes that a card shows.
const TOP: usize = 5;

impl State {
    pub(super) fn add(&mut self, new: Vec<NewPhoto>) -> Vec<Effect> {
        let duplicates = self.photos.add(new, self.now_ms);
        let names: Vec<&str> = duplicates.iter().map(|photo| photo.name.as_str()).collect();
        let (expected, kept) = match names.len() {
            0 => return Vec::new(),
            1 => ("a file that is not here yet", "It is"),
            _ => ("files that are not here yet", "Each is"),
        };
        let text = format!(
            "{}: expected {expected}, found the same name, size and date on the page. {kept} kept once, and nothing is lost.",
            format::names(&names)
        );
        let id = self.notices.say(Topic::Duplicates, Tone::Info, "duplicate", text, None);
        vec![Effect::Forget(duplicates.iter().map(|photo| photo.id).collect()), Effect::DismissLater(id)]
    }

    /// A folder was read; its photos are added beside this.
    pub(super) fn folder_read(&mut self, photos: usize, left_out: &[Skipped], unread: &[Skipped]) -> Vec<Effect> {
        self.reading = None;
        let mut effects = Vec::new();
        if !unread.is_empty() {
            self.notices.error(Topic::Unreadable, Tone::Error, errors::unread(unread), None);
        }
        if photos == 0 && unread.is_empty() {
            self.notices.error(Topic::LeftOut, Tone::Error, errors::no_photos(left_out), None);
        } else if !left_out.is_empty() {
            let error = errors::left_out(left_out, photos);
            effects.push(Effect::DismissLater(self.notices.error(Topic::LeftOut, Tone::Info, error, None)));
        }
        effects
    }

    pub(super) fn remove(&mut self, id: u64) -> Vec<Effect> {
        let list = &self.photos.list;
        let Some(place) = list.iter().position(|photo| photo.id == id) else { return Vec::new() };
        let text = format!("{} was removed.", list[place].name);
        let neighbour = list.get(place + 1).or_else(|| list.get(place.checked_sub(1)?)).map(|photo| photo.id);
        let gone = self.photos.remove(|photo| photo.id == id, self.now_ms);
        self.removed(text, gone, neighbour)
    }

    pub(super) fn clear(&mut self) -> Vec<Effect> {
        let count = self.photos.list.len();
        if count == 0 {
            return Vec::new();
        }
        let was = if count == 1 { "was" } else { "were" };
        let gone = self.photos.remove(|_| true, self.now_ms);
        self.removed(format!("{} {was} removed.", format::photos(count)), gone, None)
    }

    fn removed(&mut self, text: String, gone: Vec<u64>, neighbour: Option<u64>) -> Vec<Effect> {
        let id = self.notices.say(Topic::Removed, Tone::Info, "removed", text, Some(Offer::Undo));
        let focus = neighbour.map_or(Focus::Offer(id), Focus::Photo);
        vec![Effect::Forget(gone), Effect::DismissLater(id), Effect::Focus(focus)]
    }

    /// A message goes; what only it could bring back goes with it.
    pub(super) fn dismiss(&mut self, id: u64) -> Vec<Effect> {
        let undo_goes = self.notices.about(Topic::Removed).is_some_and(|notice| notice.id == id);
        self.notices.dismiss(id);
        if undo_goes { vec![Effect::Forget(self.photos.forget_removed())] } else { Vec::new() }
    }

    pub(super) fn take(&mut self, offer: Offer) -> Vec<Effect> {
        match offer {
            Offer::RetryNetworks => {
                self.notices.clear(Topic::Networks);
                self.networks.listing = Listing::Loading;
                vec![Effect::FetchNetworks, Effect::Focus(Focus::Place)]
            }
            Offer::RetryWeights => {
                let key = self.networks.failed.take().unwrap_or_else(|| self.networks.wanted.clone());
                let mut effects = self.choose(&key);
                effects.push(Effect::Focus(Focus::Chooser));
                effects
            }
            Offer::Undo => {
                self.notices.clear(Topic::Removed);
                let back = self.photos.removed.first().map(|(_, photo)| photo.id);
                self.photos.undo(self.now_ms);
                vec![Effect::Focus(back.map_or(Focus::Place, Focus::Photo))]
            }
            Offer::RestartEngine => {
                self.notices.clear(Topic::Engine);
                self.engine.crashes = 0;
                let mut effects = self.restart();
                effects.push(Effect::Focus(Focus::Place));
                effects
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

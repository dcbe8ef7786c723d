//! The list of networks, and the weights of the one in use.

use super::errors::{lacking, unknown};
use crate::error::Error;
use crate::protocol::{BackboneCard, Command};
use crate::view::format;
use crate::view::networks;
use crate::view::networks::{Fetching, Listing, Loading, Own};
use crate::view::notices::{Offer, Tone, Topic};
use crate::view::state::{Effect, Focus, Life, State};
use std::rc::Rc;

impl State {
    pub(super) fn networks_listed(&mut self, cards: Vec<BackboneCard>) -> Vec<Effect> {
        self.notices.clear(Topic::Networks);
        let keep = Effect::KeepCached(cards.iter().map(|card| card.file.clone()).collect());
        let wanted = &self.networks.wanted;
        let is_own = self.networks.own.iter().any(|own| own.key == *wanted);
        // A file of a person's own that an address names was another page's.
        if !is_own && !cards.iter().any(|card| card.name == *wanted) {
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

    pub(super) fn no_networks(&mut self, error: Error) -> Vec<Effect> {
        self.networks.listing = Listing::Failed;
        self.notices.error(Topic::Networks, Tone::Error, error, Some(Offer::RetryNetworks));
        Vec::new()
    }

    pub(super) fn choose(&mut self, key: &str) -> Vec<Effect> {
        // A project may have been made with a network that is not here; the one in use stays.
        if !self.networks.cards().is_empty() && self.networks.card(key).is_none() {
            self.notices.error(Topic::Networks, Tone::Warning, lacking(key), None);
            return Vec::new();
        }
        // It is on its way already.
        if self.networks.wanted == key && self.networks.failed.is_none() {
            return self.fetch_if_needed().into_iter().collect();
        }
        self.notices.clear(Topic::Weights);
        self.networks.given = None;
        self.networks.wanted = key.to_owned();
        self.networks.failed = None;
        self.networks.fetching = None;
        let mut effects = vec![Effect::StopFetching];
        effects.extend(self.fetch_if_needed());
        effects
    }

    /// The file of the network that is wanted, unless it is in use, on its way, or could not be had.
    pub(super) fn fetch_if_needed(&mut self) -> Option<Effect> {
        let networks = &mut self.networks;
        let wanted = networks.wanted.clone();
        let on_its_way = networks.fetching.is_some()
            || networks.given.is_some()
            || networks.loading.back().is_some_and(|last| last.key == wanted);
        let possible = self.engine.life != Life::GivenUp && networks.failed.as_ref() != Some(&wanted);
        let needed = possible && !on_its_way && !networks.is_ready();
        if needed { networks.fetch(&wanted, false, self.now_ms).map(Effect::FetchWeights) } else { None }
    }

    pub(super) fn weights_arrived(&mut self, number: u64, cached: bool) -> Vec<Effect> {
        let Some(fetching) = self.networks.take_fetch(number) else { return Vec::new() };
        // Nobody would take it; the restart fetches it again.
        if self.engine.life == Life::GivenUp {
            return Vec::new();
        }
        self.networks.loading.push_back(Loading { key: fetching.key, file: fetching.file.clone(), cached });
        vec![Effect::SendWeights(number, Command::LoadBackbone { file: fetching.file, sha256: fetching.sha256 })]
    }

    pub(super) fn backbone_ready(&mut self, card: BackboneCard) -> Vec<Effect> {
        let Some(loading) = self.networks.loading.pop_front() else { return Vec::new() };
        let networks = &mut self.networks;
        if networks::is_own_key(&loading.key) {
            // A file that was just dropped becomes the wanted one only now that it is known to be good, unless something else was
            // chosen meanwhile.
            if !networks.own.iter().any(|own| own.key == loading.key) {
                networks.own.push(Own { key: loading.key.clone(), file: loading.file, card: Rc::new(card) });
                if networks.given.take_if(|given| *given == loading.key).is_some() {
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

    pub(super) fn backbone_failed(&mut self, error: Error) -> Vec<Effect> {
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
    pub(super) fn no_weights(&mut self, key: &str, error: Error) -> Vec<Effect> {
        let own = networks::is_own_key(key);
        self.networks.given.take_if(|given| given == key);
        self.notices.error(Topic::Weights, Tone::Error, error, (!own).then_some(Offer::RetryWeights));
        if !own {
            self.networks.failed = Some(key.to_owned());
        }
        self.want_the_one_before(key);
        self.fetch_if_needed().into_iter().collect()
    }

    /// A person stopped the fetch: the network before stays.
    pub(super) fn stop_fetching(&mut self) -> Vec<Effect> {
        let Some(fetching) = self.networks.fetching.take() else { return Vec::new() };
        let Fetching { key, file, received, total, .. } = fetching;
        let own = networks::is_own_key(&key);
        self.networks.given.take_if(|given| *given == key);
        if !own {
            self.networks.failed = Some(key.clone());
        }
        self.want_the_one_before(&key);
        let until_then = if self.networks.wanted == key {
            "Until then photos wait.".to_owned()
        } else {
            format!("{} stays in use.", self.networks.title(&self.networks.wanted))
        };
        let text =
            format!("{file} was stopped at {} of {}. {until_then}", format::bytes(received), format::bytes(total));
        self.notices.say(Topic::Weights, Tone::Warning, "stopped", text, (!own).then_some(Offer::RetryWeights));
        let mut effects = vec![Effect::StopFetching, Effect::Focus(Focus::Chooser)];
        effects.extend(self.fetch_if_needed());
        effects
    }

    /// A network will not come: the one in use, or on its way into the engine, is wanted instead, where there is one.
    fn want_the_one_before(&mut self, key: &str) {
        let here = &mut self.networks;
        let coming = here.loading.back().map(|loading| &loading.key);
        // A file of a person's own is wanted only once it is known to be good.
        let before = coming.filter(|coming| !networks::is_own_key(coming)).or(here.loaded.as_ref());
        if here.wanted == key
            && let Some(before) = before.filter(|before| *before != key)
        {
            here.wanted = before.clone();
        }
    }
}

//! The networks: which there are, which is wanted, on its way, and in use.
//!
//! Each has a key: its name in the registry, or `own-1`, `own-2`, … for a weight file that a person dropped.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::protocol::BackboneCard;

/// The network that a page opened without a choice begins with.
pub const DEFAULT: &str = "mobilenet-v2";

/// Seconds after which a rate means something.
const SOON: f64 = 0.2;

/// The key of the `number`th weight file that a person gave.
pub fn own_key(number: usize) -> String {
    format!("own-{number}")
}

/// The number in such a key; `None` for a name of the registry.
pub fn own_number(key: &str) -> Option<usize> {
    key.strip_prefix("own-")?.parse().ok()
}

/// Is this such a key?
pub fn is_own_key(key: &str) -> bool {
    own_number(key).is_some()
}

/// What `models/index.json` says.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Listing {
    /// It is on its way.
    #[default]
    Loading,
    /// The networks that can be fetched.
    Ready(Rc<Vec<BackboneCard>>),
    /// It is missing or malformed; a message says more.
    Failed,
}

/// A weight file of a person's own that the engine took.
#[derive(Debug, Clone, PartialEq)]
pub struct Own {
    /// `own-1`, …
    pub key: String,
    /// The file's name.
    pub file: String,
    /// What the file says of itself.
    pub card: Rc<BackboneCard>,
}

impl Own {
    /// What people call it.
    pub fn title(&self) -> String {
        format!("own file: {}", self.file)
    }
}

/// A weight file on its way to the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetching {
    /// Tells an answer that is still wanted from one that is not.
    pub number: u64,
    /// The network's key.
    pub key: String,
    /// The file's name.
    pub file: String,
    /// Its checksum, where the registry gives one.
    pub sha256: Option<String>,
    /// Bytes here already.
    pub received: u64,
    /// Bytes in all; 0 while unknown.
    pub total: u64,
    /// When it began, milliseconds on the page's clock.
    pub started_ms: f64,
    /// The browser's copy was refused, so that it must come from the server.
    pub past_cache: bool,
}

impl Fetching {
    /// The part that is here, 0–1; 0 while the whole is unknown.
    pub fn share(&self) -> f64 {
        if self.total > 0 { (self.received as f64 / self.total as f64).min(1.0) } else { 0.0 }
    }

    /// Bytes a second so far; `None` while that is not known.
    pub fn rate(&self, now_ms: f64) -> Option<f64> {
        let seconds = (now_ms - self.started_ms) / 1000.0;
        (seconds > SOON && self.received > 0).then(|| self.received as f64 / seconds)
    }

    /// Seconds left, at the rate so far.
    pub fn seconds_left(&self, now_ms: f64) -> Option<f64> {
        self.rate(now_ms).map(|rate| self.total.saturating_sub(self.received) as f64 / rate)
    }
}

/// A weight file on its way into the engine.
#[derive(Debug, Clone, PartialEq)]
pub struct Loading {
    /// The network's key.
    pub key: String,
    /// The file's name.
    pub file: String,
    /// It came from the browser's cache, so that one from the server may yet be good.
    pub cached: bool,
}

/// All about networks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Networks {
    /// What can be fetched.
    pub listing: Listing,
    /// Dropped files that the engine took.
    pub own: Vec<Own>,
    /// The key of the one that a person wants; empty before the list has come.
    pub wanted: String,
    /// The key of the one in use.
    pub loaded: Option<String>,
    /// The one that is on its way to the page.
    pub fetching: Option<Fetching>,
    /// Those on their way into the engine, in the order sent.
    pub loading: VecDeque<Loading>,
    /// The key of a file that a person gave and that is not in use yet: it goes before the one that is wanted otherwise.
    pub given: Option<String>,
    /// The key of the one that could not be had, for another try.
    pub failed: Option<String>,
    counter: u64,
}

impl Networks {
    /// The networks that can be fetched; none while the list is not here.
    pub fn cards(&self) -> &[BackboneCard] {
        match &self.listing {
            Listing::Ready(cards) => cards,
            Listing::Loading | Listing::Failed => &[],
        }
    }

    /// What is known about a network; for a file of a person's own, what it says of itself.
    pub fn card(&self, key: &str) -> Option<&BackboneCard> {
        let own = self.own.iter().find(|own| own.key == key).map(|own| &*own.card);
        own.or_else(|| self.cards().iter().find(|card| card.name == key))
    }

    /// What people call a network; its key where it is not known.
    pub fn title(&self, key: &str) -> String {
        let own = self.own.iter().find(|own| own.key == key).map(Own::title);
        own.or_else(|| self.card(key).map(|card| card.title.clone())).unwrap_or_else(|| key.to_owned())
    }

    /// What is known about the network in use.
    pub fn loaded_card(&self) -> Option<&BackboneCard> {
        self.card(self.loaded.as_deref()?)
    }

    /// Is the network that is wanted in use, and nothing else on its way into the engine?
    pub fn is_ready(&self) -> bool {
        self.loaded.as_deref() == Some(self.wanted.as_str()) && self.loading.is_empty()
    }

    /// Begins to fetch a network from the registry or, by its key, a file of a person's own; takes the place of what was being fetched.
    pub fn fetch(&mut self, key: &str, past_cache: bool, now_ms: f64) -> Option<Fetching> {
        let own = self.own.iter().find(|own| own.key == key).map(|own| (own.file.clone(), None, own.card.bytes));
        let (file, sha256, total) = own.or_else(|| {
            let card = self.cards().iter().find(|card| card.name == key)?;
            Some((card.file.clone(), Some(card.sha256.clone()), card.bytes))
        })?;
        Some(self.begin(key.to_owned(), file, sha256, total, past_cache, now_ms))
    }

    /// Begins to read a file that was just dropped.
    pub fn fetch_own(&mut self, key: String, file: String, total: u64, now_ms: f64) -> Fetching {
        self.begin(key, file, None, total, false, now_ms)
    }

    /// The answer to a fetch has come: gives what was asked, unless it is wanted no more.
    pub fn take_fetch(&mut self, number: u64) -> Option<Fetching> {
        self.fetching.take_if(|fetching| fetching.number == number)
    }

    fn begin(
        &mut self,
        key: String,
        file: String,
        sha256: Option<String>,
        total: u64,
        past_cache: bool,
        now_ms: f64,
    ) -> Fetching {
        self.counter += 1;
        let fetching =
            Fetching { number: self.counter, key, file, sha256, received: 0, total, started_ms: now_ms, past_cache };
        self.fetching = Some(fetching.clone());
        fetching
    }
}

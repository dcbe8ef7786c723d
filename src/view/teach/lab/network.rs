//! Runs of another pretrained network: it comes into use for them, the photos are embedded by it, and afterwards the one from before is back.

use std::rc::Rc;

use super::{Lab, Outcome, Queued};
use crate::error::{Error, ErrorKind};
use crate::lab::Entry;
use crate::view::networks::{Networks, is_own_key};
use crate::view::teach::training::Phase;
use crate::view::teach::{Around, Teach, TeachEffect, keep};

/// A network on its way into use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// Its key.
    pub network: String,
    /// The page has begun to fetch it.
    pub is_under_way: bool,
}

/// How far the network of a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    OnItsWay,
    /// To be asked for.
    Elsewhere,
    /// It cannot be had.
    Refused,
    /// It was on its way, and a person chose another.
    Unwanted,
}

/// What a run's network asks for.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "it is looked at once")]
pub(super) enum Step {
    /// It is in use: the run can begin.
    Begin,
    /// This is to be done.
    Ask(TeachEffect),
    /// It is on its way, or not wanted any more.
    Wait,
    /// It cannot be had, and the run is over.
    Skip,
}

impl Lab {
    /// The run to begin next: one that the network in use serves, so that networks change as seldom as may be.
    pub(super) fn next(&self, networks: &Networks) -> Option<u32> {
        let serves = |queued: &&Rc<Queued>| queued.entry.needs(networks).is_none();
        self.waiting().find(serves).or_else(|| self.waiting().next()).map(|queued| queued.id)
    }
}

impl Entry {
    /// The network that must come into use for this run first.
    fn needs(&self, networks: &Networks) -> Option<&str> {
        self.backbone.as_deref().filter(|key| networks.loaded.as_deref() != Some(key) || !networks.is_ready())
    }
}

impl Teach {
    /// Brings the network of a run into use.
    pub(super) fn bring_network_of(&mut self, id: u32, around: &Around) -> Step {
        let needed = self.lab.entry(id).and_then(|queued| queued.entry.needs(around.networks).map(str::to_owned));
        let Some(key) = needed.as_deref() else {
            self.lab.coming = None;
            return Step::Begin;
        };
        match self.presence(key, around.networks) {
            Presence::OnItsWay => Step::Wait,
            Presence::Refused => {
                self.lab.coming = None;
                self.came_to(id, Outcome::Failed(Rc::new(missing(key))));
                Step::Skip
            }
            Presence::Unwanted => {
                self.end_for_another();
                Step::Wait
            }
            Presence::Elsewhere => {
                self.lab.home.get_or_insert_with(|| around.networks.wanted.clone());
                self.lab.coming = Some(Coming { network: key.to_owned(), is_under_way: false });
                Step::Ask(choose(key.to_owned()))
            }
        }
    }

    /// When no run is left, the network from before comes back.
    pub(super) fn back_home(&mut self, around: &Around) -> Option<TeachEffect> {
        if self.lab.on || self.lab.current.is_some() || !around.networks.is_ready() {
            return None;
        }
        self.lab.coming = None;
        let home = self.lab.home.take()?;
        self.revision += 1;
        let is_away = around.networks.loaded.as_ref() != Some(&home) && around.networks.card(&home).is_some();
        is_away.then(|| choose(home))
    }

    /// Where a person chose another network for the page while a run of one was under way, that run ends, and the others wait to be asked for.
    pub(in crate::view::teach) fn lab_network_follows(&mut self, around: &Around) {
        let run = self.lab.current.and_then(|id| self.lab.entry(id));
        let Some(key) = run.and_then(|queued| queued.entry.backbone.as_deref()) else { return };
        let wanted = around.networks.wanted.as_str();
        if matches!(self.training.phase, Phase::Waiting { .. }) && !wanted.is_empty() && wanted != key {
            self.do_not_wait();
            self.lab.current = None;
            self.end_for_another();
        }
    }

    fn end_for_another(&mut self) {
        self.lab.on = false;
        self.lab.searching = false;
        (self.lab.coming, self.lab.home) = (None, None);
        self.lab.problem = Some(
            "Another network was chosen, so that the runs were stopped. Run goes on with those that wait.".to_owned(),
        );
        self.revision += 1;
    }

    fn presence(&mut self, key: &str, networks: &Networks) -> Presence {
        let coming = self.lab.coming.as_mut().filter(|coming| coming.network == key);
        if networks.wanted == key {
            coming.into_iter().for_each(|coming| coming.is_under_way = true);
            return Presence::OnItsWay;
        }
        match coming {
            _ if networks.card(key).is_none() => Presence::Refused,
            // The page hears a moment later what was asked of it.
            Some(coming) if !coming.is_under_way => Presence::OnItsWay,
            Some(_) if is_own_key(key) || networks.failed.as_deref() == Some(key) => Presence::Refused,
            Some(_) => Presence::Unwanted,
            None => Presence::Elsewhere,
        }
    }
}

fn choose(name: String) -> TeachEffect {
    TeachEffect::Keep(keep::Effect::Choose { name, gently: false })
}

fn missing(key: &str) -> Error {
    Error::new(
        ErrorKind::Registry,
        "The network of this run",
        format!("“{key}” among the networks of this page"),
        "that it cannot be had",
        "Choose it above to see why, or take the run out; Run tries it again.",
    )
}

//! How far the runs are, and how long they may still take.

use super::{Lab, Outcome, Queued};
use crate::lab::Entry;
use crate::project::TrainSettings;
use crate::protocol::Ended;
use crate::view::format;
use crate::view::networks::Networks;
use crate::view::teach::Teach;
use crate::view::teach::training::Training;
use crate::view::teach::training::run::Run;

/// Classes that are named; the rest is counted.
const NAMED: usize = 6;

impl Teach {
    /// "99 photos: Ants 48, Bees 51"; `None` where there are not two classes with photos.
    pub fn lab_data(&self) -> Option<String> {
        let mut counts = vec![0_usize; self.project.classes.len()];
        for (_, place) in self.of_classes() {
            counts[place] += 1;
        }
        let classes = self.project.classes.iter().zip(&counts).filter(|(_, count)| **count > 0);
        let mut parts: Vec<String> = classes.map(|(class, count)| format!("{} {count}", class.name)).collect();
        if parts.len() < 2 {
            return None;
        }
        if parts.len() > NAMED {
            let more = parts.len() - NAMED;
            parts.truncate(NAMED);
            parts.push(format!("and {more} more classes"));
        }
        Some(format!("{}: {}", format::photos(counts.iter().sum()), parts.join(", ")))
    }
}

/// How long it may still take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Left {
    /// Seconds of the runs whose pace is known.
    pub seconds: f64,
    /// Is the pace of every run known?
    pub is_all: bool,
}

impl Lab {
    /// How far the list is, 0–1.
    pub fn share(&self, training: &Training) -> f64 {
        let over = self.entries.iter().filter(|queued| queued.outcome != Outcome::Waiting).count() as f64;
        let current = self.live(training).map_or(0.0, |run| run.progress());
        (over + current) / self.entries.len().max(1) as f64
    }

    /// The run in progress.
    pub fn live<'a>(&self, training: &'a Training) -> Option<&'a Run> {
        let id = self.current?;
        training.runs.iter().find(|run| run.lab == Some(id)).map(|run| &**run)
    }

    /// How long it may still take: the run in progress at its pace, the others at that of one like them.
    pub fn left(&self, training: &Training) -> Left {
        let mut left = Left { seconds: 0.0, is_all: !self.searching };
        if self.current.is_some() {
            match self.live(training).and_then(Run::seconds_left) {
                Some(seconds) => left.seconds += seconds,
                None => left.is_all = false,
            }
        }
        for queued in self.waiting() {
            match self.seconds_of(&queued.entry, training) {
                Some(seconds) => left.seconds += seconds,
                None => left.is_all = false,
            }
        }
        left
    }

    /// What a run takes by the newest one of the same network and way, seconds; `None` as long as no such run is known.
    fn seconds_of(&self, entry: &Entry, training: &Training) -> Option<f64> {
        let current = self.current.and_then(|id| self.entry(id)).filter(|queued| is_like(&queued.entry, entry));
        let live = self.live(training).filter(|_| current.is_some());
        let of_live = live.and_then(|run| run.pace().seconds_of(&entry.settings));
        let mut done = self.entries.iter().rev().filter_map(|queued| match &queued.outcome {
            Outcome::Done(record) if is_like(&queued.entry, entry) => record.pace().seconds_of(&entry.settings),
            _ => None,
        });
        of_live.or_else(|| done.next())
    }

    /// "MobileNetV1 0.25 comes into use for the next run, and the photos are looked at by it."
    pub fn coming_line(&self, networks: &Networks) -> Option<String> {
        let coming = self.coming.as_ref().filter(|_| self.on)?;
        let title = networks.title(&coming.network);
        Some(format!("{title} comes into use for the next run, and the photos are looked at by it."))
    }

    /// "Run 2 of 6: Last 3 blocks, seed 0 · epoch 4 of 10 · about 3 min 20 s left in all".
    pub fn line(&self, training: &Training) -> Option<String> {
        let id = self.current?;
        let place = self.entries.iter().position(|queued| queued.id == id)?;
        let entry = &self.entries[place].entry;
        let mut parts =
            vec![format!("Run {} of {}: {}, seed {}", place + 1, self.entries.len(), entry.name, entry.settings.seed)];
        let live = self.live(training);
        let preparing =
            training.preparing.as_ref().filter(|preparing| live.is_some_and(|run| run.number == preparing.run));
        match (preparing, live.and_then(Run::newest)) {
            (Some(preparing), _) => parts.push(preparing.words()),
            (None, Some(row)) => {
                parts.push(format!("epoch {} of {}", row.epoch, all_epochs(&entry.settings).max(row.epoch)))
            }
            (None, None) if live.is_some() => parts.push("the first epoch is under way".to_owned()),
            (None, None) => parts.push("begins when photos, engine and network are ready".to_owned()),
        }
        let left = self.left(training);
        if left.seconds > 0.0 {
            let about = if left.is_all { "about" } else { "more than" };
            parts.push(format!("{about} {} left in all", format::duration(left.seconds)));
        }
        Some(parts.join(" · "))
    }

    /// What a screen reader is told: which run is under way, and that all are over.
    pub fn announcement(&self) -> String {
        match self.current.and_then(|id| self.entries.iter().position(|queued| queued.id == id)) {
            Some(place) => {
                format!("Run {} of {} is under way: {}.", place + 1, self.entries.len(), self.entries[place].entry.name)
            }
            None if !self.entries.is_empty() && self.waiting().next().is_none() => "All runs are over.".to_owned(),
            None => String::new(),
        }
    }
}

impl Queued {
    /// What became of it: "waits", "98.20 % at epoch 12", "went wrong".
    pub fn state(&self, current: Option<u32>) -> String {
        match &self.outcome {
            Outcome::Waiting if current == Some(self.id) => "under way".to_owned(),
            Outcome::Waiting => "waits".to_owned(),
            Outcome::Failed(_) => "went wrong".to_owned(),
            Outcome::Done(record) => {
                let came_to = match record.best() {
                    Some((epoch, accuracy)) => format!("{:.2}\u{a0}% at epoch {epoch}", 100.0 * accuracy),
                    None if record.rows.len() <= record.settings.head_epochs() => {
                        "over; it was stopped before a block was trained".to_owned()
                    }
                    None => "over; nothing was held out".to_owned(),
                };
                if record.ended == Ended::Failed { format!("{came_to}, then went wrong") } else { came_to }
            }
        }
    }

    /// `data-state` on the page.
    pub fn word(&self, current: Option<u32>) -> &'static str {
        match &self.outcome {
            Outcome::Waiting if current == Some(self.id) => "running",
            Outcome::Waiting => "waiting",
            Outcome::Failed(_) => "failed",
            Outcome::Done(_) => "done",
        }
    }
}

fn is_like(one: &Entry, other: &Entry) -> bool {
    let (ours, theirs) = (&one.settings, &other.settings);
    one.backbone == other.backbone && ours.way == theirs.way && ours.shots == theirs.shots
}

/// Epochs in all, those of the head alone included.
fn all_epochs(settings: &TrainSettings) -> usize {
    settings.epochs + settings.head_epochs()
}

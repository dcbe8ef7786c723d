//! What is said of a run in progress.

use super::run::{self, Run};
use super::{Phase, Training};
use crate::architecture::Design;
use crate::view::format;

impl Run {
    /// "epoch 18 of 50 · 2 s · 99.0 % / 95.4 %": training and validation accuracy of the newest row.
    pub fn line(&self) -> Option<String> {
        let row = self.newest()?;
        let of = if self.summary.is_some() { row.epoch } else { self.epochs().max(row.epoch) };
        let accuracy = match row.val_accuracy {
            Some(_) => format!("{} / {}", run::accuracy(Some(row.train_accuracy)), run::accuracy(row.val_accuracy)),
            None => run::accuracy(Some(row.train_accuracy)),
        };
        let seconds = self.summary.as_ref().map_or(row.seconds, |summary| summary.seconds);
        Some(format!("epoch {} of {of} · {} · {accuracy}", row.epoch, seconds_words(seconds)))
    }

    /// What came of it: "Epoch 34 is kept: 95.4 % of the photos held out are right."
    pub fn outcome(&self) -> Option<String> {
        let Some(summary) = &self.summary else {
            return Some(format!("It was cut off after epoch {}; its head is not kept.", self.newest()?.epoch));
        };
        let (best, all) = (summary.best_epoch, summary.epochs);
        let kept = match best {
            0 => format!("No epoch of {all} was better than the network from before, which stays in use"),
            best if best == all => format!("Epoch {best} of {all} is in use"),
            best => format!("Epoch {best} of {all} was the best; it is the one in use"),
        };
        Some(match summary.val_accuracy.or_else(|| self.best()?.val_accuracy) {
            Some(value) => format!("{kept}: {} of the photos held out are right.", format::percent(value)),
            None => format!("{kept}. No photo was held out to check it."),
        })
    }

    /// Share of the epochs that are trained, 0–1.
    pub fn progress(&self) -> f64 {
        self.newest().map_or(0.0, |row| row.epoch as f64 / self.epochs().max(row.epoch) as f64)
    }

    /// Seconds until all epochs are trained at the pace so far; early stopping may end it sooner.
    pub fn seconds_left(&self) -> Option<f64> {
        let row = self.newest()?;
        // The head alone is quick; what the blocks take is known once they are trained.
        if row.epoch <= self.head_first() && self.head_first() > 0 {
            return None;
        }
        let left = self.epochs().saturating_sub(row.epoch);
        Some(self.pace().seconds_an_epoch()? * left as f64)
    }
}

/// "43 ms", "0.4 s", "12 s", "1 min 20 s".
pub fn seconds_words(seconds: f64) -> String {
    match seconds {
        _ if seconds < 0.0995 => format::milliseconds(seconds * 1000.0),
        _ if seconds < 9.95 => format!("{seconds:.1}\u{a0}s"),
        _ => format::duration(seconds),
    }
}

impl Training {
    /// Where the run in progress, or the current one, went on after the GPU was lost; else, while it trains, that it began again as the engine was.
    pub fn resumed_words(&self) -> Option<String> {
        let run = self.live().map_or_else(|| self.current(), |live| self.run(live.run))?;
        let without_gpu = run.resumed.map(|epoch| match epoch {
            0 => "The GPU was lost; training began again from the start.".to_owned(),
            epoch => format!("The GPU was lost; training went on from the end of epoch {epoch}."),
        });
        without_gpu.or_else(|| {
            let epoch = self.begun_again.filter(|_| self.live().is_some())?;
            Some(format!(
                "The engine stopped after epoch {epoch}. What it had trained was in its memory and is gone: training began again from the start."
            ))
        })
    }

    /// What the network in use is, where it is not the backbone as it is: "Photos are judged by MobileNetV2 1.0, trained from blocks.15 on."
    pub fn own_network(&self) -> Option<String> {
        let card = self.head.as_ref()?.card.network.as_ref()?;
        let design = Design::parse(&card.design).ok()?;
        let used = card.features_at.map_or(design.blocks.len(), |at| (at + 1).min(design.blocks.len()));
        let cut = match design.blocks.get(used.wrapping_sub(1)).filter(|_| used < design.blocks.len()) {
            Some(block) => format!(" up to {}", block.name),
            None => String::new(),
        };
        let trained = match design.blocks.get(card.trained_from).filter(|_| card.trained_from < used) {
            Some(_) if card.trained_from == 0 => ", trained from end to end".to_owned(),
            Some(block) => format!(", trained from {} on", block.name),
            None => ", as it is".to_owned(),
        };
        Some(format!("Photos are judged by {}{cut}{trained}.", design.title))
    }

    /// What a screen reader is told; it changes at the quarters of a run, not at every epoch.
    pub fn announcement(&self) -> String {
        let live = match &self.phase {
            Phase::Idle => None,
            Phase::Waiting { again: Some(_), .. } => {
                return "The engine stopped; training begins again from the start when it is back.".to_owned();
            }
            Phase::Waiting { .. } => return "Training begins when everything is ready.".to_owned(),
            Phase::Running(live) => Some(live),
        };
        let Some(run) = live.map_or_else(|| self.runs.last(), |live| self.run(live.run)) else { return String::new() };
        if live.is_some_and(|live| live.paused) {
            return "Training is paused.".to_owned();
        }
        if let Some(words) = live.and_then(|_| self.resumed_words()) {
            return words;
        }
        if let (Some(preparing), true) = (&self.preparing, run.rows.is_empty()) {
            // At the quarters, as with epochs.
            let quarter = (preparing.share() * 4.0).floor() * 25.0;
            return format!("Preparing: {quarter:.0} percent of the photos.");
        }
        let accuracy = |row: &crate::protocol::EpochRow| match row.val_accuracy {
            Some(value) => format!("validation accuracy {}", format::percent(value)),
            None => format!("training accuracy {}", format::percent(row.train_accuracy)),
        };
        match (live, &run.summary) {
            (Some(_), _) => {
                let quarter = (run.progress() * 4.0).floor();
                let at = run
                    .rows
                    .iter()
                    .find(|row| (row.epoch as f64 / run.epochs().max(1) as f64 * 4.0).floor() >= quarter);
                match at {
                    Some(row) if quarter > 0.0 => {
                        format!("Epoch {} of {}: {}.", row.epoch, run.epochs(), accuracy(row))
                    }
                    _ => "Training has begun.".to_owned(),
                }
            }
            (None, Some(summary)) => {
                let best = run.best().map(accuracy).unwrap_or_default();
                let (all, epoch) = (summary.epochs, summary.best_epoch);
                match epoch {
                    0 => format!("Training is over after {all} epochs; the network from before stays in use."),
                    _ => format!("Training is over after {all} epochs; epoch {epoch} was kept: {best}."),
                }
            }
            (None, None) => String::new(),
        }
    }
}

/// A row's four numbers for `data-*`, fractions 0–1 and natural logarithms: training accuracy, validation accuracy, training loss, validation loss.
pub fn data(row: &crate::protocol::EpochRow) -> [Option<String>; 4] {
    [
        Some(row.train_accuracy.to_string()),
        row.val_accuracy.map(|value| value.to_string()),
        Some(row.train_loss.to_string()),
        row.val_loss.map(|value| value.to_string()),
    ]
}

/// What stands in the table behind the curves: epoch, accuracies, losses; training before validation.
pub fn cells(row: &crate::protocol::EpochRow) -> [String; 5] {
    [
        row.epoch.to_string(),
        run::accuracy(Some(row.train_accuracy)),
        run::accuracy(row.val_accuracy),
        run::loss(Some(row.train_loss)),
        run::loss(row.val_loss),
    ]
}

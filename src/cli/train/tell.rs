//! What `graft train` says, for people and for programs.

use std::io::IsTerminal;

use serde::Serialize;

use super::workbench::{Given, Told};
use crate::cli::say::{note, say};
use crate::protocol::{EpochRow, Preparing, SplitReport};

/// The last line.
#[derive(Debug, Serialize)]
pub struct Summary {
    best_epoch: usize,
    val_accuracy: Option<f32>,
    classes: usize,
    train_samples: usize,
    val_samples: usize,
    /// Numbers in the network: backbone and head.
    parameters: usize,
    /// Of these, how many were trained.
    trainable: usize,
    seconds: f64,
}

impl Summary {
    pub fn of(given: &Given<'_>) -> Self {
        let trained = &given.outcome.summary;
        Self {
            best_epoch: trained.best_epoch,
            val_accuracy: trained.val_accuracy,
            classes: given.data.classes.len(),
            train_samples: given.split.training.len(),
            val_samples: given.split.validation.len(),
            parameters: given.parameters(),
            trainable: trained.trainable,
            seconds: trained.seconds,
        }
    }
}

/// Says what happens.
pub fn tell(told: &Told<'_>, json: bool) {
    match told {
        Told::Split(report) => split(report, json),
        Told::Note(note) => note!("{note}"),
        Told::Epoch(row) => epoch(row, json),
        Told::Preparing(stage, done, total) => {
            if std::io::stderr().is_terminal() {
                let what = match stage {
                    Preparing::Photos => "photos decoded",
                    Preparing::Features => "photos through the frozen blocks",
                    Preparing::Judging => "photos judged",
                };
                eprint!("\r{done} of {total} {what}");
                if done == total {
                    note!("");
                }
            }
        }
    }
}

fn split(split: &SplitReport, json: bool) {
    for note in &split.notes {
        note!("{note}");
    }
    for (class, size) in &split.cut {
        note!(
            "{size} photos of “{class}” are near-duplicates of one another: too many to keep on one side, so they were cut by likeness."
        );
    }
    if !json {
        let (training, held_out) = (split.training.len(), split.validation.len());
        say!(
            "{training} photos to train on, {held_out} held out; {} groups of near-duplicates kept together",
            split.groups
        );
        say!("epoch  train loss  accuracy    val loss  accuracy  seconds");
    }
}

fn epoch(row: &EpochRow, json: bool) {
    if json {
        say!("{}", serde_json::json!(row));
        return;
    }
    let loss = |loss: Option<f32>| loss.map_or("–".into(), |loss| format!("{loss:.4}"));
    let share = |share: Option<f32>| share.map_or("–".into(), |share| format!("{:.1} %", 100.0 * share));
    say!(
        "{:>5}  {:>10}  {:>8}  {:>10}  {:>8}  {:>7.2}",
        row.epoch,
        loss(Some(row.train_loss)),
        share(Some(row.train_accuracy)),
        loss(row.val_loss),
        share(row.val_accuracy),
        row.seconds
    );
}

pub fn summary(summary: &Summary, json: bool) {
    if json {
        say!("{}", serde_json::json!(summary));
        return;
    }
    match summary.val_accuracy {
        Some(accuracy) => {
            say!("best: epoch {}, {:.1} % of the held-out photos right", summary.best_epoch, 100.0 * accuracy)
        }
        None => say!("best: epoch {}; nothing was held out to test it", summary.best_epoch),
    }
    say!(
        "{} classes, {} of {} numbers trained, {:.2} s",
        summary.classes,
        summary.trainable,
        summary.parameters,
        summary.seconds
    );
}

//! A run: one training, with everything that is shown of it afterwards.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::lab::Pace;
use crate::project::{HeadKind, OptimizerKind, SampleId, Schedule, SplitKind, TrainSettings, Way};
use crate::protocol::{DeviceKind, Ended, EpochRow, SplitReport, TrainSummary};
use crate::view::format;

use super::way;

/// Who was on which side of the split, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sides {
    /// How they were told apart.
    pub kind: SplitKind,
    /// Photos trained on.
    pub training: usize,
    /// Photos held out.
    pub validation: usize,
    /// Groups of near-duplicates that were kept on one side.
    pub groups: usize,
    /// Groups that were too large to stay whole: the class's name and how many photos the group had.
    pub cut: Vec<(String, usize)>,
    /// What a person should know. Full sentences.
    pub notes: Vec<String>,
    /// Held-out photos that the head which this run went on from had been trained on.
    pub seen_before: usize,
}

impl Sides {
    /// The numbers of a report.
    pub fn of(split: &SplitReport) -> Self {
        Self {
            kind: split.kind,
            training: split.training.len(),
            validation: split.validation.len(),
            groups: split.groups,
            cut: split.cut.clone(),
            notes: split.notes.clone(),
            seen_before: 0,
        }
    }
}

/// One training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Counts from 1; the engine knows it by this.
    pub number: u32,
    /// As the person named it; "Run 3" at first.
    pub name: String,
    /// How it was trained.
    pub settings: TrainSettings,
    /// Did it go on from the head before?
    #[serde(default)]
    pub went_on: bool,
    /// The run beside which this one shows what a careless random split would claim; its head is not kept.
    #[serde(default)]
    pub careless_of: Option<u32>,
    /// The Lab's entry that this is the run of: the Lab takes it when it is over.
    #[serde(default)]
    pub lab: Option<u32>,
    /// The backbone's name.
    #[serde(default)]
    pub backbone: String,
    /// Tells the data of runs apart: [`crate::lab::fingerprint()`]; empty: not known.
    #[serde(default)]
    pub data: String,
    /// Where it was trained, to the end.
    #[serde(default)]
    pub device: Option<DeviceKind>,
    /// Where it began, if that was lost on the way and the epochs before stayed.
    #[serde(default)]
    pub began_on: Option<DeviceKind>,
    /// Who was on which side; `None` before the engine began.
    #[serde(default)]
    pub sides: Option<Sides>,
    /// All epochs, in order.
    #[serde(default)]
    pub rows: Vec<EpochRow>,
    /// What it came to; `None` while it trains, and where it was cut off.
    #[serde(default)]
    pub summary: Option<TrainSummary>,
    /// Photos that could not be used, though they were embedded before; the errors are about their names.
    #[serde(default)]
    pub left_out: Vec<(SampleId, Error)>,
    /// The GPU was lost, and it went on from the end of this epoch; 0: from the start.
    #[serde(default)]
    pub resumed: Option<usize>,
    /// Are its curves drawn when it is not the newest?
    #[serde(default = "yes")]
    pub visible: bool,
}

fn yes() -> bool {
    true
}

impl Run {
    /// The newest row.
    pub fn newest(&self) -> Option<&EpochRow> {
        self.rows.last()
    }

    /// The row of an epoch.
    pub fn row(&self, epoch: usize) -> Option<&EpochRow> {
        let place = self.rows.binary_search_by_key(&epoch, |row| row.epoch).ok()?;
        self.rows.get(place)
    }

    /// The best epoch: the one whose head was kept, or while it trains the one of the lowest validation loss so far; the newest where nothing is held out.
    /// `None` before the first, and where the network from before stayed in use.
    pub fn best(&self) -> Option<&EpochRow> {
        if self.summary.as_ref().is_some_and(|summary| summary.best_epoch == 0) {
            return None;
        }
        if let Some(row) = self.summary.as_ref().and_then(|summary| self.row(summary.best_epoch)) {
            return Some(row);
        }
        let losses = self.rows.iter().filter_map(|row| Some((row, row.val_loss.filter(|loss| loss.is_finite())?)));
        // The first of equals, as the engine has it.
        losses.reduce(|best, next| if next.1 < best.1 { next } else { best }).map(|(row, _)| row).or(self.newest())
    }

    /// Takes in new rows; an epoch that is there already is trained anew, and what came after it with it.
    pub fn add_rows(&mut self, rows: Vec<EpochRow>) {
        for row in rows {
            while self.rows.last().is_some_and(|last| last.epoch >= row.epoch) {
                self.rows.pop();
            }
            self.rows.push(row);
        }
    }

    /// A photo could not be used; one that is asked for again is told once.
    pub fn leave_out(&mut self, sample: SampleId, error: Error) {
        if !self.left_out.iter().any(|(known, _)| *known == sample) {
            self.left_out.push((sample, error));
        }
    }

    /// "2 photos were left out"; `None` where none was.
    pub fn left_out_words(&self) -> Option<String> {
        match self.left_out.len() {
            0 => None,
            1 => Some("1\u{a0}photo was left out".to_owned()),
            count => Some(format!("{count}\u{a0}photos were left out")),
        }
    }

    /// Why it went wrong after a first epoch.
    pub fn failed(&self) -> Option<&Error> {
        self.summary.as_ref()?.failed.as_ref()
    }

    /// It was trained on this device to the end; `resumed`: the epoch from the end of which it went on when another was lost.
    pub fn ended_on(&mut self, device: Option<DeviceKind>, resumed: Option<usize>) {
        let last = self.newest().map_or(0, |row| row.epoch);
        // From the start it was trained here alone; after its last epoch it was only judged here.
        match resumed {
            Some(epoch) if epoch >= last => {}
            Some(epoch) if epoch > 0 && device != self.device => {
                self.began_on = self.device;
                self.device = device.or(self.device);
            }
            _ => self.device = device.or(self.device),
        }
    }

    /// How many epochs the horizontal axis must hold: all that are to come while it trains, then those that came.
    pub fn span(&self) -> usize {
        match self.summary {
            Some(_) => self.newest().map_or(1, |row| row.epoch),
            None => self.epochs().max(self.newest().map_or(1, |row| row.epoch)),
        }
    }

    /// Epochs to come in all: those of the head alone first, where blocks are trained after it.
    pub fn epochs(&self) -> usize {
        self.settings.epochs + self.head_first()
    }

    /// Epochs of the head alone before the blocks.
    pub fn head_first(&self) -> usize {
        self.settings.head_epochs()
    }

    /// What takes how long.
    pub fn pace(&self) -> Pace<'_> {
        Pace::of(&self.settings, &self.rows)
    }

    /// How it ended, in a word or two; empty where all epochs were trained.
    pub fn ended_words(&self) -> &'static str {
        match self.summary.as_ref().map(|summary| summary.ended) {
            Some(Ended::Done) => "",
            Some(Ended::Early) => "stopped early: no better epoch for a while",
            Some(Ended::Stopped) => "stopped by you",
            Some(Ended::Failed) => "went wrong after that",
            None => "cut off",
        }
    }

    /// What sets it apart from a run with the defaults: "SGD", "hidden layer of 64", "went on". How many epochs is said elsewhere.
    pub fn differences(&self) -> Vec<String> {
        let (now, usual) = (&self.settings, TrainSettings::suited_to(self.settings.way.clone()));
        let mut words = Vec::new();
        let mut add = |differs: bool, text: String| {
            if differs {
                words.push(text);
            }
        };
        add(now.way != Way::Frozen, way::words(&now.way).unwrap_or_default());
        add(now.features_at.is_some(), "features of an earlier block".to_owned());
        add(!now.augmentation.is_off(), "augmented".to_owned());
        add(self.went_on, "went on".to_owned());
        if let HeadKind::Hidden { units, dropout } = now.head {
            add(true, format!("hidden layer of {units}"));
            add(dropout > 0.0, format!("dropout {}", number(dropout)));
        }
        add(now.optimizer != usual.optimizer, optimizer(now.optimizer).to_owned());
        add(now.learning_rate != usual.learning_rate, format!("learning rate {}", number(now.learning_rate)));
        add(now.lr_factor != usual.lr_factor, format!("factor {}", number(now.lr_factor)));
        add(now.schedule != usual.schedule, schedule(now.schedule).to_owned());
        add(now.warm_up != usual.warm_up, format!("warm-up {}", number(now.warm_up)));
        add(now.clip.is_some(), "clipped gradients".to_owned());
        add(now.head_first != usual.head_first && !self.went_on, format!("head first {}", now.head_first));
        let has_momentum = now.optimizer == OptimizerKind::Sgd;
        add(has_momentum && now.momentum != usual.momentum, format!("momentum {}", number(now.momentum)));
        add(now.weight_decay != usual.weight_decay, format!("weight decay {}", number(now.weight_decay)));
        add(now.batch != usual.batch, format!("batch {}", now.batch));
        add(now.label_smoothing != usual.label_smoothing, format!("label smoothing {}", number(now.label_smoothing)));
        add(now.class_weights, "class weights".to_owned());
        let patience = now.patience.map_or("no early stopping".to_owned(), |epochs| format!("patience {epochs}"));
        add(now.patience != usual.patience, patience);
        add(now.split != usual.split, split(now.split).to_owned());
        let share = format!("{}\u{a0}% held out", number(now.validation * 100.0));
        add(now.shots.is_none() && now.validation > 0.0 && now.validation != usual.validation, share);
        add(now.shots.is_none() && now.validation == 0.0, "nothing held out".to_owned());
        add(now.shots.is_some(), now.shots.map(a_class).unwrap_or_default());
        add(now.seed != usual.seed, format!("seed {}", now.seed));
        words
    }
}

/// An optimizer's name as papers have it.
pub fn optimizer(kind: OptimizerKind) -> &'static str {
    match kind {
        OptimizerKind::Adam => "Adam",
        OptimizerKind::AdamW => "AdamW",
        OptimizerKind::Sgd => "SGD",
    }
}

/// A schedule's name.
pub fn schedule(kind: Schedule) -> &'static str {
    match kind {
        Schedule::Constant => "constant rate",
        Schedule::Step { .. } => "stepped rate",
        Schedule::Cosine => "cosine",
        Schedule::OneCycle => "one cycle",
    }
}

/// A split's name.
pub fn split(kind: SplitKind) -> &'static str {
    match kind {
        SplitKind::Honest => "honest split",
        SplitKind::Random => "random split",
    }
}

/// A setting's number without the noise of its 32 bits: 0.001, 0.05, 12.5.
pub fn number(value: f32) -> String {
    // The shortest decimal that reads back as the same f32; a product such as 0.2 × 100 is rounded first.
    let rounded = (f64::from(value) * 1e7).round() / 1e7;
    if (f64::from(value) - rounded).abs() < 1e-6 * f64::from(value).abs() {
        format!("{}", rounded as f32)
    } else {
        format!("{value}")
    }
}

/// The settings in one line: "Linear head · Adam · 50 epochs · honest split 80/20".
pub fn in_one_line(settings: &TrainSettings) -> String {
    let head = match settings.head {
        HeadKind::Linear => "Linear head".to_owned(),
        HeadKind::Hidden { units, .. } => format!("Hidden layer of {units}"),
    };
    let epochs = match settings.epochs {
        epochs if settings.head_epochs() > 0 => format!("{} + {epochs} epochs", settings.head_epochs()),
        1 => "1 epoch".to_owned(),
        epochs => format!("{epochs} epochs"),
    };
    let augmented = if settings.augmentation.is_off() { "" } else { " · augmented" };
    let held = (settings.validation * 100.0).round();
    let split = match settings.shots {
        Some(shots) => format!("{}, {}", split(settings.split), a_class(shots)),
        None if held > 0.0 => format!("{} {}/{held}", split(settings.split), 100.0 - held),
        None => "nothing held out".to_owned(),
    };
    format!("{head} · {} · {epochs} · {split}{augmented}", optimizer(settings.optimizer))
}

/// "10 photos a class".
fn a_class(shots: usize) -> String {
    format!("{} a class", format::photos(shots))
}

/// What is said of a number that is none: training that has gone astray.
const NO_NUMBER: &str = "not a number";

/// "95.4 %", or a dash where there is none.
pub fn accuracy(value: Option<f32>) -> String {
    match value {
        Some(value) if value.is_finite() => format::percent(value),
        Some(_) => NO_NUMBER.to_owned(),
        None => "–".to_owned(),
    }
}

/// Three digits that count: "1.234", "0.132", "0.0123"; a dash where there is none.
pub fn loss(value: Option<f32>) -> String {
    let Some(value) = value else { return "–".to_owned() };
    if !value.is_finite() {
        return NO_NUMBER.to_owned();
    }
    let size = value.abs();
    let decimals = match size {
        _ if size >= 0.0995 || size == 0.0 => 3,
        _ if size >= 0.00995 => 4,
        _ if size >= 0.000_995 => 5,
        _ => 6,
    };
    format!("{value:.decimals$}")
}

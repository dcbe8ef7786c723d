//! A run: one training, with everything that is shown of it afterwards.

use serde::{Deserialize, Serialize};

use crate::project::{HeadKind, OptimizerKind, Schedule, SplitKind, TrainSettings, Way};
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
    /// Where it was trained.
    #[serde(default)]
    pub device: Option<DeviceKind>,
    /// Who was on which side; `None` before the engine began.
    #[serde(default)]
    pub sides: Option<Sides>,
    /// All epochs, in order.
    #[serde(default)]
    pub rows: Vec<EpochRow>,
    /// What it came to; `None` while it trains, and where it was cut off.
    #[serde(default)]
    pub summary: Option<TrainSummary>,
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
        let has_blocks = matches!(self.settings.way, Way::LastBlocks { .. } | Way::Everything);
        if has_blocks { self.settings.head_first } else { 0 }
    }

    /// Seconds that an epoch takes now, by those of its kind so far; `None` before there is one.
    pub fn seconds_an_epoch(&self) -> Option<f64> {
        let newest = self.newest()?;
        let before = self.head_first();
        if newest.epoch <= before {
            return Some(newest.seconds / newest.epoch.max(1) as f64);
        }
        let began = self.row(before).map_or(0.0, |row| row.seconds);
        // What is prepared between the two is in the first epoch's time: where there are more, they say better what an epoch takes.
        match self.row(before + 1).filter(|first| first.epoch < newest.epoch) {
            Some(first) => Some((newest.seconds - first.seconds) / (newest.epoch - first.epoch) as f64),
            None => Some((newest.seconds - began) / (newest.epoch - before) as f64),
        }
    }

    /// How it ended, in a word or two; empty where all epochs were trained.
    pub fn ended_words(&self) -> &'static str {
        match self.summary.as_ref().map(|summary| summary.ended) {
            Some(Ended::Done) => "",
            Some(Ended::Early) => "stopped early: no better epoch for a while",
            Some(Ended::Stopped) => "stopped by you",
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
        add(now.validation > 0.0 && now.validation != usual.validation, share);
        add(now.validation == 0.0, "nothing held out".to_owned());
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
    let has_blocks = matches!(settings.way, Way::LastBlocks { .. } | Way::Everything);
    let epochs = match settings.epochs {
        epochs if has_blocks && settings.head_first > 0 => format!("{} + {epochs} epochs", settings.head_first),
        1 => "1 epoch".to_owned(),
        epochs => format!("{epochs} epochs"),
    };
    let augmented = if settings.augmentation.is_off() { "" } else { " · augmented" };
    let held = (settings.validation * 100.0).round();
    let split = if held > 0.0 {
        format!("{} {}/{held}", split(settings.split), 100.0 - held)
    } else {
        "nothing held out".to_owned()
    };
    format!("{head} · {} · {epochs} · {split}{augmented}", optimizer(settings.optimizer))
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

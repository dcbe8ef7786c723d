//! How long a run takes, from the times of its epochs: what is prepared, epochs of the head alone and epochs of what is trained, each by itself.
//!
//! ```text
//! 0 ─ prepared ─ the head alone, epochs 1 … H ─ what is trained, epochs H + 1 … ─→
//! ```
//!
//! Of MobileNetV2's last blocks, an epoch of the head alone takes a hundredth of a second and one of the blocks ten: a mean of both says nothing of either.

use crate::project::{TrainSettings, Way};
use crate::protocol::EpochRow;

/// The times of a run.
#[derive(Debug, Clone, Copy)]
pub struct Pace<'a> {
    settings: &'a TrainSettings,
    rows: &'a [EpochRow],
}

/// Where a stretch of epochs begins: so many epochs, seconds and steps after training began.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Mark {
    epochs: usize,
    seconds: f64,
    steps: u64,
}

impl Mark {
    fn after(row: &EpochRow) -> Self {
        Self { epochs: row.epoch, seconds: row.seconds, steps: row.steps }
    }

    /// Seconds an epoch from here to there.
    fn an_epoch(self, to: Self) -> Option<f64> {
        let epochs = to.epochs.checked_sub(self.epochs).filter(|epochs| *epochs > 0)?;
        Some((to.seconds - self.seconds) / epochs as f64)
    }
}

impl<'a> Pace<'a> {
    /// The times of a run with these settings; `rows`: its epochs so far, in order.
    pub fn of(settings: &'a TrainSettings, rows: &'a [EpochRow]) -> Self {
        Self { settings, rows }
    }

    /// Seconds before the first step, in which the frozen blocks look at all photos once; `None` before the first epoch is over. Where that is the only
    /// one of its kind, a head's counts as nothing beside it, and another's has it in it.
    pub fn prepared(&self) -> Option<f64> {
        let head = self.settings.head_epochs();
        let first = self.rows.first()?;
        if head == 0 && !self.prepares() {
            return Some(0.0);
        }
        let last = if head == 0 { self.rows.last()? } else { self.head().last()? };
        let only = if head == 0 { first.seconds } else { 0.0 };
        Some((first.seconds - Mark::after(first).an_epoch(Mark::after(last)).unwrap_or(only)).max(0.0))
    }

    /// Seconds an epoch of what is trained, validation included; of the head alone, as long as no other is over. `None` before there is one.
    pub fn seconds_an_epoch(&self) -> Option<f64> {
        let began = self.began().or_else(|| self.start())?;
        began.an_epoch(Mark::after(self.rows.last()?))
    }

    /// Milliseconds a step of what is trained, validation included; `None` before there is one, or where steps were not counted.
    pub fn milliseconds_a_step(&self) -> Option<f64> {
        let (began, last) = (self.began()?, Mark::after(self.rows.last()?));
        let steps = last.steps.checked_sub(began.steps).filter(|steps| *steps > 0)?;
        Some(1e3 * (last.seconds - began.seconds) / steps as f64)
    }

    /// Seconds that a run like this one takes with other numbers of epochs; `None` as long as no epoch of what is trained is over.
    pub fn seconds_of(&self, settings: &TrainSettings) -> Option<f64> {
        let of_all = self.began()?.an_epoch(Mark::after(self.rows.last()?))? * settings.epochs as f64;
        let head = self.head().last().and_then(|last| self.start()?.an_epoch(Mark::after(last))).unwrap_or(0.0);
        Some(self.prepared()? + head * settings.head_epochs() as f64 + of_all)
    }

    /// Epochs of the head alone.
    fn head(&self) -> &'a [EpochRow] {
        let head = self.settings.head_epochs();
        &self.rows[..self.rows.partition_point(|row| row.epoch <= head)]
    }

    /// Where the first epoch of all begins.
    fn start(&self) -> Option<Mark> {
        Some(Mark { epochs: 0, seconds: self.prepared()?, steps: 0 })
    }

    /// Where the first epoch of what is trained begins; `None` before one of them is over.
    fn began(&self) -> Option<Mark> {
        let head = self.head();
        if head.len() == self.rows.len() {
            return None;
        }
        head.last().map(Mark::after).or_else(|| self.start())
    }

    /// Do frozen blocks look at the photos before the first step, and is that in the run's time? What a head alone is trained on is there before its
    /// time begins.
    fn prepares(&self) -> bool {
        match self.settings.way {
            Way::Frozen => !self.settings.augmentation.is_off(),
            Way::LastBlocks { .. } => true,
            Way::Everything | Way::Scratch { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(epoch: usize, seconds: f64, steps: u64) -> EpochRow {
        EpochRow { epoch, train_loss: 1.0, train_accuracy: 0.5, val_loss: None, val_accuracy: None, seconds, steps }
    }

    fn about(found: Option<f64>, expected: f64) {
        let found = found.expect("a number");
        assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
    }

    /// 60 s of preparation, four epochs of the head of 0.5 s and 3 steps, two of the blocks of 10 s and 6 steps.
    fn blocks() -> (TrainSettings, Vec<EpochRow>) {
        let way = Way::LastBlocks { blocks: 2 };
        let settings = TrainSettings { head_first: 4, epochs: 2, ..TrainSettings::suited_to(way) };
        let mut rows: Vec<EpochRow> =
            (1..=4).map(|epoch| row(epoch, 60.0 + 0.5 * epoch as f64, 3 * epoch as u64)).collect();
        rows.extend([row(5, 72.0, 18), row(6, 82.0, 24)]);
        (settings, rows)
    }

    #[test]
    fn blocks_head_and_preparation_are_told_apart() {
        let (settings, rows) = blocks();
        let pace = Pace::of(&settings, &rows);
        about(pace.prepared(), 60.0);
        about(pace.seconds_an_epoch(), 10.0);
        about(pace.milliseconds_a_step(), 1e4 / 6.0);
        about(pace.seconds_of(&settings), 82.0);
        let longer = TrainSettings { head_first: 2, epochs: 5, ..settings.clone() };
        about(pace.seconds_of(&longer), 60.0 + 1.0 + 50.0);
    }

    #[test]
    fn while_the_head_alone_trains_the_blocks_are_not_known() {
        let (settings, rows) = blocks();
        let pace = Pace::of(&settings, &rows[..3]);
        about(pace.prepared(), 60.0);
        about(pace.seconds_an_epoch(), 0.5);
        assert_eq!((pace.milliseconds_a_step(), pace.seconds_of(&settings)), (None, None));
        assert_eq!(Pace::of(&settings, &[]).seconds_an_epoch(), None);
        assert_eq!(Pace::of(&settings, &[]).prepared(), None);
    }

    #[test]
    fn a_run_of_one_kind_is_a_plain_mean() {
        for way in [Way::Frozen, Way::Scratch { architecture: "lenet-5".to_owned() }] {
            let settings = TrainSettings::suited_to(way);
            let rows = [row(1, 4.0, 5), row(2, 6.0, 10)];
            let pace = Pace::of(&settings, &rows);
            about(pace.prepared(), 0.0);
            about(pace.seconds_an_epoch(), 3.0);
            about(pace.milliseconds_a_step(), 600.0);
        }
        // What is prepared without a head first is what the first epoch takes longer.
        let way = Way::LastBlocks { blocks: 1 };
        let settings = TrainSettings { head_first: 0, ..TrainSettings::suited_to(way) };
        let rows = [row(1, 32.0, 5), row(2, 34.0, 10), row(3, 36.0, 15)];
        let pace = Pace::of(&settings, &rows);
        about(pace.prepared(), 30.0);
        about(pace.seconds_an_epoch(), 2.0);
        let first = Pace::of(&settings, &rows[..1]);
        about(first.prepared(), 0.0);
        about(first.seconds_an_epoch(), 32.0);
        // An earlier version counted no steps.
        assert_eq!(Pace::of(&settings, &[row(1, 32.0, 0), row(2, 34.0, 0)]).milliseconds_a_step(), None);
    }
}

//! The columns, from left to right, and what each says of a run.

use crate::lab::Record;
use crate::project::SplitKind;
use crate::protocol::DeviceKind;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// [`Record::name`].
    Name,
    /// The seed, or how many runs a mean is of.
    Seed,
    /// [`Record::model`].
    Model,
    /// [`Record::way`].
    Way,
    /// How training and validation were told apart.
    Split,
    /// Photos trained on.
    Training,
    /// Photos held out.
    Validation,
    /// [`Record::parameters`].
    Parameters,
    /// [`Record::trainable`].
    Trainable,
    /// [`Record::depth`].
    Depth,
    /// [`Record::megabytes`].
    Size,
    /// [`Record::megabytes_with_optimizer`].
    SizeWithOptimizer,
    /// [`Pace::seconds_an_epoch`](crate::lab::Pace::seconds_an_epoch).
    Epoch,
    /// [`Pace::milliseconds_a_step`](crate::lab::Pace::milliseconds_a_step).
    Step,
    /// [`Pace::prepared`](crate::lab::Pace::prepared).
    Prepared,
    /// [`Record::seconds`].
    Total,
    /// [`Record::epochs`].
    Epochs,
    /// The epoch of [`Record::best`].
    BestEpoch,
    /// The accuracy of [`Record::best`].
    BestAccuracy,
    /// The epoch of [`Record::kept`].
    KeptEpoch,
    /// The accuracy of [`Record::kept`].
    KeptAccuracy,
    /// [`Record::last`].
    LastAccuracy,
    /// Where it was trained.
    Device,
}

impl Column {
    /// All, from left to right.
    pub const ALL: [Self; 23] = [
        Self::Name,
        Self::Seed,
        Self::Model,
        Self::Way,
        Self::Split,
        Self::Training,
        Self::Validation,
        Self::Parameters,
        Self::Trainable,
        Self::Depth,
        Self::Size,
        Self::SizeWithOptimizer,
        Self::Epoch,
        Self::Step,
        Self::Prepared,
        Self::Total,
        Self::Epochs,
        Self::BestEpoch,
        Self::BestAccuracy,
        Self::KeptEpoch,
        Self::KeptAccuracy,
        Self::LastAccuracy,
        Self::Device,
    ];

    /// Is it of numbers, which stand on the right?
    pub fn is_number(self) -> bool {
        !matches!(self, Self::Name | Self::Model | Self::Way | Self::Split | Self::Device)
    }

    /// What it says in words; `None` where it is of numbers.
    pub(super) fn text(self, record: &Record) -> Option<String> {
        Some(match self {
            Self::Name => record.name.clone(),
            Self::Model => record.model.clone(),
            Self::Way => record.way(),
            Self::Split => match record.settings.split {
                SplitKind::Honest => "honest".to_owned(),
                SplitKind::Random => "random".to_owned(),
            },
            Self::Device => match record.began_on {
                Some(began) if began != record.device => format!("{}, then {}", device(began), device(record.device)),
                _ => device(record.device).to_owned(),
            },
            _ => return None,
        })
    }

    /// The number it says; `None` where it is of words, or nothing is known.
    pub(super) fn number(self, record: &Record) -> Option<f64> {
        let count = |value: usize| Some(value as f64);
        match self {
            Self::Seed => Some(f64::from(record.settings.seed)),
            Self::Training => count(record.training),
            Self::Validation => count(record.validation),
            Self::Parameters => count(record.parameters),
            Self::Trainable => count(record.trainable),
            Self::Depth => record.depth.and_then(count),
            Self::Size => Some(record.megabytes()),
            Self::SizeWithOptimizer => Some(record.megabytes_with_optimizer()),
            Self::Epoch => record.pace().seconds_an_epoch(),
            Self::Step => record.pace().milliseconds_a_step(),
            Self::Prepared => record.pace().prepared(),
            Self::Total => Some(record.seconds),
            Self::Epochs => count(record.epochs()),
            Self::BestEpoch => record.best().and_then(|best| count(best.0)),
            Self::BestAccuracy => record.best().map(|best| f64::from(best.1)),
            Self::KeptEpoch => record.kept().and_then(|kept| count(kept.0)),
            Self::KeptAccuracy => record.kept().and_then(|kept| kept.1).map(f64::from),
            Self::LastAccuracy => record.last().map(f64::from),
            _ => None,
        }
    }
}

fn device(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Cpu => "CPU",
        DeviceKind::Gpu => "GPU",
    }
}

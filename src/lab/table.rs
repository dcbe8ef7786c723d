//! Runs as a table: a row a run, and where several share a name a row of their mean.

use super::Group;
use super::record::Record;
use super::spread::Spread;
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
    /// [`Pace::seconds_an_epoch`](super::Pace::seconds_an_epoch).
    Epoch,
    /// [`Pace::milliseconds_a_step`](super::Pace::milliseconds_a_step).
    Step,
    /// [`Pace::prepared`](super::Pace::prepared).
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

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// A count, digits in groups of three.
    Count,
    /// Two decimals.
    Megabytes,
    /// A fraction 0–1 as a percentage.
    Share,
    /// Three digits that count.
    Time,
}

/// What stands in a row's column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing is known.
    Missing,
    /// Words.
    Text(String),
    /// A number, or the mean of several.
    Number(Spread),
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The run's name.
    pub name: String,
    /// Is it a mean, and of how many runs?
    pub mean_of: Option<usize>,
    /// A cell for each of [`Column::ALL`].
    pub cells: Vec<Cell>,
}

/// The table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The rows, runs of one name together.
    pub rows: Vec<Row>,
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

    /// What people read above it.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Name => "run",
            Self::Seed => "seed",
            Self::Model => "model",
            Self::Way => "trained",
            Self::Split => "split",
            Self::Training => "photos to train on",
            Self::Validation => "held out",
            Self::Parameters => "parameters",
            Self::Trainable => "of them trained",
            Self::Depth => "depth",
            Self::Size => "size, MB",
            Self::SizeWithOptimizer => "with optimizer, MB",
            Self::Epoch => "s an epoch",
            Self::Step => "ms a step",
            Self::Prepared => "prepared, s",
            Self::Total => "s in all",
            Self::Epochs => "epochs",
            Self::BestEpoch => "best epoch",
            Self::BestAccuracy => "best validation accuracy",
            Self::KeptEpoch => "kept epoch",
            Self::KeptAccuracy => "kept epoch's",
            Self::LastAccuracy => "last epoch's",
            Self::Device => "device",
        }
    }

    /// What it is, where the heading needs words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Parameters => "Numbers in the whole network, its head included",
            Self::Depth => "Weight layers: convolutions and dense layers",
            Self::Size => "The weights as float32, four bytes each",
            Self::SizeWithOptimizer => "With what the optimizer keeps for each number that is trained",
            Self::Epoch => {
                "Seconds of an epoch on average, validation included; where blocks are trained, epochs of the head alone before them do not count. A head on frozen features does not look at the photos again"
            }
            Self::Step => "Milliseconds of a step in the same epochs on average, validation included",
            Self::Prepared => "Seconds before the first step, in which the frozen blocks looked at all photos once",
            Self::BestEpoch => {
                "The first epoch of the best validation accuracy; where blocks are trained, epochs of the head alone before them do not count"
            }
            Self::KeptEpoch => "The epoch whose weights are kept: the one of the lowest validation loss",
            Self::KeptAccuracy => "Validation accuracy of the epoch that is kept",
            Self::LastAccuracy => "Validation accuracy of the last epoch",
            _ => "",
        }
    }

    /// Its name in a CSV.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Seed => "seed",
            Self::Model => "model",
            Self::Way => "way",
            Self::Split => "split",
            Self::Training => "train_samples",
            Self::Validation => "val_samples",
            Self::Parameters => "parameters",
            Self::Trainable => "trainable",
            Self::Depth => "depth",
            Self::Size => "size_mb",
            Self::SizeWithOptimizer => "size_with_optimizer_mb",
            Self::Epoch => "seconds_an_epoch",
            Self::Step => "milliseconds_a_step",
            Self::Prepared => "seconds_prepared",
            Self::Total => "seconds",
            Self::Epochs => "epochs",
            Self::BestEpoch => "best_epoch",
            Self::BestAccuracy => "best_val_accuracy",
            Self::KeptEpoch => "kept_epoch",
            Self::KeptAccuracy => "kept_val_accuracy",
            Self::LastAccuracy => "last_val_accuracy",
            Self::Device => "device",
        }
    }

    /// Is it of numbers, which stand on the right?
    pub fn is_number(self) -> bool {
        !matches!(self, Self::Name | Self::Model | Self::Way | Self::Split | Self::Device)
    }

    fn unit(self) -> Unit {
        match self {
            Self::Size | Self::SizeWithOptimizer => Unit::Megabytes,
            Self::Epoch | Self::Step | Self::Prepared | Self::Total => Unit::Time,
            Self::BestAccuracy | Self::KeptAccuracy | Self::LastAccuracy => Unit::Share,
            _ => Unit::Count,
        }
    }

    fn text(self, record: &Record) -> Option<String> {
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

    fn number(self, record: &Record) -> Option<f64> {
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

    fn cell(self, record: &Record) -> Cell {
        let number = self.number(record).filter(|number| number.is_finite());
        match (self.text(record), number) {
            (Some(text), _) => Cell::Text(text),
            (None, Some(mean)) => Cell::Number(Spread { mean, deviation: None }),
            (None, None) => Cell::Missing,
        }
    }

    fn mean(self, records: &[&Record]) -> Cell {
        if self == Self::Seed {
            return Cell::Text(format!("mean of {}", records.len()));
        }
        if let Some(text) = records.first().and_then(|first| self.text(first)) {
            let is_common = records.iter().all(|record| self.text(record).as_ref() == Some(&text));
            return if is_common { Cell::Text(text) } else { Cell::Text("several".to_owned()) };
        }
        let numbers: Option<Vec<f64>> =
            records.iter().map(|record| self.number(record).filter(|number| number.is_finite())).collect();
        numbers.and_then(|numbers| Spread::of(&numbers)).map_or(Cell::Missing, Cell::Number)
    }
}

impl Table {
    /// The table of these runs.
    pub fn of(records: &[Record]) -> Self {
        let mut rows = Vec::new();
        for Group { name, records } in super::groups(records) {
            for record in &records {
                let cells = Column::ALL.map(|column| column.cell(record)).to_vec();
                rows.push(Row { name: name.clone(), mean_of: None, cells });
            }
            if records.len() > 1 {
                let cells = Column::ALL.map(|column| column.mean(&records)).to_vec();
                rows.push(Row { name, mean_of: Some(records.len()), cells });
            }
        }
        Self { rows }
    }

    /// As RFC 4180 has it. Numbers are plain; accuracies are fractions 0–1. A column that means have a spread in is followed by one for it.
    pub fn to_csv(&self) -> String {
        let has_spread = |place: usize| {
            self.rows.iter().any(|row| matches!(&row.cells[place], Cell::Number(spread) if spread.deviation.is_some_and(|deviation| deviation > 0.0)))
        };
        let spreads: Vec<bool> = (0..Column::ALL.len()).map(has_spread).collect();
        let mut heading = Vec::new();
        for (column, spread) in Column::ALL.iter().zip(&spreads) {
            heading.push(column.key().to_owned());
            heading.extend(spread.then(|| format!("{}_deviation", column.key())));
        }
        let mut text = heading.join(",") + "\r\n";
        for row in &self.rows {
            let mut fields = Vec::new();
            for (cell, spread) in row.cells.iter().zip(&spreads) {
                fields.push(plain(cell));
                fields.extend(spread.then(|| match cell {
                    Cell::Number(spread) => spread.deviation.map(precise).unwrap_or_default(),
                    _ => String::new(),
                }));
            }
            text += &(fields.join(",") + "\r\n");
        }
        text
    }

    /// As GitHub and others show it; means are bold.
    pub fn to_markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(Column::ALL.iter().map(|column| column.heading().to_owned()).collect());
        text += &line(
            Column::ALL.iter().map(|column| if column.is_number() { "---:" } else { "---" }.to_owned()).collect(),
        );
        for row in &self.rows {
            let cells = row.words().into_iter().map(|cell| {
                let cell = cell.replace('\\', "\\\\").replace('|', "\\|").replace(['\r', '\n'], " ");
                if row.mean_of.is_some() && !cell.is_empty() { format!("**{cell}**") } else { cell }
            });
            text += &line(cells.collect());
        }
        text
    }
}

impl Row {
    /// What people read in each column.
    pub fn words(&self) -> Vec<String> {
        Column::ALL.iter().zip(&self.cells).map(|(column, cell)| words(*column, cell)).collect()
    }

    /// The number of a column, or the mean there.
    pub fn number(&self, column: Column) -> Option<f64> {
        let place = Column::ALL.iter().position(|each| *each == column)?;
        match self.cells.get(place)? {
            Cell::Number(spread) => Some(spread.mean),
            _ => None,
        }
    }
}

fn words(column: Column, cell: &Cell) -> String {
    match cell {
        Cell::Missing => "–".to_owned(),
        Cell::Text(text) => text.clone(),
        Cell::Number(spread) => {
            let decimals = decimals(column.unit(), spread);
            let mean = written(column.unit(), spread.mean, decimals);
            match spread.deviation {
                Some(deviation) if deviation > 0.0 => {
                    format!("{mean} ± {}", written(column.unit(), deviation, decimals)) + percent(column)
                }
                _ => mean + percent(column),
            }
        }
    }
}

fn device(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Cpu => "CPU",
        DeviceKind::Gpu => "GPU",
    }
}

fn percent(column: Column) -> &'static str {
    if column.unit() == Unit::Share { "\u{a0}%" } else { "" }
}

fn decimals(unit: Unit, spread: &Spread) -> usize {
    match unit {
        // A mean of whole numbers that differ.
        Unit::Count => usize::from(spread.deviation.is_some_and(|deviation| deviation > 0.0)),
        Unit::Megabytes | Unit::Share => 2,
        Unit::Time => match spread.mean {
            mean if mean <= 0.0 => 0,
            mean if mean >= 99.5 => 0,
            mean if mean >= 9.95 => 1,
            mean if mean >= 0.995 => 2,
            mean if mean >= 0.0995 => 3,
            mean if mean >= 0.00995 => 4,
            _ => 5,
        },
    }
}

fn written(unit: Unit, value: f64, decimals: usize) -> String {
    match unit {
        Unit::Count if decimals == 0 => grouped(value),
        Unit::Share => format!("{:.decimals$}", 100.0 * value),
        _ => format!("{value:.decimals$}"),
    }
}

/// "3,504,872".
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Missing => String::new(),
        Cell::Text(text) => field(text),
        Cell::Number(spread) => precise(spread.mean),
    }
}

/// Whole numbers whole, others with as many digits as are worth keeping.
fn precise(value: f64) -> String {
    let rounded = (value * 1e6).round() / 1e6;
    format!("{rounded}")
}

/// A text as a cell: quoted where it must be, and never a formula that a spreadsheet would run.
pub(super) fn field(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

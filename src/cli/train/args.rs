//! What `graft train` understands, and the settings that it means.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::architecture::Design;
use crate::cli::engine::EngineArgs;
use crate::error::{Error, ErrorKind, Result};
use crate::project::{Augmentation, Fill, HeadKind, OptimizerKind, Schedule, SplitKind, TrainSettings, Way};

/// What is not given takes the default of [`TrainSettings::suited_to`] the way.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub data: DataArgs,
    #[command(flatten)]
    pub training: TrainingArgs,
    /// Write the project: photos, embeddings and head.
    #[arg(long, value_name = "FILE.graft")]
    pub out: Option<PathBuf>,
    /// Keep place, camera and time in the written photos.
    #[arg(long)]
    pub keep_metadata: bool,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

/// Which photos, and who is held out.
#[derive(Debug, Clone, clap::Args)]
pub struct DataArgs {
    /// A folder that holds a folder a class (or `train` and `val` folders that do).
    #[arg(long)]
    pub data: PathBuf,
    /// Only these of its folders, by their names, with commas between.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub classes: Vec<String>,
    /// Share of each class that is held out for validation, 0 to 0.5.
    #[arg(long, conflicts_with_all = ["val_data", "shots"])]
    pub val: Option<f32>,
    /// A folder of the same classes that is held out instead.
    #[arg(long)]
    pub val_data: Option<PathBuf>,
    /// Train on so many photos a class; all others are held out.
    #[arg(long, value_name = "K", conflicts_with = "val_data")]
    pub shots: Option<usize>,
    /// Do near-duplicates stay on one side?
    #[arg(long, value_enum)]
    pub split: Option<SplitArg>,
    /// Decides split, initial weights, order of the photos and augmentation.
    #[arg(long)]
    pub seed: Option<u32>,
}

/// How it is trained.
#[derive(Debug, Clone, clap::Args)]
pub struct TrainingArgs {
    /// Which blocks are trained with the head: `none`, `last:N`, or `all`.
    #[arg(long, value_parser = unfreeze, conflicts_with = "from_scratch")]
    pub unfreeze: Option<Way>,
    /// Train this network from random weights: `lenet-5`, `user-net`, `mobilenet-v1-0.25-128`, `mobilenet-v2-1-224`, …
    #[arg(long, value_name = "ARCH", value_parser = architecture)]
    pub from_scratch: Option<String>,
    /// Take the globally averaged output of block K as the embedding.
    #[arg(long, value_name = "K")]
    pub features_at: Option<usize>,
    /// Epochs in which the head alone is trained before the blocks are too.
    #[arg(long, value_name = "EPOCHS")]
    pub head_first: Option<usize>,
    /// By how much each earlier block's learning rate is smaller, 1 to 10.
    #[arg(long, value_name = "F")]
    pub lr_factor: Option<f32>,
    /// `constant`, `step:EVERY:FACTOR`, `cosine` or `one-cycle`.
    #[arg(long, value_parser = schedule)]
    pub schedule: Option<Schedule>,
    /// Epochs in which the learning rate grows to its value; one-cycle rises by itself and takes none.
    #[arg(long, value_name = "EPOCHS")]
    pub warm_up: Option<f32>,
    /// Shorten gradients of a longer norm, each tensor's by itself, to this.
    #[arg(long, value_name = "NORM")]
    pub clip: Option<f32>,
    /// Change the photos at random: moderately, or as named: `flip,rotation=15,zoom=0.9,shift=0.1,brightness=0.2,contrast=0.2,saturation=0.2`, and
    /// `fill=edge|mirror|grey` for what comes in at the edge; `moderate,fill=grey` changes the moderate ones.
    #[arg(long, value_name = "WHAT", value_parser = augmentation, num_args = 0..=1, default_missing_value = "moderate")]
    pub augment: Option<Augmentation>,
    /// `linear`, or `hidden:N` for a hidden layer of N units.
    #[arg(long, value_parser = head_kind)]
    pub head: Option<HeadKind>,
    /// Share of a hidden layer's values that are dropped at each step, 0 to 0.9 (default 0.5).
    #[arg(long)]
    pub dropout: Option<f32>,
    /// What turns a gradient into a step.
    #[arg(long, value_enum)]
    pub optimizer: Option<OptimizerArg>,
    /// Passes over the training photos, at most.
    #[arg(long)]
    pub epochs: Option<usize>,
    /// Photos a step.
    #[arg(long)]
    pub batch: Option<usize>,
    /// Learning rate.
    #[arg(long)]
    pub lr: Option<f32>,
    /// Momentum of sgd.
    #[arg(long)]
    pub momentum: Option<f32>,
    /// Pull of the weights towards zero.
    #[arg(long)]
    pub weight_decay: Option<f32>,
    /// Share of the target that is spread over all classes, 0 to 0.5.
    #[arg(long)]
    pub label_smoothing: Option<f32>,
    /// Weigh small classes as much as large ones.
    #[arg(long)]
    pub class_weights: bool,
    /// Stop after so many epochs without a better validation loss; 0: train to the end.
    #[arg(long)]
    pub patience: Option<usize>,
}

/// `--split`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitArg {
    /// Near-duplicates stay on one side.
    Honest,
    /// Every photo for itself.
    Random,
}

/// `--optimizer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub enum OptimizerArg {
    /// Kingma & Ba 2015.
    Adam,
    /// Adam with decoupled weight decay.
    AdamW,
    /// With momentum.
    Sgd,
}

/// The dropout of a hidden layer where none is named.
const DROPOUT: f32 = 0.5;

type Parsed<T> = std::result::Result<T, String>;

fn head_kind(text: &str) -> Parsed<HeadKind> {
    match text.strip_prefix("hidden:").map(str::parse) {
        Some(Ok(units)) => Ok(HeadKind::Hidden { units, dropout: DROPOUT }),
        None if text == "linear" => Ok(HeadKind::Linear),
        _ => Err("expected `linear` or `hidden:N`, such as hidden:128".into()),
    }
}

fn unfreeze(text: &str) -> Parsed<Way> {
    match (text, text.strip_prefix("last:").map(str::parse)) {
        ("none", _) => Ok(Way::Frozen),
        ("all", _) => Ok(Way::Everything),
        (_, Some(Ok(blocks))) if blocks > 0 => Ok(Way::LastBlocks { blocks }),
        _ => Err("expected `none`, `last:N` (N from 1), or `all`".into()),
    }
}

fn architecture(text: &str) -> Parsed<String> {
    Design::parse(text).map(|design| design.name).map_err(|error| error.to_string())
}

fn schedule(text: &str) -> Parsed<Schedule> {
    let step = |text: &str| {
        let (every, factor) = text.split_once(':')?;
        Some(Schedule::Step { every: every.parse().ok()?, factor: factor.parse().ok()? })
    };
    match text {
        "constant" => Some(Schedule::Constant),
        "cosine" => Some(Schedule::Cosine),
        "one-cycle" => Some(Schedule::OneCycle),
        _ => text.strip_prefix("step:").and_then(step),
    }
    .ok_or_else(|| "expected `constant`, `step:EVERY:FACTOR` (step:10:0.1), `cosine` or `one-cycle`".into())
}

fn augmentation(text: &str) -> Parsed<Augmentation> {
    let (mut augmentation, parts) = match text.strip_prefix("moderate") {
        Some("") => return Ok(Augmentation::moderate()),
        Some(rest) if rest.starts_with(',') => (Augmentation::moderate(), &rest[1..]),
        _ => (Augmentation::default(), text),
    };
    for part in parts.split(',') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let number = || value.parse().map_err(|_| format!("`{part}`: expected a number behind the ="));
        match name {
            "flip" if value.is_empty() => augmentation.flip = true,
            "rotation" => augmentation.rotation = number()?,
            "zoom" => augmentation.zoom = number()?,
            "shift" => augmentation.shift = number()?,
            "brightness" => augmentation.brightness = number()?,
            "contrast" => augmentation.contrast = number()?,
            "saturation" => augmentation.saturation = number()?,
            "fill" => {
                augmentation.fill = fill(value).ok_or_else(|| format!("`{part}`: expected edge, mirror or grey"))?
            }
            _ => {
                return Err(format!(
                    "`{part}`: expected flip, rotation=, zoom=, shift=, brightness=, contrast=, saturation= or fill="
                ));
            }
        }
    }
    if augmentation.is_off() {
        return Err(format!("`{text}` changes no photo: name a change, such as flip or rotation=15"));
    }
    Ok(augmentation)
}

fn fill(text: &str) -> Option<Fill> {
    match text {
        "edge" => Some(Fill::Edge),
        "mirror" => Some(Fill::Mirror),
        "grey" => Some(Fill::Grey),
        _ => None,
    }
}

impl Args {
    /// The settings, checked when training begins.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: a flag that these settings would not obey, such as a dropout without a hidden layer.
    pub fn settings(&self) -> Result<TrainSettings> {
        let Self { data, training, .. } = self;
        let way = match (&training.from_scratch, &training.unfreeze) {
            (Some(architecture), _) => Way::Scratch { architecture: architecture.clone() },
            (None, way) => way.clone().unwrap_or_default(),
        };
        let mut default = TrainSettings::suited_to(way);
        if training.schedule == Some(Schedule::OneCycle) {
            default.warm_up = 0.0;
        }
        let settings = TrainSettings {
            features_at: training.features_at,
            head_first: training.head_first.unwrap_or(default.head_first),
            lr_factor: training.lr_factor.unwrap_or(default.lr_factor),
            schedule: training.schedule.unwrap_or(default.schedule),
            warm_up: training.warm_up.unwrap_or(default.warm_up),
            clip: training.clip.or(default.clip),
            augmentation: training.augment.unwrap_or(default.augmentation),
            head: training.head(default.head)?,
            optimizer: training.optimizer.map_or(default.optimizer, |optimizer| match optimizer {
                OptimizerArg::Adam => OptimizerKind::Adam,
                OptimizerArg::AdamW => OptimizerKind::AdamW,
                OptimizerArg::Sgd => OptimizerKind::Sgd,
            }),
            learning_rate: training.lr.unwrap_or(default.learning_rate),
            momentum: training.momentum.unwrap_or(default.momentum),
            weight_decay: training.weight_decay.unwrap_or(default.weight_decay),
            batch: training.batch.unwrap_or(default.batch),
            epochs: training.epochs.unwrap_or(default.epochs),
            label_smoothing: training.label_smoothing.unwrap_or(default.label_smoothing),
            class_weights: training.class_weights,
            patience: training.patience.map_or(default.patience, |epochs| (epochs > 0).then_some(epochs)),
            split: data.split.map_or(default.split, |split| match split {
                SplitArg::Honest => SplitKind::Honest,
                SplitArg::Random => SplitKind::Random,
            }),
            validation: data.val.unwrap_or(default.validation),
            shots: data.shots,
            seed: data.seed.unwrap_or(default.seed),
            way: default.way,
        };
        training.check_obeyed(&settings)?;
        Ok(settings)
    }
}

impl TrainingArgs {
    fn head(&self, default: HeadKind) -> Result<HeadKind> {
        match (self.head.unwrap_or(default), self.dropout) {
            (HeadKind::Hidden { units, .. }, Some(dropout)) => Ok(HeadKind::Hidden { units, dropout }),
            (HeadKind::Linear, Some(_)) => {
                let cure = "Add --head hidden:128, or leave --dropout out.";
                Err(idle("--dropout", "a hidden layer to drop values of", "a linear head", cure))
            }
            (head, None) => Ok(head),
        }
    }

    /// Refuses what would change nothing: a person who asks for it expects something of it.
    fn check_obeyed(&self, settings: &TrainSettings) -> Result<()> {
        const FROZEN: &str = "a head alone, on frozen blocks";
        let is_frozen = settings.way == Way::Frozen;
        let is_on_embeddings = is_frozen && settings.augmentation.is_off();
        if self.lr_factor.is_some() && is_frozen {
            let cure = "Add --unfreeze last:3, or leave --lr-factor out.";
            return Err(idle("--lr-factor", "trained blocks, each with a rate of its own", FROZEN, cure));
        }
        if self.head_first.is_some_and(|epochs| epochs > 0) && is_frozen {
            let cure = "Add --unfreeze last:3, or leave --head-first out.";
            return Err(idle("--head-first", "blocks that are trained after the head", FROZEN, cure));
        }
        if self.clip.is_some() && is_on_embeddings {
            let cure = "Add --unfreeze last:3 or --augment, or leave --clip out.";
            return Err(idle("--clip", "photos that go through the network at every step", FROZEN, cure));
        }
        if self.warm_up.is_some_and(|epochs| epochs > 0.0) && settings.schedule == Schedule::OneCycle {
            let cure = "Leave --warm-up out, or choose another schedule.";
            return Err(idle(
                "--warm-up",
                "a schedule that begins at its full rate",
                "one-cycle, which rises by itself",
                cure,
            ));
        }
        if self.momentum.is_some() && settings.optimizer != OptimizerKind::Sgd {
            let cure = "Add --optimizer sgd, or leave --momentum out.";
            return Err(idle("--momentum", "the optimizer sgd", "one that has averages of its own", cure));
        }
        Ok(())
    }
}

/// A flag that would change nothing.
fn idle(flag: &str, expected: &str, found: &str, cure: &str) -> Error {
    Error::new(ErrorKind::Usage, flag, expected, found, cure)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    #[command(no_binary_name = true)]
    struct Train {
        #[command(flatten)]
        args: Args,
    }

    /// What `graft train --data x` with these flags means.
    fn settings(flags: &str) -> Result<TrainSettings> {
        let words = ["--data", "x"].into_iter().chain(flags.split_whitespace());
        Train::try_parse_from(words).expect("flags that are understood").args.settings()
    }

    #[test]
    fn schedules_and_augmentations_are_read() {
        assert_eq!(schedule("step:10:0.1"), Ok(Schedule::Step { every: 10, factor: 0.1 }));
        assert!(schedule("step:10").is_err() && schedule("cosinus").is_err());
        let read = augmentation("flip,rotation=15,zoom=0.9").unwrap();
        assert_eq!(read, Augmentation { flip: true, rotation: 15.0, zoom: 0.9, ..Augmentation::default() });
        assert!(augmentation("flip=1").is_err() && augmentation("turn=1").unwrap_err().contains("turn"));
        assert_eq!(augmentation("moderate"), Ok(Augmentation::moderate()));
        let filled = |fill| Ok(Augmentation { fill, ..Augmentation::moderate() });
        assert_eq!(augmentation("moderate,fill=grey"), filled(Fill::Grey));
        assert_eq!(augmentation("moderate,fill=mirror"), filled(Fill::Mirror));
        assert_eq!(augmentation("shift=0.1,fill=edge").map(|read| (read.shift, read.fill)), Ok((0.1, Fill::Edge)));
        assert!(augmentation("flip,fill=black").unwrap_err().contains("edge, mirror or grey"));
        for nothing in ["fill=grey", "zoom=1", "rotation=0"] {
            assert!(augmentation(nothing).unwrap_err().contains("changes no photo"), "{nothing}");
        }
    }

    #[test]
    fn what_would_change_nothing_is_refused() {
        for (flags, flag) in [
            ("--dropout 0.2", "--dropout"),
            ("--lr-factor 3", "--lr-factor"),
            ("--lr-factor 3 --augment", "--lr-factor"),
            ("--head-first 5", "--head-first"),
            ("--clip 1", "--clip"),
            ("--clip 1 --features-at 5", "--clip"),
            ("--schedule one-cycle --warm-up 2", "--warm-up"),
            ("--optimizer adam --momentum 0.5", "--momentum"),
            ("--unfreeze all --momentum 0.5", "--momentum"),
        ] {
            let error = settings(flags).expect_err(flags);
            assert!(error.kind == ErrorKind::Usage && error.subject == flag && error.cure.contains(flag), "{error}");
        }
        for flags in [
            "--head hidden:8 --dropout 0.2",
            "--unfreeze last:2 --lr-factor 3 --head-first 5 --clip 1",
            "--clip 1 --augment",
            "--head-first 0",
            "--schedule cosine --warm-up 2",
            "--schedule one-cycle --warm-up 0",
            "--momentum 0.5",
            "--from-scratch lenet-5 --clip 1",
        ] {
            settings(flags).expect(flags);
        }
    }

    #[test]
    fn one_cycle_takes_no_warm_up_of_its_way() {
        let warm_up = |flags: &str| settings(flags).expect(flags).warm_up;
        assert_eq!(warm_up("--unfreeze last:2"), 0.5);
        assert_eq!(warm_up("--unfreeze last:2 --schedule one-cycle"), 0.0);
        assert_eq!(warm_up("--unfreeze last:2 --schedule cosine --warm-up 2"), 2.0);
    }

    #[test]
    fn blocks_to_train_are_read() {
        assert_eq!(unfreeze("last:3"), Ok(Way::LastBlocks { blocks: 3 }));
        assert_eq!((unfreeze("none"), unfreeze("all")), (Ok(Way::Frozen), Ok(Way::Everything)));
        assert!(unfreeze("last:0").is_err() && unfreeze("some").is_err());
    }
}

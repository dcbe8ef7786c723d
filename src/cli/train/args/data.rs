//! The flags about the photos.

use std::path::PathBuf;

use clap::ValueEnum;

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

/// `--split`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitArg {
    /// Near-duplicates stay on one side.
    Honest,
    /// Every photo for itself.
    Random,
}

//! `graft pretrain`: a folder of photos and a big network in, a small network out.

use std::path::PathBuf;
use std::process::ExitCode;

use super::engine::{DeviceArg, open, read};
use super::photos::Folder;
use crate::backbone::Backbone;
use crate::error::Result;
use crate::pretrain::Photos;
use crate::pretrain::teacher::Teacher;
use crate::pretrain::views::View;
use crate::registry;
use crate::weights::{WeightFile, sha256_hex};

/// What `graft pretrain` understands.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder of folders of photos. A tenth of each is held out; the folders' names are not learned.
    #[arg(long)]
    data: PathBuf,
    /// The network whose outputs are learned: a name that `graft models` lists, or a weight file (.safetensors).
    #[arg(long, default_value = "mobilenet-v2")]
    teacher: String,
    /// Random crops of each photo that the teacher judges, beside its middle.
    #[arg(long, default_value_t = 3)]
    crops: u32,
    /// Decides who is held out, the crops, the initial weights and the order.
    #[arg(long, default_value_t = 0)]
    seed: u32,
    /// Where the teacher's outputs are kept.
    #[arg(long, default_value = "target/pretrain")]
    cache: PathBuf,
}

/// Trains, and writes the weight file each time the student was judged.
///
/// # Errors
/// There is no such folder, teacher or architecture; a file cannot be read or written; the settings do not go together.
pub fn run(args: &Args) -> Result<ExitCode> {
    let folder = Folder::list(&args.data)?;
    let photos = Photos {
        paths: folder.photos.iter().map(|photo| photo.path.clone()).collect(),
        labels: folder.photos.iter().map(|photo| photo.label).collect(),
        folders: folder.classes,
    };
    let (device, _) = pollster::block_on(open(DeviceArg::Cpu))?;
    let bytes = match args.teacher.ends_with(".safetensors") {
        true => read(args.teacher.as_ref())?,
        false => registry::load(&args.teacher)?,
    };
    let network = Backbone::new(&WeightFile::read(&bytes).map_err(|error| error.about(&args.teacher))?, &device)?;
    let teacher = Teacher { network: &network, sha256: sha256_hex(&bytes), cache: args.cache.clone(), seed: args.seed };

    eprintln!("{} photos: the teacher looks at the middle of each", photos.paths.len());
    let middles = View::middles(0..photos.paths.len());
    let outputs = teacher.outputs(&photos, &middles)?;
    let sides = photos.sides(&outputs, args.seed);
    eprintln!(
        "{} to train on, {} held out; {} groups of near-duplicates kept together",
        sides.training.len(),
        sides.held_out.len(),
        sides.groups
    );
    let crops = View::crops(&sides.training, args.crops);
    let crop_outputs = teacher.outputs(&photos, &crops)?;
    let _ = crop_outputs;
    Ok(ExitCode::SUCCESS)
}

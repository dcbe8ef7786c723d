//! `graft train`: a folder of folders in, a head (and a network of its own, where blocks are trained) out.

mod args;
pub mod tell;
#[cfg(test)]
mod tests;
mod workbench;

use std::process::ExitCode;

use self::tell::Summary;
use super::project_file::{self, Made};
use crate::error::Result;
use crate::protocol::Ended;

pub use args::Args;
pub use workbench::{Told, Workbench};

/// Embeds the photos, trains, and says how it does on what was held out.
///
/// Exit status 1 where a photo failed, or training after a first epoch: what was reached before is written all the same.
///
/// # Errors
/// As [`Workbench::give`]; the file cannot be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    crate::head::check(&args.settings()?)?;
    let mut workbench = Workbench::open(args.engine.device)?;
    let given = workbench.give(args, |told| tell::tell(&told, args.json))?;
    tell::summary(&Summary::of(&given), args.json);
    if let Some(out) = &args.out {
        let made = Made {
            folder: given.folder,
            embedded: given.embedded,
            data: &given.data,
            split: &given.split,
            settings: &given.settings,
            head: &given.outcome.taught,
            backbone: &given.backbone,
        };
        project_file::write(out, &made, args.keep_metadata)?;
    }
    let all = given.embedded.len() == given.folder.photos.len();
    let to_the_end = given.outcome.summary.ended != Ended::Failed;
    Ok(if all && to_the_end { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

//! `graft lab`: the runs of a plan, one after another, as one table and curves over one another.

mod journal;
mod plan;
mod search;

use std::path::PathBuf;
use std::process::ExitCode;

use self::journal::{Journal, Kept};
use self::plan::{Plan, Planned};
use super::engine::{read, weights};
use super::train::tell::tell;
use super::train::{Told, Workbench};
use crate::cli::say::{note, say};
use crate::error::{Error, ErrorKind, Result};
use crate::lab::Record;
use crate::lab::record::depth;
use crate::lesson;
use crate::project::TrainSettings;
use crate::protocol::{Ended, EpochRow};

/// What `graft lab` understands.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The plan: `[defaults]`, and a `[[run]]` each with a name; the keys are the flags of `graft train`, `seeds`, and `search-blocks`.
    #[arg(value_name = "PLAN.toml")]
    plan: PathBuf,
    /// Where table.csv, table.md, curves.svg, epochs.jsonl and records.json go, and blocks.svg where blocks are searched. Runs that are in there already are not run again.
    #[arg(long, value_name = "DIR", required_unless_present = "list")]
    out: Option<PathBuf>,
    /// Only the runs of this name; may be given several times.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Print the commands, and run nothing.
    #[arg(long)]
    list: bool,
}

/// Runs the plan. After every run the tables and curves are written anew, so that whenever it is stopped nothing that was finished is lost.
///
/// Exit status 1 where a run failed; the others are run.
///
/// # Errors
/// The plan is not understood, or names a run twice; there is no run of that name; a file cannot be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let name = args.plan.display().to_string();
    let bytes = read(&args.plan)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let cure = "Save it as UTF-8.";
        Error::new(ErrorKind::Usage, name.as_str(), "a text in UTF-8", error.to_string(), cure)
    })?;
    let mut plan =
        Plan::read(text).map_err(|error| Error { subject: format!("{name}, {}", error.subject), ..error })?;
    plan.keep_only(&args.only)?;
    let Some(out) = args.out.as_ref().filter(|_| !args.list) else {
        plan.runs.iter().for_each(|run| match run.searches {
            true => say!("{} # then last:1, last:2, last:4, … until no better", run.with_blocks(0).command()),
            false => say!("{}", run.command()),
        });
        return Ok(ExitCode::SUCCESS);
    };
    let mut journal = Journal::open(out)?;
    let mut workbench = None;
    let all_went_well = go_through(&plan, &mut journal, blocks_of, |run, tell| one(run, &mut workbench, tell))?;
    say!("{}", journal.markdown());
    Ok(if all_went_well { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Runs what is not in the journal yet; says whether every run went well. `blocks`: how many blocks the network of a run has.
fn go_through(
    plan: &Plan,
    journal: &mut Journal,
    blocks: impl Fn(&Planned) -> Result<usize>,
    mut train: impl FnMut(&Planned, &mut dyn FnMut(&EpochRow)) -> Result<Record>,
) -> Result<bool> {
    let mut all_went_well = true;
    for (place, run) in plan.runs.iter().enumerate() {
        let which = format!("run {} of {}: {}, seed {}", place + 1, plan.runs.len(), run.name, run.seed);
        let went_well = match run.searches {
            true => search::go_through(run, &which, journal, &blocks, &mut train)?,
            false => go(run, &which, journal, &mut train)?.is_some_and(|record| record.ended != Ended::Failed),
        };
        all_went_well &= went_well;
    }
    Ok(all_went_well)
}

/// Trains a run and tells each of its epochs.
type Train<'a> = &'a mut dyn FnMut(&Planned, &mut dyn FnMut(&EpochRow)) -> Result<Record>;

/// One run, unless it is in the journal; what it came to, `None` where it failed before a first epoch was over.
fn go(run: &Planned, which: &str, journal: &mut Journal, train: Train<'_>) -> Result<Option<Record>> {
    if let Some(record) = journal.record_of(run) {
        note!("{which}: done before");
        return Ok(Some(record.clone()));
    }
    note!("{which}\n{}", run.command());
    journal.begin(run)?;
    let mut lost = Ok(());
    let trained = train(run, &mut |row| lost = journal.epoch(run, row));
    lost?;
    match trained {
        Ok(record) => {
            let settings = TrainSettings { seed: run.seed, ..record.settings.clone() };
            let record = Record { name: run.name.clone(), settings, ..record };
            journal.keep(Kept { command: run.command(), record: record.clone() })?;
            Ok(Some(record))
        }
        Err(error) => {
            note!("graft: {which}: {error}");
            Ok(None)
        }
    }
}

/// Blocks of the network of a search.
fn blocks_of(run: &Planned) -> Result<usize> {
    let args = run.with_blocks(1).args()?;
    Ok(lesson::design(&args.settings()?, Some(&weights(&args.engine.backbone)?))?.blocks.len())
}

/// One run, at the workbench of the run before where the device is the same: what that left of the photos is used again.
fn one(run: &Planned, workbench: &mut Option<(String, Workbench)>, each: &mut dyn FnMut(&EpochRow)) -> Result<Record> {
    let args = run.args()?;
    let device = format!("{:?}", args.engine.device);
    let (_, workbench) = match workbench.take().filter(|(of, _)| *of == device) {
        Some(before) => workbench.insert(before),
        None => workbench.insert((device, Workbench::open(args.engine.device)?)),
    };
    let began_on = workbench.kind();
    let mut rows = Vec::new();
    let given = workbench.give(&args, |told| {
        if let Told::Epoch(row) = &told {
            rows.push(**row);
            each(row);
        }
        tell(&told, false);
    })?;
    let summary = &given.outcome.summary;
    let device = summary.device.unwrap_or(began_on);
    Ok(Record {
        name: run.name.clone(),
        model: given.design.title.clone(),
        backbone: given.backbone.clone(),
        data: String::new(), // a plan says itself what its runs are about
        settings: given.settings.clone(),
        parameters: given.parameters(),
        trainable: summary.trainable,
        depth: Some(depth(&given.design, given.settings.head)),
        training: given.split.training.len(),
        validation: given.split.validation.len(),
        steps: summary.steps,
        seconds: summary.seconds,
        ended: summary.ended,
        device,
        began_on: (device != began_on).then_some(began_on),
        rows,
    })
}

#[cfg(test)]
mod tests;

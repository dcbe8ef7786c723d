//! The engine in a terminal: one file a subcommand.
//!
//! Results go to stdout (`--json`: one object a line), progress and messages to stderr. Exit status: 0 done, 1 some input failed,
//! 2 the call was not understood.

#![deny(clippy::print_stdout, reason = "it panics where nobody reads any more: `say!` does not")]

mod bench;
mod classify;
mod embed;
mod engine;
mod evaluate;
mod import;
mod lab;
mod models;
mod photos;
mod pretrain;
mod project_file;
mod resolve;
mod say;
mod summary;
mod train;

use std::process::ExitCode;

use self::say::note;
use clap::{Parser, Subcommand};

/// Grafts a new head onto a pretrained network.
#[derive(Debug, Parser)]
#[command(name = "graft", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists the backbones: there, or missing and why.
    Models(models::Args),
    /// Turns a TFLite MobileNet into Graft's own format.
    Import(import::Args),
    /// Writes every backbone that can be had, and their index, for the page.
    Resolve(resolve::Args),
    /// Says what is in photos.
    Classify(classify::Args),
    /// Writes the embeddings of a folder of folders of photos.
    Embed(embed::Args),
    /// Trains a head on a folder of folders of photos.
    Train(Box<train::Args>),
    /// Runs a plan of several trainings side by side: one table, curves over one another.
    Lab(lab::Args),
    /// Says how good a trained head is.
    Evaluate(evaluate::Args),
    /// Trains a small network from random weights, taught by a big one.
    Pretrain(pretrain::Args),
    /// Prints a network's layers as a table.
    Summary(summary::Args),
    /// Measures this machine.
    Bench(bench::Args),
}

/// Runs the program with the arguments it was started with.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Models(args) => models::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Resolve(args) => resolve::run(&args),
        Command::Classify(args) => classify::run(&args),
        Command::Embed(args) => embed::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Lab(args) => lab::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Pretrain(args) => pretrain::run(&args),
        Command::Summary(args) => summary::run(&args),
        Command::Bench(args) => bench::run(&args),
    };
    result.unwrap_or_else(|error| {
        note!("graft: {error}");
        ExitCode::from(if error.kind == crate::error::ErrorKind::Usage { 2 } else { 1 })
    })
}

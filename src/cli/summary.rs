//! `graft summary`: a network's layers as a table, as people know it from Keras.

use std::process::ExitCode;

use crate::architecture::Design;
use crate::cli::say::say;
use crate::error::Result;

/// What `graft summary` understands.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// `lenet-5`, `user-net`, or a MobileNet of any width and input: `mobilenet-v1-0.25-128`, `mobilenet-v2-1-224`.
    architecture: String,
    /// Classes of the head.
    #[arg(long, default_value_t = 10)]
    classes: usize,
}

/// Prints layers, output shapes, parameters and multiply-adds, and what a standard convolution would take where a separable one stands.
///
/// # Errors
/// There is no architecture of that name.
pub fn run(args: &Args) -> Result<ExitCode> {
    say!("{}", Design::parse(&args.architecture)?.summary_text(args.classes).trim_end());
    Ok(ExitCode::SUCCESS)
}

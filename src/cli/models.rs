//! `graft models`: the registry, and what of it is here.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::registry::{Backbone, Place, Registry, Resolver, locate};

/// What `graft models` understands.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// One backbone as `--json` prints it.
#[derive(Debug, Serialize)]
struct Line<'a> {
    name: &'a str,
    title: &'a str,
    classes: &'a str,
    architecture: &'a str,
    /// Whether all its files are here.
    there: bool,
    /// Where they are; `null` where they are not.
    place: Option<&'static str>,
    /// Why they are not usable; `null` where they are.
    problem: Option<&'a Error>,
    /// Length of the files to get.
    bytes: u64,
    /// Width and height of the input, pixels.
    input: usize,
    parameters: usize,
    depth: usize,
    /// Fractions of 1; `null` where they were not measured.
    top1: Option<f32>,
    top5: Option<f32>,
    /// Of a network that another one taught: how often its answers are that one's, top-1 and top-5; `null` elsewhere.
    agreement: Option<[f32; 2]>,
    /// How sure it is of photos of its own kind on average; `null` where it was not measured.
    confidence: Option<f32>,
    licence: &'a str,
    source: &'a str,
}

/// Prints the registry. Looks only at what is here: nothing is downloaded.
///
/// # Errors
/// The registry itself is malformed. A backbone that is missing is not an error here.
pub fn run(args: &Args) -> Result<ExitCode> {
    let registry = Registry::new()?;
    let mut resolver = Resolver::here();
    let mut lines = Vec::new();
    for backbone in &registry.backbones {
        lines.push((backbone, locate(&registry, backbone, &mut resolver)));
    }
    let text = if args.json {
        let json = |(backbone, place)| serde_json::to_string(&line(backbone, place)).unwrap_or_default(); // plain data: cannot fail
        lines.iter().map(|(backbone, place)| json((*backbone, place)) + "\n").collect()
    } else {
        table(&lines)
    };
    // Whoever reads may stop early (`graft models | head`).
    let _ = std::io::stdout().write_all(text.as_bytes());
    Ok(ExitCode::SUCCESS)
}

/// The table people read, and below it why anything is missing.
fn table(lines: &[(&Backbone, Result<Place>)]) -> String {
    let mut table = format!(
        "{:<21} {:<16} {:>7}  {:>5}  {:>10}  {:>5}  {:<14}  {}\n",
        "name", "files", "size", "input", "parameters", "depth", "top-1 / top-5", "classes"
    );
    let mut reasons = String::new();
    for (backbone, place) in lines {
        let found = match place {
            Ok(place) => place.as_str(),
            Err(error) if error.kind == ErrorKind::Registry => "missing",
            Err(_) => "wrong",
        };
        let both = |top1: f32, top5: f32| format!("{:.1} / {:.1} %", 100.0 * top1, 100.0 * top5);
        let accuracy = match (backbone.top1, backbone.top5, backbone.agreement) {
            (Some(top1), Some(top5), _) => both(top1, top5),
            (.., Some([top1, top5])) => {
                let agrees = both(top1, top5);
                let _ = writeln!(
                    reasons,
                    "\n* {} agrees with the network that taught it on {agrees} of held-out photos; its accuracy was not measured.",
                    backbone.name
                );
                agrees + "*"
            }
            _ => "not measured".to_string(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "{:<21} {found:<16} {:>4.1} MB  {:>5}  {:>8.2} M  {:>5}  {accuracy:<14}  {}",
            backbone.name,
            backbone.bytes() as f64 / 1e6,
            backbone.input,
            backbone.parameters as f64 / 1e6,
            backbone.architecture.depth(),
            backbone.classes,
        );
        if let Err(error) = place {
            let _ = writeln!(reasons, "\n{} is {found}. {error}", backbone.name);
        }
    }
    table + &reasons
}

fn line<'a>(backbone: &'a Backbone, place: &'a Result<Place>) -> Line<'a> {
    Line {
        name: &backbone.name,
        title: &backbone.title,
        classes: &backbone.classes,
        architecture: backbone.architecture.as_str(),
        there: place.is_ok(),
        place: place.as_ref().ok().map(|place| place.as_str()),
        problem: place.as_ref().err(),
        bytes: backbone.bytes(),
        input: backbone.input,
        parameters: backbone.parameters,
        depth: backbone.architecture.depth(),
        top1: backbone.top1,
        top5: backbone.top5,
        agreement: backbone.agreement,
        confidence: backbone.confidence,
        licence: &backbone.licence,
        source: &backbone.source,
    }
}

//! `graft import`: a TFLite MobileNet into our own format.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli::engine::{io, read};
use crate::cli::say::{note, say};
use crate::error::{Error, ErrorKind, Result};
use crate::registry::{Registry, Resolver, describe};
use crate::weights::tflite::{Network, import};
use crate::weights::{Label, Meta, WeightFile, sha256_hex, unnamed, with_background};

/// What `graft import` understands.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The network: an 8-bit MobileNetV1 or MobileNetV2.
    file: PathBuf,
    /// Its classifier, where that is a file of its own.
    #[arg(long)]
    head: Option<PathBuf>,
    /// What its output units stand for: a text file with a name a line. Known networks bring their own.
    #[arg(long)]
    labels: Option<PathBuf>,
    /// The weight file to write (.safetensors).
    #[arg(long)]
    out: PathBuf,
}

/// Converts one file.
///
/// # Errors
/// A file cannot be read or written, or is no network that can be imported; the error says what of it.
pub fn run(args: &Args) -> Result<ExitCode> {
    let body = read(&args.file)?;
    let head = args.head.as_deref().map(read).transpose()?;
    let about = |error: Error| error.about(args.file.display().to_string());
    let network = import(&body, head.as_deref()).map_err(about)?;

    let registry = Registry::new()?;
    let file = match (registry.backbone_of(&sha256_hex(&body)), &args.labels) {
        (Some(backbone), None) => describe(&registry, backbone, network, &mut Resolver::with_network())?,
        (_, Some(path)) => {
            let names = String::from_utf8(read(path)?).map_err(|error| {
                let cure = "Save the list as UTF-8.";
                Error::new(ErrorKind::Usage, path.display().to_string(), "text in UTF-8", error.to_string(), cure)
            })?;
            unknown(&args.file, network, with_background(&names)).map_err(about)?
        }
        (None, None) => {
            note!("{}: no --labels, so its classes are called unit 0, unit 1, …", args.file.display());
            let labels = unnamed(network.units());
            unknown(&args.file, network, labels).map_err(about)?
        }
    };
    let bytes = file.write();
    std::fs::write(&args.out, &bytes).map_err(|error| io(&args.out, "a file that can be written", &error))?;
    let meta = file.meta();
    say!(
        "{}: {} {}, input {}, {} parameters, {} layers, {} units, {:.1} MB, sha256 {}",
        args.out.display(),
        meta.architecture,
        meta.width,
        meta.input,
        meta.parameters,
        meta.depth,
        meta.labels.len(),
        bytes.len() as f64 / 1e6,
        sha256_hex(&bytes),
    );
    Ok(ExitCode::SUCCESS)
}

/// A network that the registry does not know: named after its file.
fn unknown(path: &Path, network: Network, labels: Vec<Label>) -> Result<WeightFile> {
    let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let meta = Meta {
        architecture: network.architecture,
        name: stem.clone(),
        title: stem,
        classes: format!("{} units", network.units()),
        width: network.width,
        input: network.input,
        labels,
        licence: "unknown".to_string(),
        source: "imported by hand".to_string(),
        top1: None,
        top5: None,
        confidence: None,
        agreement: None,
        parameters: 0,
        depth: 0,
        embedding: 0,
    };
    WeightFile::assemble(meta, network.layers)
}

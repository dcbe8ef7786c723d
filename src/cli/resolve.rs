//! `graft resolve`: every backbone that can be had, as weight files for the page.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli::say::note;
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::BackboneCard;
use crate::registry::{Registry, Resolver, convert};
use crate::weights::sha256_hex;

/// What `graft resolve` understands.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to write to: a weight file a backbone, and `index.json`.
    #[arg(long)]
    out: PathBuf,
    /// Download nothing; take what is here.
    #[arg(long)]
    offline: bool,
}

/// Digits of the checksum in a weight file's name: enough that no two ever share it.
const DIGITS: usize = 16;

/// Gets, verifies and converts every backbone, says which are missing and why, and writes `index.json` for those that are there.
///
/// Exit status 1 where any file is wrong, or none is there at all; missing ones only get a message.
///
/// # Errors
/// The folder cannot be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let registry = Registry::new()?;
    let mut resolver = if args.offline { Resolver::here() } else { Resolver::with_network() };
    std::fs::create_dir_all(&args.out).map_err(|error| io(&args.out, &error))?;

    let mut cards = Vec::new();
    let mut status = ExitCode::SUCCESS;
    for backbone in &registry.backbones {
        match convert(&registry, backbone, &mut resolver) {
            Ok(weights) => {
                let bytes = weights.write();
                let sha256 = sha256_hex(&bytes);
                let file = format!("{}-{}.safetensors", backbone.name, &sha256[..DIGITS]);
                write(&args.out.join(&file), &bytes)?;
                note!("{}: {:.1} MB", backbone.name, bytes.len() as f64 / 1e6);
                cards.push(weights.to_card(&file, bytes.len() as u64, &sha256));
            }
            Err(error) => {
                let missing = error.kind == ErrorKind::Registry;
                note!("{}: {}: {error}", backbone.name, if missing { "missing" } else { "wrong" });
                if !missing {
                    status = ExitCode::FAILURE;
                }
            }
        }
    }
    if cards.is_empty() {
        status = ExitCode::FAILURE;
    }
    remove_former(&args.out, &registry, &cards)?;
    let index = args.out.join("index.json");
    let text = serde_json::to_string_pretty(&cards).map_err(|error| io(&index, &error.into()))?;
    write(&index, text.as_bytes())?;
    note!("{} of {} backbones in {}", cards.len(), registry.backbones.len(), args.out.display());
    Ok(status)
}

/// Writes a file unless it is there already with the same bytes: its time stays, and nothing is copied again.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if std::fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    std::fs::write(path, bytes).map_err(|error| io(path, &error))
}

/// Takes away the weight files of former runs, told by their names; nothing else in the folder is touched.
fn remove_former(folder: &Path, registry: &Registry, cards: &[BackboneCard]) -> Result<()> {
    let current: BTreeSet<&str> = cards.iter().map(|card| card.file.as_str()).collect();
    for entry in std::fs::read_dir(folder).map_err(|error| io(folder, &error))? {
        let entry = entry.map_err(|error| io(folder, &error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !current.contains(name.as_str()) && is_ours(&name, registry) {
            std::fs::remove_file(entry.path()).map_err(|error| io(&entry.path(), &error))?;
        }
    }
    Ok(())
}

/// Whether a file is named as this program names weight files: a backbone, a hyphen, [`DIGITS`] digits, `.safetensors`.
fn is_ours(name: &str, registry: &Registry) -> bool {
    let Some((backbone, digits)) = name.strip_suffix(".safetensors").and_then(|stem| stem.rsplit_once('-')) else {
        return false;
    };
    registry.backbones.iter().any(|known| known.name == backbone)
        && digits.len() == DIGITS
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn io(path: &Path, error: &std::io::Error) -> Error {
    let cure = "Check the path, its permissions and the space left.";
    Error::new(ErrorKind::Io, path.display().to_string(), "a folder that can be written", error.to_string(), cure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_files_are_taken_away() {
        let registry = Registry::new().unwrap();
        assert!(is_ours("mobilenet-v2-0123456789abcdef.safetensors", &registry));
        assert!(is_ours("mobilenet-v1-0.25-0123456789abcdef.safetensors", &registry));
        assert!(!is_ours("mobilenet-v2.safetensors", &registry));
        assert!(!is_ours("my-own-0123456789abcdef.safetensors", &registry));
        assert!(!is_ours("index.json", &registry));
    }
}

//! `graft embed`: the embeddings of a folder of folders of photos, for other programs.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::engine::{EngineArgs, Opened, backbone, io};
use super::photos::{self, Folder};
use crate::archive::EmbeddingTable;
use crate::error::{Error, ErrorKind, Result};

/// What `graft embed` understands.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    engine: EngineArgs,
    /// A folder that holds a folder a class.
    #[arg(long)]
    data: PathBuf,
    /// The file to write: .npz (arrays `embeddings`, `labels`, `classes`, `files`) or .csv.
    #[arg(long)]
    out: PathBuf,
}

/// Embeds every photo; one that fails is named and left out.
///
/// # Errors
/// There is no such device, backbone or folder, or the file cannot be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let write = match args.out.extension().and_then(|extension| extension.to_str()) {
        Some("npz") => |table: &EmbeddingTable, file: File| table.write_npz(BufWriter::new(file)),
        Some("csv") => |table: &EmbeddingTable, file: File| table.write_csv(BufWriter::new(file)),
        _ => {
            let out = args.out.display().to_string();
            let cure = "Name the file with --out embeddings.npz or --out embeddings.csv.";
            return Err(Error::new(ErrorKind::Usage, "--out", "a file that ends in .npz or .csv", out, cure));
        }
    };
    let folder = Folder::list(&args.data)?;
    let opened = pollster::block_on(Opened::open(args.engine.device))?;
    let network = backbone(&args.engine.backbone, &opened.device)?;
    let paths: Vec<&Path> = folder.photos.iter().map(|photo| photo.path.as_path()).collect();
    let embedded = opened.trusted(photos::embed(&network, &paths))?;

    let labels: Vec<u32> = embedded.iter().map(|photo| folder.photos[photo.place].label).collect();
    let files: Vec<String> = embedded.iter().map(|photo| folder.photos[photo.place].name.clone()).collect();
    let rows: Vec<f32> = embedded.iter().flat_map(|photo| photo.embedding.iter().copied()).collect();
    let width = embedded.first().map_or(0, |photo| photo.embedding.len());
    let table = EmbeddingTable { classes: &folder.classes, labels: &labels, files: &files, rows: &rows, width };
    let failed = |error: std::io::Error| io(&args.out, "a file that can be written", &error);
    write(&table, File::create(&args.out).map_err(failed)?).map_err(failed)?;
    Ok(if embedded.len() == paths.len() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

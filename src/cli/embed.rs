//! `graft embed`: the embeddings of a folder of folders of photos, for other programs.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::engine::{EngineArgs, backbone, io, open, photo};
use super::npy;
use crate::error::{Error, ErrorKind, Result};
use crate::preprocess::crop_and_resize;

/// Photos in a batch: enough to fill a GPU, little enough to wait for.
const BATCH: usize = 16;

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

/// What is written.
#[derive(Debug, Default)]
struct Embeddings {
    /// Names of the classes, sorted.
    classes: Vec<String>,
    /// Class of each photo, an index into `classes`.
    labels: Vec<usize>,
    /// Path of each photo below the data folder.
    files: Vec<String>,
    /// Embedding of each photo, `[E]`.
    rows: Vec<Vec<f32>>,
}

/// Embeds every photo; one that fails is named and left out.
///
/// # Errors
/// There is no such device, backbone or folder, or the file cannot be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let write = match args.out.extension().and_then(|extension| extension.to_str()) {
        Some("npz") => write_npz,
        Some("csv") => write_csv,
        _ => {
            let out = args.out.display().to_string();
            let cure = "Name the file with --out embeddings.npz or --out embeddings.csv.";
            return Err(Error::new(ErrorKind::Usage, "--out", "a file that ends in .npz or .csv", out, cure));
        }
    };
    let (classes, photos) = list(&args.data)?;
    pollster::block_on(async {
        let (device, _) = open(args.engine.device).await?;
        let network = backbone(&args.engine.backbone, &device)?;
        let mut result = Embeddings { classes, ..Embeddings::default() };
        let mut failed = 0;
        for (done, batch) in photos.chunks(BATCH).enumerate() {
            let mut pixels = Vec::new();
            for (label, path) in batch {
                match photo(path) {
                    Ok(rgb) => {
                        pixels.extend(crop_and_resize(&rgb, network.meta().input));
                        result.labels.push(*label);
                        result.files.push(path.strip_prefix(&args.data).unwrap_or(path).display().to_string());
                    }
                    Err(error) => {
                        failed += 1;
                        eprintln!("graft: {error}");
                    }
                }
            }
            if !pixels.is_empty() {
                result.rows.extend(network.run(&pixels).await?.embedding);
            }
            eprint!("\r{} of {} photos", (done * BATCH + batch.len()), photos.len());
        }
        eprintln!();
        write(&args.out, &result).map_err(|error| io(&args.out, "a file that can be written", &error))?;
        Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
    })
}

/// The classes' names, and every file with its class; both sorted, so that the order is the same everywhere.
fn list(data: &Path) -> Result<(Vec<String>, Vec<(usize, PathBuf)>)> {
    let mut folders: Vec<PathBuf> = entries(data)?.into_iter().filter(|path| path.is_dir()).collect();
    folders.sort();
    let mut photos = Vec::new();
    for (label, folder) in folders.iter().enumerate() {
        let mut files: Vec<PathBuf> = entries(folder)?.into_iter().filter(|path| path.is_file()).collect();
        files.sort();
        photos.extend(files.into_iter().map(|file| (label, file)));
    }
    if photos.is_empty() {
        let cure = "Give the folder whose sub-folders are the classes.";
        let subject = data.display().to_string();
        return Err(Error::new(
            ErrorKind::Usage,
            subject,
            "a folder that holds a folder of photos a class",
            "none",
            cure,
        ));
    }
    let name = |folder: &PathBuf| folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((folders.iter().map(name).collect(), photos))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error| io(folder, "a folder that can be read", &error);
    std::fs::read_dir(folder).map_err(failed)?.map(|entry| entry.map(|entry| entry.path()).map_err(failed)).collect()
}

fn write_npz(path: &Path, embeddings: &Embeddings) -> std::io::Result<()> {
    let mut file = ZipWriter::new(BufWriter::new(File::create(path)?));
    let arrays = [
        ("embeddings", npy::floats(&embeddings.rows)),
        ("labels", npy::integers(&embeddings.labels)),
        ("classes", npy::texts(&embeddings.classes)),
        ("files", npy::texts(&embeddings.files)),
    ];
    for (name, array) in arrays {
        file.start_file(format!("{name}.npy"), SimpleFileOptions::default())?;
        file.write_all(&array)?;
    }
    file.finish()?.flush()
}

/// A header, then a row a photo: file, class, and the embedding's numbers.
fn write_csv(path: &Path, embeddings: &Embeddings) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let length = embeddings.rows.first().map_or(0, Vec::len);
    let columns: Vec<String> = (0..length).map(|i| format!("e{i}")).collect();
    writeln!(file, "file,class,{}", columns.join(","))?;
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    for ((row, name), label) in embeddings.rows.iter().zip(&embeddings.files).zip(&embeddings.labels) {
        let numbers: Vec<String> = row.iter().map(f32::to_string).collect();
        writeln!(file, "{},{},{}", quoted(name), quoted(&embeddings.classes[*label]), numbers.join(","))?;
    }
    file.flush()
}

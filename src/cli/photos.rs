//! Folders of photos for the subcommands that embed many: listing, decoding on every core, the network in batches.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::thread;

use super::engine::{io, read};
use crate::archive::may_be_photo;
use crate::backbone::Backbone;
use crate::cli::say::note;
use crate::error::{Error, ErrorKind, Result};
use crate::photo;
use crate::preprocess::crop_and_resize;
use crate::project::{Role, place};
use crate::weights::sha256_hex;

/// Photos in a batch: enough to fill a GPU, little enough to wait for.
const BATCH: usize = 16;

/// How deep folders may lie in one another; deeper ones are links that lead in a circle.
const DEEPEST: usize = 32;

/// One photo of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Where it is.
    pub path: PathBuf,
    /// The same below the data folder, `/` between folders.
    pub name: String,
    /// An index into [`Folder::classes`].
    pub label: u32,
    /// Which side it must stand on.
    pub role: Role,
}

/// A folder of folders of photos.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    /// Names of the classes, sorted.
    pub classes: Vec<String>,
    /// The photos, in the order of their classes and names, so that it is the same everywhere.
    pub photos: Vec<Listed>,
}

impl Folder {
    /// Lists it; what is no photo by its name, or in no class's folder, is counted on stderr and left out.
    ///
    /// # Errors
    /// The folder cannot be read, or holds no photo in a class's folder.
    pub fn list(data: &Path) -> Result<Self> {
        let mut names = Vec::new();
        walk(data, "", 0, &mut names)?;
        names.sort();
        let total = names.len();
        names.retain(|name| may_be_photo(name).is_ok());
        let placed = place(&names);
        let mut classes: Vec<String> = placed.iter().filter_map(|placed| placed.class.clone()).collect();
        classes.sort();
        classes.dedup();
        let label = |class: &str| classes.binary_search_by(|name| name.as_str().cmp(class)).ok();
        let mut photos: Vec<Listed> = Vec::with_capacity(names.len());
        for (name, placed) in names.iter().zip(placed) {
            let label = placed.class.as_deref().and_then(label).and_then(|label| u32::try_from(label).ok());
            if let Some(label) = label {
                photos.push(Listed { path: data.join(name), name: name.clone(), label, role: placed.role });
            }
        }
        photos.sort_by(|a, b| (a.label, &a.name).cmp(&(b.label, &b.name)));
        if photos.is_empty() {
            let cure = "Give the folder whose sub-folders are the classes.";
            let expected = "a folder that holds a folder of photos a class";
            return Err(Error::new(ErrorKind::Usage, data.display().to_string(), expected, "none", cure));
        }
        if photos.len() < total {
            note!(
                "{}: {} files are no photos, or in no class's folder: left out",
                data.display(),
                total - photos.len()
            );
        }
        Ok(Self { classes, photos })
    }

    /// The same with these classes only; all of them where none is named.
    ///
    /// # Errors
    /// `Usage`: there is no folder of that name.
    pub fn only(self, names: &[String]) -> Result<Self> {
        if names.is_empty() {
            return Ok(self);
        }
        labels_of(names, &self.classes, "--classes")?;
        let mut classes = names.to_vec();
        classes.sort();
        classes.dedup();
        let label = |old: u32| classes.binary_search(&self.classes[old as usize]).ok();
        let kept = self.photos.into_iter().filter_map(|photo| {
            let label = u32::try_from(label(photo.label)?).ok()?;
            Some(Listed { label, ..photo })
        });
        let photos = kept.collect();
        Ok(Self { classes, photos })
    }
}

/// Decodes photos for a network of another input size: u8 `[side, side, 3]` each, in their order, on every core.
pub fn decode(paths: &[&Path], side: usize) -> Vec<Result<Vec<u8>>> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let one = |path: &&Path| {
        let rgb = photo::decode(&read(path)?).map_err(|error| error.about(path.display().to_string()))?;
        Ok(crop_and_resize(&rgb, side))
    };
    thread::scope(|scope| {
        let share = paths.len().div_ceil(cores).max(1);
        let worker = |paths| scope.spawn(move || <[&Path]>::iter(paths).map(one).collect::<Vec<_>>());
        let workers: Vec<_> = paths.chunks(share).map(worker).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    })
}

/// Each name's place among the classes.
///
/// # Errors
/// `Usage`: a name is none of them; `subject` says where it comes from.
pub fn labels_of(names: &[String], classes: &[String], subject: &str) -> Result<Vec<u32>> {
    let label = |name: &String| {
        let place = classes.iter().position(|class| class == name).and_then(|place| u32::try_from(place).ok());
        place.ok_or_else(|| {
            let cure = "Name its folders as the classes are called, and leave others out.";
            Error::new(ErrorKind::Usage, subject, format!("folders called {}", classes.join(", ")), name, cure)
        })
    };
    names.iter().map(label).collect()
}

/// The paths of all files below, relative to the data folder. A folder without photos is named on stderr.
fn walk(data: &Path, below: &str, depth: usize, names: &mut Vec<String>) -> Result<()> {
    let folder = data.join(below);
    let failed = |error| io(&folder, "a folder that can be read", &error);
    let before = names.len();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "__MACOSX" {
            continue; // the systems' own
        }
        let name = if below.is_empty() { name } else { format!("{below}/{name}") };
        if path.is_dir() {
            if depth < DEEPEST {
                walk(data, &name, depth + 1, names)?;
            }
        } else {
            names.push(name);
        }
    }
    if depth > 0 && !names[before..].iter().any(|name| may_be_photo(name).is_ok()) {
        note!("{}: no photo in it", folder.display());
    }
    Ok(())
}

/// What is known of a photo that was embedded.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    /// Its place in the list that was given.
    pub place: usize,
    /// sha256 of the file.
    pub sha256: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// Width and height as a person sees it, pixels.
    pub size: [u32; 2],
    /// Has it no colour?
    pub grey: bool,
    /// `[E]`.
    pub embedding: Vec<f32>,
}

/// A photo ready for the network.
struct Decoded {
    facts: Embedded,
    /// u8 `[input, input, 3]`.
    pixels: Vec<u8>,
}

/// Embeds photos in their order: every core decodes the next batch while the network computes. One that fails is named on stderr and left out.
///
/// # Errors
/// The device fails.
pub fn embed(network: &Backbone, paths: &[&Path]) -> Result<Vec<Embedded>> {
    let input = network.meta().input;
    let mut result = Vec::with_capacity(paths.len());
    thread::scope(|scope| {
        let decode = |batch: usize| decode_batch(scope, paths, batch, input);
        let batches = paths.len().div_ceil(BATCH);
        let mut next = decode(0);
        for batch in 0..batches {
            let workers = std::mem::replace(&mut next, decode(batch + 1));
            let mut facts = Vec::new();
            let mut pixels = Vec::new();
            for decoded in workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()) {
                match decoded {
                    Ok(photo) => {
                        pixels.extend(photo.pixels);
                        facts.push(photo.facts);
                    }
                    Err(error) => note!("graft: {error}"),
                }
            }
            if !facts.is_empty() {
                let rows = pollster::block_on(network.run(&pixels))?.embedding;
                result.extend(facts.into_iter().zip(rows).map(|(facts, embedding)| Embedded { embedding, ..facts }));
            }
            if std::io::stderr().is_terminal() {
                eprint!("\r{} of {} photos", paths.len().min((batch + 1) * BATCH), paths.len());
            }
        }
        note!("\r{} of {} photos embedded", result.len(), paths.len());
        Ok(result)
    })
}

/// Threads that decode a batch, in its order; none beyond the last batch.
fn decode_batch<'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    paths: &'scope [&Path],
    batch: usize,
    input: usize,
) -> Vec<thread::ScopedJoinHandle<'scope, Vec<Result<Decoded>>>> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let first = paths.len().min(batch * BATCH);
    let here = &paths[first..paths.len().min(first + BATCH)];
    let share = here.len().div_ceil(cores).max(1);
    let worker = |(part, paths): (usize, &'scope [&Path])| {
        let places = first + part * share..;
        scope.spawn(move || places.zip(paths).map(|(place, path)| decode_one(place, path, input)).collect())
    };
    here.chunks(share).enumerate().map(worker).collect()
}

fn decode_one(place: usize, path: &Path, input: usize) -> Result<Decoded> {
    let file = read(path)?;
    let rgb = photo::decode(&file).map_err(|error| error.about(path.display().to_string()))?;
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let facts = Embedded {
        place,
        sha256: sha256_hex(&file),
        bytes: file.len() as u64,
        size: [side(rgb.width), side(rgb.height)],
        grey: photo::is_grey(&rgb),
        embedding: Vec::new(),
    };
    Ok(Decoded { facts, pixels: crop_and_resize(&rgb, input) })
}

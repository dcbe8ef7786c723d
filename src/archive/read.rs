//! Opens a `.graft` file: everything about it is checked before anything is believed.

use std::collections::HashSet;
use std::io::{Read, Seek};

use super::manifest::{FORMAT, MANIFEST, Manifest, PHOTOS, Stamp, VERSION};
use super::open::{Archive, no_such_entry};
use super::tensors::{self, GraftEmbeddings};
use super::trouble::no_project;
use super::validate;
use crate::error::{Error, Result};
use crate::project::{Project, SampleId};
use crate::protocol::ZipEntry;

/// What a `.graft` file holds, beside the large things.
#[derive(Debug, Clone, PartialEq)]
pub struct GraftFile {
    /// The project; its ids, names and settings fit one another.
    pub project: Project,
    /// What the page had put beside it.
    pub page: serde_json::Value,
    /// sha256 of the backbone's weights, where it was known.
    pub backbone_sha256: Option<String>,
    /// Where each sample's photo is, in the order of the file.
    pub photos: Vec<(SampleId, ZipEntry)>,
    /// Samples whose photo is not in the file: it could not be written, or not without its metadata.
    pub missing: Vec<SampleId>,
}

/// An open `.graft` file. Photos are taken out one at a time.
#[derive(Debug)]
pub struct GraftReader<R> {
    archive: Archive<R>,
    file: GraftFile,
    embeddings: Option<ZipEntry>,
    head: Option<ZipEntry>,
}

impl<R: Read + Seek> GraftReader<R> {
    /// Reads the directory and `graft.json`.
    ///
    /// # Errors
    /// `Archive`: the file is no zip file or no `.graft` file, is damaged, of a later version, or contradicts itself. The subject is "the zip file" or
    /// "the .graft file"; callers that know its name put it in with [`Error::about`].
    pub fn open(reader: R) -> Result<Self> {
        let mut archive = Archive::open(reader)?;
        let entry = archive.find(MANIFEST).ok_or_else(|| {
            let error = no_project(format!("a zip file with `{MANIFEST}` in it"), "a zip file of something else");
            Error { cure: "For a zip file of photos, use Add photos; nothing was changed.".into(), ..error }
        })?;
        let entry = entry.map_err(|reason| no_project(format!("`{MANIFEST}`"), reason))?;
        let text = archive.take(entry.index)?;
        let manifest = parse(&text)?;
        let named = |name: &Option<String>| {
            let Some(name) = name else { return Ok(None) };
            locate(&archive, name).map(Some)
        };
        let (embeddings, head) = (named(&manifest.embeddings)?, named(&manifest.head)?);
        let photos = photos(&archive, &manifest)?;
        let there: HashSet<SampleId> = photos.iter().map(|(sample, _)| *sample).collect();
        let samples = manifest.project.samples.iter().map(|sample| sample.id);
        let missing = samples.filter(|sample| !there.contains(sample)).collect();
        let Manifest { project, page, backbone, .. } = manifest;
        let file = GraftFile { project, page, backbone_sha256: backbone.sha256, photos, missing };
        Ok(Self { archive, file, embeddings, head })
    }

    /// What the file holds.
    pub fn file(&self) -> &GraftFile {
        &self.file
    }

    /// The embeddings, where they are in the file and by the project's backbone. Those of samples that the project does not have are left out.
    ///
    /// # Errors
    /// `Archive`: they are damaged.
    pub fn embeddings(&mut self) -> Result<Option<GraftEmbeddings>> {
        let Some(entry) = &self.embeddings else { return Ok(None) };
        let read = tensors::read(&self.archive.take(entry.index)?)?;
        let known: HashSet<SampleId> = self.file.project.samples.iter().map(|sample| sample.id).collect();
        let mut kept = GraftEmbeddings { samples: Vec::new(), rows: Vec::new(), ..read };
        let mut seen = HashSet::new();
        for (&sample, row) in read.samples.iter().zip(read.rows.chunks_exact(read.width.max(1))) {
            if known.contains(&sample) && seen.insert(sample) {
                kept.samples.push(sample);
                kept.rows.extend_from_slice(row);
            }
        }
        Ok((kept.backbone == self.file.project.backbone).then_some(kept))
    }

    /// The head's file, where there is one; it checks itself when it is loaded.
    ///
    /// # Errors
    /// `Archive`: it is damaged.
    pub fn head(&mut self) -> Result<Option<Vec<u8>>> {
        self.head.as_ref().map(|entry| self.archive.take(entry.index)).transpose()
    }

    /// The photo at [`ZipEntry::index`].
    ///
    /// # Errors
    /// `Archive`: it is damaged, or no photo of [`GraftFile::photos`].
    pub fn take(&mut self, index: usize) -> Result<Vec<u8>> {
        if !self.file.photos.iter().any(|(_, entry)| entry.index == index) {
            return Err(no_such_entry(index));
        }
        self.archive.take(index)
    }
}

/// `graft.json`, its version looked at first.
fn parse(text: &[u8]) -> Result<Manifest> {
    let unreadable =
        |error: serde_json::Error| no_project(format!("`{MANIFEST}` as Graft writes it"), error.to_string());
    let stamp: Stamp = serde_json::from_slice(text).map_err(unreadable)?;
    if stamp.format != FORMAT {
        return Err(no_project(format!("the format {FORMAT:?}"), format!("{:?}", stamp.format)));
    }
    if stamp.version > VERSION {
        return Err(validate::later(format!("a file of version {VERSION}"), stamp.version));
    }
    let mut manifest: Manifest = serde_json::from_slice(text).map_err(unreadable)?;
    validate::project(&mut manifest.project)?;
    Ok(manifest)
}

/// Where the photos are: each of a sample that is there, each sample and each entry once, none outside its folder.
fn photos<R: Read + Seek>(archive: &Archive<R>, manifest: &Manifest) -> Result<Vec<(SampleId, ZipEntry)>> {
    let mut expected: HashSet<SampleId> = manifest.project.samples.iter().map(|sample| sample.id).collect();
    let mut paths = HashSet::new();
    let wrong = |found: String| no_project("a photo for each sample", found);
    let mut photos = Vec::with_capacity(manifest.photos.len().min(expected.len()));
    for note in &manifest.photos {
        if !expected.remove(&note.sample) {
            return Err(wrong(format!("a photo of the number {}, which is not there or has one", note.sample)));
        }
        if !note.path.starts_with(PHOTOS) || !paths.insert(note.path.as_str()) {
            return Err(wrong(format!("the path {:?}", note.path)));
        }
        photos.push((note.sample, locate(archive, &note.path)?));
    }
    Ok(photos)
}

/// The entry of this name, which must be there.
fn locate<R: Read + Seek>(archive: &Archive<R>, name: &str) -> Result<ZipEntry> {
    let entry = archive.find(name).unwrap_or_else(|| Err("it is not in the file".into()));
    entry.map_err(|reason| no_project(format!("`{name}`"), reason))
}

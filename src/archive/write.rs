//! Writes a `.graft` file, entry by entry.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{Seek, SeekFrom, Write};
use std::rc::Rc;

use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::manifest::{BackboneNote, EMBEDDINGS, FORMAT, HEAD, MANIFEST, Manifest, PhotoNote, VERSION, photo_path};
use super::{tensors, without_metadata};
use crate::error::{Error, ErrorKind, Result};
use crate::project::{FORMAT_VERSION, Project, SampleId};

/// A `.graft` file that is being written. Entries may come in any order; [`GraftWriter::finish`] ends the file.
pub struct GraftWriter<W: Write + Seek> {
    zip: ZipWriter<Measured<W>>,
    /// Where the sink stands.
    position: Rc<Cell<u64>>,
    manifest: Manifest,
    /// Names of the project's samples; those written are taken out.
    names: HashMap<SampleId, String>,
    /// Where the entry that was begun last begins.
    begun: u64,
}

impl<W: Write + Seek> std::fmt::Debug for GraftWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GraftWriter").field("photos", &self.manifest.photos.len()).finish_non_exhaustive()
    }
}

impl<W: Write + Seek> GraftWriter<W> {
    /// Begins a file at the beginning of `sink` with this project; `page` is given back when the file is opened.
    ///
    /// `backbone_sha256` is that of the weights by which the photos were embedded, where it is known.
    pub fn new(sink: W, project: &Project, page: Value, backbone_sha256: Option<&str>) -> Self {
        let names = project.samples.iter().map(|sample| (sample.id, sample.name.clone())).collect();
        let backbone = BackboneNote { name: project.backbone.clone(), sha256: backbone_sha256.map(str::to_owned) };
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            project: Project { version: FORMAT_VERSION, ..project.clone() },
            backbone,
            photos: Vec::new(),
            embeddings: None,
            head: None,
            page,
        };
        let position = Rc::new(Cell::new(0));
        let zip = ZipWriter::new(Measured { sink, position: Rc::clone(&position) });
        Self { zip, position, manifest, names, begun: 0 }
    }

    /// Puts in a sample's photo, without its metadata unless they are to be kept.
    ///
    /// # Errors
    /// [`ErrorKind::Archive`]: its metadata cannot be taken out (see [`without_metadata`]); the photo is left out, and the file can go on. The subject
    /// is the photo's name. [`ErrorKind::Usage`]: the project has no such sample, or its photo was put in already. [`ErrorKind::Io`]: the file cannot be written.
    pub fn photo(&mut self, sample: SampleId, photo: &[u8], keep_metadata: bool) -> Result<()> {
        let Some(name) = self.names.get(&sample) else {
            let (expected, cure) = ("a photo of the project that is not in yet", "Save the project again.");
            return Err(Error::new(ErrorKind::Usage, "the .graft file", expected, format!("number {sample}"), cure));
        };
        let path = photo_path(sample, name);
        if keep_metadata {
            self.entry(&path, photo, CompressionMethod::Stored)?;
        } else {
            let stripped = without_metadata(photo).map_err(|error| error.about(name.clone()))?;
            self.entry(&path, &stripped, CompressionMethod::Stored)?;
        }
        self.names.remove(&sample);
        self.manifest.photos.push(PhotoNote { sample, path });
        Ok(())
    }

    /// Puts in the embeddings of samples: `rows` is f32 `[N, width]`, by the project's backbone.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: `rows` is not `samples.len()` × `width` long; [`ErrorKind::Io`]: the file cannot be written.
    pub fn embeddings(&mut self, samples: &[SampleId], width: usize, rows: &[f32]) -> Result<()> {
        let bytes = tensors::write(&self.manifest.backbone.name, samples, width, rows)?;
        self.entry(EMBEDDINGS, &bytes, CompressionMethod::Stored)?;
        self.manifest.embeddings = Some(EMBEDDINGS.to_owned());
        Ok(())
    }

    /// Puts in the head's file.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]: the file cannot be written.
    pub fn head(&mut self, bytes: &[u8]) -> Result<()> {
        self.entry(HEAD, bytes, CompressionMethod::Stored)?;
        self.manifest.head = Some(HEAD.to_owned());
        Ok(())
    }

    /// How many bytes of the file are final: nothing before this place will be changed. For [`Parts::take_until`](super::Parts::take_until).
    pub fn is_final_until(&self) -> u64 {
        self.begun
    }

    /// Ends the file and gives back the sink.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]: the file cannot be written.
    pub fn finish(mut self) -> Result<W> {
        let text = serde_json::to_vec(&self.manifest).map_err(|error| failed(error.into()))?;
        self.entry(MANIFEST, &text, CompressionMethod::Deflated)?;
        Ok(self.zip.finish().map_err(|error| failed(error.into()))?.sink)
    }

    fn entry(&mut self, name: &str, bytes: &[u8], method: CompressionMethod) -> Result<()> {
        let options = SimpleFileOptions::default().compression_method(method);
        // An entry's size and checksum are written into its header when the next one begins. Stored entries are in the sink at once.
        self.begun = self.position.get();
        self.zip.start_file(name, options).map_err(|error| failed(error.into()))?;
        self.zip.write_all(bytes).map_err(failed)?;
        Ok(())
    }
}

/// A sink that tells where it stands.
struct Measured<W> {
    sink: W,
    position: Rc<Cell<u64>>,
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.sink.write(bytes)?;
        self.position.set(self.position.get() + count as u64);
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.sink.flush()
    }
}

impl<W: Seek> Seek for Measured<W> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.position.set(self.sink.seek(to)?);
        Ok(self.position.get())
    }
}

fn failed(error: std::io::Error) -> Error {
    let cure = "Check the space that is left, and save again.";
    Error::new(ErrorKind::Io, "the .graft file", "a file that can be written", error.to_string(), cure)
}

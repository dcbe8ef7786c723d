//! Zip files of photos and `.graft` files, in and out: one photo at a time, so that memory holds one.

use std::io::Cursor;

use super::*;
use crate::archive::{EmbeddingTable, GraftReader, GraftWriter, Parts, ZipPhotos};
use crate::project::Project;
use crate::protocol::{EmbeddingsFormat, Labelled};

/// The file that photos are taken out of.
#[derive(Debug)]
pub(super) enum Open<R> {
    /// A person's zip file of photos.
    Zip(ZipPhotos<R>),
    /// A project.
    Graft(Box<GraftReader<R>>),
}

/// A `.graft` file that is being written.
#[derive(Debug)]
pub(super) struct Packing {
    writer: GraftWriter<Parts>,
    parts: Parts,
    samples: Vec<SampleId>,
    keep_metadata: bool,
}

impl<H: Host> Session<H> {
    pub(super) fn open_zip(&mut self, number: u32, name: String, file: H::Photo) {
        self.classroom.open = None;
        match ZipPhotos::open(self.host.reader(file)) {
            Ok(zip) => {
                let (entries, skipped) = (zip.entries().to_vec(), zip.skipped().to_vec());
                self.classroom.open = Some(Open::Zip(zip));
                self.tell(TeachEvent::ZipOpened { number, entries, skipped });
            }
            Err(error) => self.tell(TeachEvent::ZipFailed { number, error: error.about(name) }),
        }
    }

    pub(super) fn open_graft(&mut self, number: u32, name: String, file: H::Photo) {
        self.classroom.open = None;
        match self.graft_opened(number, file) {
            Ok((event, data)) => self.tell_with(event, data),
            Err(error) => {
                self.classroom.open = None;
                self.tell(TeachEvent::ZipFailed { number, error: error.about(name) });
            }
        }
    }

    fn graft_opened(&mut self, number: u32, file: H::Photo) -> Result<(TeachEvent, Vec<u8>)> {
        let mut reader = GraftReader::open(self.host.reader(file))?;
        let embeddings = reader.embeddings()?.unwrap_or_default();
        let head = reader.head()?.unwrap_or_default();
        let mut data: Vec<u8> = bytemuck::cast_slice(&embeddings.rows).to_vec();
        data.extend(&head);
        let held = reader.file();
        let event = TeachEvent::GraftOpened {
            number,
            project: Box::new(held.project.clone()),
            page: held.page.clone(),
            photos: held.photos.clone(),
            embedded: embeddings.samples,
            head_bytes: head.len(),
        };
        self.classroom.open = Some(Open::Graft(Box::new(reader)));
        Ok((event, data))
    }

    pub(super) fn unpack(&mut self, index: usize) {
        let taken = match &mut self.classroom.open {
            Some(Open::Zip(zip)) => zip.take(index),
            Some(Open::Graft(graft)) => graft.take(index),
            None => Err(Error::new(
                ErrorKind::Usage,
                "a photo in a zip file",
                "an open zip file",
                "none",
                "Open the file again.",
            )),
        };
        match taken {
            Ok(bytes) => self.tell_with(TeachEvent::Unpacked { index }, bytes),
            Err(error) => self.tell(TeachEvent::UnpackFailed { index, error }),
        }
    }

    pub(super) fn pack_begin(&mut self, project: &Project, page: serde_json::Value, keep_metadata: bool) {
        let parts = Parts::default();
        let samples = project.samples.iter().map(|sample| sample.id).collect();
        let sum = self.weights_sum.as_deref();
        let writer = GraftWriter::new(parts.clone(), project, page, sum);
        self.classroom.packing = Some(Packing { writer, parts, samples, keep_metadata });
    }

    pub(super) async fn pack_photo(&mut self, sample: SampleId, photo: &H::Photo) {
        let bytes = self.host.bytes(photo).await;
        let Some(packing) = &mut self.classroom.packing else { return self.tell(not_packing()) };
        let keep = packing.keep_metadata;
        if let Err(error) = bytes.and_then(|bytes| packing.writer.photo(sample, &bytes, keep)) {
            self.tell(TeachEvent::Failed { error }); // this photo is left out, the file goes on
        }
        let Some(packing) = &self.classroom.packing else { return };
        let part = packing.parts.take_until(packing.writer.is_final_until());
        self.tell_with(TeachEvent::Packed { sample: Some(sample), done: false }, part);
    }

    pub(super) fn pack_end(&mut self) {
        let Some(mut packing) = self.classroom.packing.take() else { return self.tell(not_packing()) };
        let embeddings = &self.classroom.embeddings;
        let held: Vec<SampleId> = packing.samples.into_iter().filter(|id| embeddings.get(*id).is_some()).collect();
        let written = (|| {
            if !held.is_empty() {
                packing.writer.embeddings(&held, embeddings.width(), &embeddings.gather(&held)?)?;
            }
            if let Some(head) = &self.classroom.head {
                packing.writer.head(&head.to_bytes())?;
            }
            packing.writer.finish()
        })();
        match written {
            Ok(_) => self.tell_with(TeachEvent::Packed { sample: None, done: true }, packing.parts.take()),
            Err(error) => self.tell(TeachEvent::Failed { error }),
        }
    }

    pub(super) fn write_embeddings(&self, data: &Labelled, names: &[String], format: EmbeddingsFormat) {
        let embeddings = &self.classroom.embeddings;
        let written = embeddings.gather(&data.samples).and_then(|rows| {
            let table = EmbeddingTable {
                classes: &data.classes,
                labels: &data.labels,
                files: names,
                rows: &rows,
                width: embeddings.width(),
            };
            let mut bytes = Cursor::new(Vec::new());
            let (name, written) = match format {
                EmbeddingsFormat::Csv => ("embeddings.csv", table.write_csv(&mut bytes)),
                EmbeddingsFormat::Npz => ("embeddings.npz", table.write_npz(&mut bytes)),
            };
            let failed = |error: std::io::Error| {
                let cure = "Choose fewer photos, or the other format.";
                Error::new(ErrorKind::Io, name, "a file that can be written", error.to_string(), cure)
            };
            written.map_err(failed).map(|()| (name.to_owned(), bytes.into_inner()))
        });
        match written {
            Ok((name, bytes)) => self.tell_with(TeachEvent::File { name }, bytes),
            Err(error) => self.tell(TeachEvent::Failed { error }),
        }
    }
}

fn not_packing() -> TeachEvent {
    let error =
        Error::new(ErrorKind::Usage, "the .graft file", "one that was begun", "none", "Save the project again.");
    TeachEvent::Failed { error }
}

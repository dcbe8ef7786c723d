//! Photos in, embeddings out.

use super::*;
use crate::protocol::SampleFacts;
use crate::session::{THUMBNAIL_SMALL, no_backbone};
use crate::{photo, preprocess};

impl<H: Host> Session<H> {
    pub(super) async fn embed(&mut self, sample: SampleId, name: String, file: H::Photo) {
        match self.embedded(sample, &file).await {
            Ok((event, data)) => self.tell_with(event, data),
            Err(error) => self.tell(TeachEvent::SampleFailed { sample, error: error.about(name) }),
        }
    }

    async fn embedded(&mut self, sample: SampleId, file: &H::Photo) -> Result<(TeachEvent, Vec<u8>)> {
        let input = self.backbone.as_ref().ok_or_else(no_backbone)?.meta().input;
        let started = self.host.now();
        let photo = self.host.decode(file, input).await?;
        let pixels = preprocess::crop_and_resize(&photo.rgb, input);
        let decode_ms = self.host.now() - started;
        let embedding = self.run(&pixels).await?.embedding.concat();
        let network_ms = self.host.now() - started - decode_ms;
        let facts =
            SampleFacts { sha256: self.host.digest(file).await?, size: photo.size, grey: photo::is_grey(&photo.rgb) };
        let mut data: Vec<u8> = bytemuck::cast_slice(&embedding).to_vec();
        data.extend(photo::thumbnail(&photo.rgb, THUMBNAIL_SMALL));
        let length = embedding.len();
        self.classroom.embeddings.insert(sample, embedding);
        Ok((TeachEvent::Embedded { sample, facts, length, decode_ms, network_ms }, data))
    }

    pub(super) fn set_embeddings(&mut self, samples: &[SampleId], bytes: &[u8]) {
        let Some(values) = floats(bytes).filter(|values| !samples.is_empty() && values.len() % samples.len() == 0)
        else {
            let found = format!("{} bytes for {} photos", bytes.len(), samples.len());
            let cure = "The kept embeddings are damaged: remove the photos and add them again.";
            let error = Error::new(
                ErrorKind::Usage,
                "the kept embeddings",
                "numbers of four bytes, as many a photo",
                found,
                cure,
            );
            return self.tell(TeachEvent::Failed { error });
        };
        for (sample, row) in samples.iter().zip(values.chunks_exact((values.len() / samples.len()).max(1))) {
            self.classroom.embeddings.insert(*sample, row);
        }
    }

    pub(super) fn forget(&mut self, samples: &[SampleId]) {
        for sample in samples {
            self.classroom.embeddings.remove(*sample);
            self.classroom.pixels.remove(*sample);
        }
    }
}

/// Little-endian f32; `None` if the length is not a multiple of four bytes.
fn floats(bytes: &[u8]) -> Option<Vec<f32>> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    rest.is_empty().then(|| numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

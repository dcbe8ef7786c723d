//! A head's own network looks at photos: its embeddings of them, a few at a time.

use std::collections::VecDeque;

use super::own_network::embed;
use crate::embeddings::Embeddings;
use crate::error::{Error, ErrorKind, Result};
use crate::network::Network;
use crate::project::SampleId;
use crate::tune::Pixels;

/// Photos a pass: enough to fill the products' tiles, little enough to be interrupted between two.
const BATCH: usize = 8;

/// Embeddings in the making.
#[derive(Debug)]
pub struct Looking {
    network: Network,
    seen: Embeddings,
    left: VecDeque<SampleId>,
    total: usize,
}

impl Looking {
    /// Gets ready to look at `samples`.
    pub fn new(network: Network, samples: impl Iterator<Item = SampleId>) -> Self {
        let left: VecDeque<SampleId> = samples.collect();
        Self { network, seen: Embeddings::default(), total: left.len(), left }
    }

    /// Goes on until `enough()`; gives whether all were looked at.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage): a photo's pixels are missing; [`ErrorKind::Device`](crate::error::ErrorKind::Device): the GPU failed.
    pub async fn advance(&mut self, pixels: &Pixels, mut enough: impl FnMut() -> bool) -> Result<bool> {
        while !self.left.is_empty() {
            let batch: Vec<SampleId> = self.left.iter().take(BATCH).copied().collect();
            let rows = embed(&self.network, &gathered(&batch, pixels)?).await?;
            for (sample, row) in batch.iter().zip(rows) {
                self.seen.insert(*sample, row);
                self.left.pop_front();
            }
            if enough() {
                break;
            }
        }
        Ok(self.left.is_empty())
    }

    /// How many were looked at, of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.total - self.left.len(), self.total)
    }

    /// The network, and what it made of the photos.
    pub fn done(self) -> (Network, Embeddings) {
        (self.network, self.seen)
    }

    /// What it made of the photos so far.
    pub fn seen(&self) -> &Embeddings {
        &self.seen
    }

    /// Goes on with the same network on another device.
    pub fn go_on_with(&mut self, network: Network) {
        self.network = network;
    }
}

/// Photos one after another.
fn gathered(samples: &[SampleId], pixels: &Pixels) -> Result<Vec<u8>> {
    let mut all = Vec::with_capacity(samples.len() * pixels.side() * pixels.side() * 3);
    for sample in samples {
        let missing = || {
            let found = format!("that photo {sample} is missing");
            Error::new(ErrorKind::Usage, "the photos", "all that were trained on", found, "Train again.")
        };
        all.extend_from_slice(pixels.get(*sample).ok_or_else(missing)?);
    }
    Ok(all)
}

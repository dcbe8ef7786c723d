//! A head's own network looks at photos: its embeddings of them, a few at a time.

use super::own_network::embed;
use crate::architecture::LOOKED_AT;
use crate::embeddings::Embeddings;
use crate::error::{Error, ErrorKind, Result};
use crate::network::Network;
use crate::project::SampleId;
use crate::tune::Pixels;

/// Photos a pass: enough to fill the products' tiles, little enough to be interrupted between two.
const BATCH: usize = LOOKED_AT / 2;

/// Embeddings in the making.
#[derive(Debug)]
pub struct Looking {
    network: Network,
    samples: Vec<SampleId>,
    seen: Embeddings,
    /// How many of the samples were looked at.
    looked: usize,
}

impl Looking {
    /// Gets ready to look at `samples`.
    pub fn new(network: Network, samples: impl Iterator<Item = SampleId>) -> Self {
        Self { network, samples: samples.collect(), seen: Embeddings::default(), looked: 0 }
    }

    /// Goes on until `enough()`; gives whether all were looked at.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage): a photo's pixels are missing; [`ErrorKind::Device`](crate::error::ErrorKind::Device): the GPU failed.
    pub async fn advance(&mut self, pixels: &Pixels, mut enough: impl FnMut() -> bool) -> Result<bool> {
        while self.looked < self.samples.len() {
            let left = &self.samples[self.looked..];
            let batch = &left[..left.len().min(BATCH)];
            let rows = embed(&self.network, &gathered(batch, pixels)?).await?;
            for (sample, row) in batch.iter().zip(rows) {
                self.seen.insert(*sample, row);
            }
            self.looked += batch.len();
            if enough() {
                break;
            }
        }
        Ok(self.looked == self.samples.len())
    }

    /// How many were looked at, of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.looked, self.samples.len())
    }

    /// The network, and what it made of the photos.
    pub fn done(self) -> (Network, Embeddings) {
        (self.network, self.seen)
    }

    /// What it made of the photos so far.
    pub fn seen(&self) -> &Embeddings {
        &self.seen
    }

    /// Looks at all samples again, with the same network on another device: what the one before saw last is not to be trusted.
    pub fn again_with(&mut self, network: Network) {
        self.network = network;
        self.seen = Embeddings::default();
        self.looked = 0;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Design;
    use crate::project::HeadKind;

    #[test]
    fn on_another_device_all_samples_are_looked_at_again() {
        let design = Design::lenet_5();
        let network = || Network::random(&design, HeadKind::Linear, 2, 0, &crate::device::cpu()).fold();
        let side = design.input.width;
        let mut pixels = Pixels::new(side);
        for sample in 1..=20 {
            pixels.insert(sample, vec![sample as u8 * 10; side * side * 3]);
        }
        let mut looking = Looking::new(network(), 1..=20);
        assert!(!pollster::block_on(looking.advance(&pixels, || true)).unwrap());
        assert_eq!((looking.progress(), looking.seen().get(1).is_some()), ((8, 20), true));
        looking.again_with(network());
        assert_eq!((looking.progress(), looking.seen().get(1).is_some()), ((0, 20), false));
        assert!(pollster::block_on(looking.advance(&pixels, || false)).unwrap());
        assert!((1..=20).all(|sample| looking.seen().get(sample).is_some()));
    }
}

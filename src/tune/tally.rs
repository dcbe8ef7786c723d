//! Losses and right answers, added up on the device: nothing is waited for until somebody wants to know.

use burn::tensor::{Tensor, Transaction};

use super::cache::failed;
use crate::error::Result;

/// Sums over photos.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    sums: Option<[Tensor<1>; 2]>,
}

impl Tally {
    /// Adds a micro-batch: its mean loss, `[1]`, times `weight`, and how many were right, `[1]`.
    pub fn add(&mut self, loss: Tensor<1>, weight: f32, right: Tensor<1>) {
        let new = [loss.inner() * weight, right];
        self.sums = Some(match self.sums.take() {
            Some([loss, right]) => {
                let [new_loss, new_right] = new;
                [loss + new_loss, right + new_right]
            }
            None => new,
        });
    }

    /// Sum of losses, sum of right ones. On a GPU: waits for all that was queued.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::error::ErrorKind::Device) where the device failed.
    pub async fn read(&self) -> Result<[f32; 2]> {
        let [sums] = Self::read_all([self]).await?;
        Ok(sums)
    }

    /// The same of several, with one wait.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn read_all<const N: usize>(tallies: [&Self; N]) -> Result<[[f32; 2]; N]> {
        let mut all = [[0.0; 2]; N];
        let kept = || tallies.iter().filter_map(|tally| tally.sums.as_ref()).flatten();
        if kept().next().is_none() {
            return Ok(all);
        }
        let sums = kept().fold(Transaction::default(), |sums, tensor| sums.register(tensor.clone()));
        let read = sums.execute_async().await;
        let mut read = read.map_err(|error| failed(error.to_string()))?.into_iter();
        for (sums, _) in all.iter_mut().zip(tallies).filter(|(_, tally)| tally.sums.is_some()) {
            for sum in sums {
                let data = read.next().ok_or_else(|| failed("nothing was read"))?;
                let values = data.try_to_vec::<f32>().map_err(|error| failed(format!("{error:?}")))?;
                *sum = values.first().copied().ok_or_else(|| failed("an empty tensor"))?;
            }
        }
        Ok(all)
    }
}

//! Activations before the first trained block, kept on the CPU's side, so that the frozen blocks run once for each photo.

use burn::tensor::{Device, Tensor, TensorData};

use super::data::Place;
use crate::error::{Error, ErrorKind, Result};

/// Activations `[H, W, C']` by the sample's place.
#[derive(Debug, Default)]
pub(super) struct Cache {
    shape: [usize; 3],
    train: Vec<Box<[f32]>>,
    val: Vec<Box<[f32]>>,
}

impl Cache {
    /// Keeps the activations `[N, H, W, C']` of the next samples of the same kind; they come in order.
    pub async fn push(&mut self, place: Place, activation: Tensor<4>) -> Result<()> {
        let [_, height, width, channels] = activation.dims();
        self.shape = [height, width, channels];
        let values = read(activation).await?;
        let rows = values.chunks_exact(height * width * channels).map(Box::from);
        match place {
            Place::Train(_) => self.train.extend(rows),
            Place::Val(_) => self.val.extend(rows),
        }
        Ok(())
    }

    /// Those of samples that were all kept, `[N, H, W, C']`; nothing where one was not.
    pub fn get(&self, places: &[Place], device: &Device) -> Option<Tensor<4>> {
        let [height, width, channels] = self.shape;
        let mut values = Vec::with_capacity(places.len() * height * width * channels);
        for place in places {
            let row = match *place {
                Place::Train(at) => self.train.get(at),
                Place::Val(at) => self.val.get(at),
            };
            values.extend_from_slice(row?);
        }
        Some(Tensor::from_data(TensorData::new(values, [places.len(), height, width, channels]), device))
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        self.train.iter().chain(&self.val).map(|row| row.len() * size_of::<f32>()).sum()
    }
}

/// A tensor's values, waited for.
///
/// # Errors
/// [`ErrorKind::Device`] where the device failed.
pub(super) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    let data = tensor.into_data_async().await.map_err(|error| failed(error.to_string()))?;
    data.try_to_vec::<f32>().map_err(|error| failed(format!("{error:?}")))
}

pub(super) fn failed(found: impl Into<String>) -> Error {
    let cure = "Training can go on from the last epoch, on the CPU if need be.";
    Error::new(ErrorKind::Device, "training on the GPU", "a result", found, cure)
}

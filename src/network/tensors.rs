//! A network's numbers as a weight file names and orders them, back and forth.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData, Transaction};

use super::layer::{Layer, Values};
use super::layout::unpad;
use super::{Head, Network};
use crate::architecture::{self, Design};
use crate::error::{Error, ErrorKind, Result};
use crate::head::Dense;

/// A tensor by name: `blocks.3.expand.weight`, `[O, KH, KW, I]` (depthwise `[1, 3, 3, C]`), or `blocks.3.expand.bias`, `[O]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The layer's name and `.weight` or `.bias`.
    pub name: String,
    /// Its axes, channels as the papers count them.
    pub shape: Vec<usize>,
    /// Its values, row-major.
    pub values: Vec<f32>,
}

impl Network {
    /// Weights and biases of the blocks from `from` on, in the order they run. Batch norm must have been [folded](Self::fold) in.
    ///
    /// # Errors
    /// [`ErrorKind::Device`] where the device failed.
    ///
    /// # Panics
    /// If there is batch norm: a defect of ours.
    pub async fn tensors(&self, from: usize) -> Result<Vec<Named>> {
        assert!(!self.has_batch_norm(), "network: batch norm is folded in before tensors are read");
        let blocks = self.blocks.iter().skip(from);
        let layers: Vec<&Layer> = blocks.flat_map(|block| &block.layers).filter(|layer| layer.bias.is_some()).collect();
        let values = read(&layers).await?;
        let mut tensors = Vec::with_capacity(2 * layers.len());
        for (layer, (weight, bias)) in layers.into_iter().zip(values) {
            let name = &layer.plan.name;
            let shape = layer.plan.weight_shape().unwrap_or_default().to_vec();
            tensors.push(Named { name: format!("{name}.weight"), shape, values: weight });
            tensors.push(Named { name: format!("{name}.bias"), shape: vec![bias.len()], values: bias });
        }
        Ok(tensors)
    }

    /// The head, read back.
    ///
    /// # Errors
    /// [`ErrorKind::Device`] where the device failed.
    pub async fn head(&self) -> Result<Head> {
        let layers: Vec<&Layer> = self.head.layers().collect();
        let mut dense: Vec<Dense> = Vec::with_capacity(2);
        for (layer, (weight, bias)) in layers.iter().zip(read(&layers).await?) {
            dense.push(Dense { inputs: layer.plan.input.channels, weight, bias });
        }
        let output = dense.pop().ok_or_else(|| Error::no_result("no head"))?;
        Ok(Head { hidden: dense.pop(), output })
    }

    /// A network without batch norm from its tensors. `lookup` is asked for each tensor by name and shape, in the order of [`Self::tensors`]: for those that
    /// were not trained it can ask the weight file ([`crate::weights::WeightFile::conv`]).
    ///
    /// # Errors
    /// What `lookup` refuses; [`ErrorKind::WeightFile`] where a tensor has another length, a number that is not finite, or the head takes other embeddings.
    pub fn from_tensors(
        design: &Design,
        mut lookup: impl FnMut(&str, &[usize]) -> Result<Vec<f32>>,
        head: &Head,
        device: &Device,
    ) -> Result<Self> {
        let mut tensor = |name: String, shape: &[usize]| -> Result<Vec<f32>> {
            let values = lookup(&name, shape)?;
            if values.len() != shape.iter().product::<usize>() {
                return Err(refused(&name, format!("{shape:?}"), format!("{} numbers", values.len())));
            }
            if let Some(value) = values.iter().find(|value| !value.is_finite()) {
                return Err(refused(&name, "finite numbers".to_string(), value.to_string()));
            }
            Ok(values)
        };
        let values = |layer: &architecture::Layer| -> Result<Values> {
            let shape = layer.weight_shape().unwrap_or_default();
            let weight = tensor(format!("{}.weight", layer.name), &shape)?;
            Ok((weight, tensor(format!("{}.bias", layer.name), &[layer.output.channels])?))
        };
        if head.inputs() != design.embedding() {
            let found = head.inputs().to_string();
            return Err(refused("the head's inputs", design.embedding().to_string(), found));
        }
        Self::build(design, values, head, 0.0, false, device)
    }
}

/// Weight and bias of each layer in a file's order, with one wait for the device.
async fn read(layers: &[&Layer]) -> Result<Vec<Values>> {
    fn plain<const D: usize>(param: &Param<Tensor<D>>) -> Tensor<D> {
        param.val().without_autodiff()
    }
    let mut transaction = Transaction::default();
    for layer in layers {
        if let Some(panels) = &layer.panels {
            transaction = transaction.register(plain(panels));
        }
        if let Some(taps) = &layer.taps {
            transaction = transaction.register(plain(taps));
        }
        if let Some(bias) = &layer.bias {
            transaction = transaction.register(plain(bias));
        }
    }
    let read = transaction.execute_async().await.map_err(Error::no_result)?;
    let mut read = read.into_iter().map(|data: TensorData| data.try_to_vec::<f32>());
    let mut next = || -> Result<Vec<f32>> {
        let values = read.next().ok_or_else(|| Error::no_result("nothing was read"))?;
        values.map_err(|error| Error::no_result(format!("{error:?}")))
    };
    let mut all = Vec::with_capacity(layers.len());
    for layer in layers {
        let (weight, channels) = (next()?, layer.plan.output.channels);
        let weight = match layer.layout {
            Some(layout) => layout.unpack(&weight),
            None => unpad(&weight, channels),
        };
        all.push((weight, unpad(&next()?, channels)));
    }
    Ok(all)
}

fn refused(name: &str, expected: String, found: String) -> Error {
    Error::new(ErrorKind::WeightFile, name, expected, found, "The file is damaged: get it again, or train anew.")
}

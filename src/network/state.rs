//! A checkpoint: every number of a network, batch norm's too, off the device.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor, TensorData, Transaction};

use super::Network;
use crate::error::{Error, ErrorKind, Result};

/// What [`Network::state`] gives and [`Network::load_state`] takes: the tensors as the kernels have them.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub(crate) tensors: Vec<Vec<f32>>,
    pub(crate) updates: u32,
}

impl State {
    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        self.tensors.iter().map(|tensor| tensor.len() * size_of::<f32>()).sum()
    }
}

impl Network {
    /// Reads every number back, with one wait for the device.
    ///
    /// # Errors
    /// [`ErrorKind::Device`] where the device failed.
    pub async fn state(&self) -> Result<State> {
        struct Collect(Option<Transaction>);
        impl ModuleVisitor for Collect {
            fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
                let transaction = self.0.take().unwrap_or_default();
                self.0 = Some(transaction.register(param.val().without_autodiff()));
            }
        }
        let mut collect = Collect(None);
        self.visit(&mut collect);
        let read = collect.0.unwrap_or_default().execute_async().await.map_err(Error::no_result)?;
        let values =
            |data: TensorData| data.try_to_vec::<f32>().map_err(|error| Error::no_result(format!("{error:?}")));
        Ok(State { tensors: read.into_iter().map(values).collect::<Result<_>>()?, updates: self.updates })
    }

    /// A network like this one with the numbers of `state`, on `device`. What requires gradients, and the parameters' ids, stay; nothing is read
    /// from the device that this one was on, which may be lost.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] where the state is another network's.
    pub fn load_state(&self, state: &State, device: &Device) -> Result<Self> {
        struct Load<'a> {
            tensors: std::slice::Iter<'a, Vec<f32>>,
            device: &'a Device,
            fits: bool,
        }
        impl ModuleMapper for Load<'_> {
            fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
                let shape = param.dims();
                let Some(values) = self.tensors.next().filter(|values| values.len() == shape.iter().product::<usize>())
                else {
                    self.fits = false;
                    return param;
                };
                let value = Tensor::from_data(TensorData::new(values.clone(), shape), self.device);
                let value = if param.val().is_require_grad() { value.autodiff().require_grad() } else { value };
                Param::initialized(param.id, value)
            }
        }
        let mut load = Load { tensors: state.tensors.iter(), device, fits: true };
        let mut network = self.clone().map(&mut load);
        if !load.fits || load.tensors.next().is_some() {
            return Err(Error::new(
                ErrorKind::Usage,
                "the checkpoint",
                format!("the numbers of {}", self.design.title),
                "those of another network",
                "Begin the training anew.",
            ));
        }
        network.updates = state.updates;
        Ok(network)
    }
}

//! What a GPU has shown to be right. Gradients have kernels of their own, and so have networks from random weights: they are tested before they are
//! first needed rather than at every start, as compiling as many shaders takes its time.

use burn::tensor::Device;

use crate::architecture::{Design, Operation};
use crate::error::Result;
use crate::project::{TrainSettings, Way};
use crate::protocol::DeviceKind;
use crate::verify;

/// The tests that were passed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Proven {
    gradients: bool,
    from_scratch: bool,
}

impl Proven {
    /// Tests what these settings need and was not tested yet.
    ///
    /// # Errors
    /// Those of [`verify::training`].
    pub async fn for_settings(&mut self, settings: &TrainSettings, device: &Device, kind: DeviceKind) -> Result<()> {
        if kind == DeviceKind::Cpu {
            return Ok(());
        }
        if settings.is_deep() && !self.gradients {
            verify::training(device, kind).await?;
            self.gradients = true;
        }
        if matches!(settings.way, Way::Scratch { .. }) && !self.from_scratch {
            verify::from_scratch(device, kind).await?;
            self.from_scratch = true;
        }
        Ok(())
    }

    /// Tests what photos need on their way through a network of one's own, perhaps trained elsewhere, and was not tested yet: the test at the
    /// start knows a MobileNet's operations only.
    ///
    /// # Errors
    /// Those of [`verify::from_scratch`].
    pub async fn for_network(&mut self, design: &Design, device: &Device, kind: DeviceKind) -> Result<()> {
        let layers = design.blocks.iter().flat_map(|block| &block.layers);
        let untested = |operation: Operation| match operation {
            Operation::MaxPool { .. } | Operation::AveragePool { .. } => true,
            Operation::Convolution { kernel, stride, .. } => (kernel, stride) != (3, 2), // else it is a stem
            _ => false,
        };
        if kind == DeviceKind::Gpu && !self.from_scratch && layers.into_iter().any(|layer| untested(layer.operation)) {
            verify::from_scratch(device, kind).await?;
            self.from_scratch = true;
        }
        Ok(())
    }
}

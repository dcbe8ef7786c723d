//! What the GPU has shown to be right. Gradients have kernels of their own, and so have networks from random weights: they are tested before they are
//! first needed rather than at every start, as compiling as many shaders takes its time.

use burn::tensor::Device;

use crate::error::Result;
use crate::project::{TrainSettings, Way};
use crate::protocol::DeviceKind;
use crate::verify;

/// The tests that were passed.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::session) struct Proven {
    gradients: bool,
    from_scratch: bool,
}

impl Proven {
    /// Tests what these settings need and was not tested yet.
    ///
    /// # Errors
    /// Those of [`verify::training`].
    pub(super) async fn for_settings(
        &mut self,
        settings: &TrainSettings,
        device: &Device,
        kind: DeviceKind,
    ) -> Result<()> {
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
}

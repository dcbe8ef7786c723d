//! The blocks that MobileNets repeat.

use burn::tensor::Tensor;

use super::layer::{Depthwise, Pointwise};

/// One block of a MobileNet.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a network has a few dozen")]
pub enum Block {
    /// V1's depthwise separable convolution (Howard et al. 2017, figure 3 right).
    Separable { depthwise: Depthwise, pointwise: Pointwise },
    /// V2's inverted residual (Sandler et al. 2018, figure 3 b).
    InvertedResidual {
        /// Missing in the first block, whose expansion factor is 1.
        expand: Option<Pointwise>,
        depthwise: Depthwise,
        project: Pointwise,
        /// Whether the block's input is added to its output: where both have the same shape.
        residual: bool,
    },
}

impl Block {
    pub fn separable(depthwise: Depthwise, pointwise: Pointwise) -> Self {
        Self::Separable { depthwise, pointwise }
    }

    /// `same_channels`: whether the block puts out as many channels as it takes in.
    pub fn inverted_residual(
        expand: Option<Pointwise>,
        depthwise: Depthwise,
        project: Pointwise,
        same_channels: bool,
    ) -> Self {
        let residual = same_channels && depthwise.stride == 1;
        Self::InvertedResidual { expand, depthwise, project, residual }
    }

    /// `[N, H, W, C_in]` to `[N, ceil(H / stride), ceil(W / stride), C_out]`.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Separable { depthwise, pointwise } => pointwise.forward(depthwise.forward(input)),
            Self::InvertedResidual { expand, depthwise, project, residual } => {
                let wide = match expand {
                    Some(expand) => expand.forward(input.clone()),
                    None => input.clone(),
                };
                let filtered = depthwise.forward(wide);
                if *residual { project.forward_residual(filtered, input) } else { project.forward(filtered) }
            }
        }
    }
}

//! The two networks that are always trained from random weights.

use super::builder::Builder;
use super::{Activation, Design, Operation};

/// UserNet's convolutions: channels, stride, and whether 2×2 max pooling follows.
const USER_NET: [(usize, usize, bool); 9] = [
    (16, 2, true),   // 224 → 112 → 56
    (24, 1, true),   // 28
    (48, 1, false),  // 28
    (64, 1, true),   // 14
    (96, 1, false),  // 14
    (128, 1, true),  // 7
    (256, 1, true),  // 3
    (512, 1, false), // 3
    (512, 1, false), // 3
];

/// UserNet's dense layers; the second one's output is the embedding.
const USER_NET_DENSE: [usize; 2] = [1192, 128];

impl Design {
    /// LeNet-5 (LeCun et al. 1998, "Gradient-based learning applied to document recognition", figure 2) on 32×32 grey photos: 61,706 parameters
    /// with ten classes, the third convolution written as the dense layer that it is.
    ///
    /// As it is taught today: ReLU where the paper has a scaled tanh, plain averages where its pooling has weights, every channel of the second
    /// convolution from all of the first, and a linear classifier.
    pub fn lenet_5() -> Self {
        let convolution = Operation::Convolution { kernel: 5, stride: 1, same: false };
        let pool = Operation::AveragePool { size: 2, stride: 2 };
        let mut builder = Builder::new(32, 1, false);
        for (name, channels) in [("conv1", 6), ("conv2", 16)] {
            builder
                .layer(name, convolution, Activation::Relu, channels)
                .layer(format!("{name}.pool"), pool, Activation::Linear, 0)
                .block(name, false);
        }
        builder
            .layer("dense1.flatten", Operation::Flatten, Activation::Linear, 0)
            .layer("dense1", Operation::Dense, Activation::Relu, 120)
            .block("dense1", false)
            .layer("dense2", Operation::Dense, Activation::Relu, 84)
            .block("dense2", false)
            .design("lenet-5", "LeNet-5")
    }

    /// A CNN of twelve weight layers on 224×224×3 with an embedding of 128 numbers: nine 3×3 convolutions, two dense layers and the head, each
    /// but the head with batch norm and ReLU.
    ///
    /// It stands for the network of a lecture whose layers were not printed, only its size: 9,698,122 parameters with ten classes. This one has
    /// 9,691,226 (9,700,154 as Keras counts batch norm). It is made to be cheap: few channels while the picture is large, most parameters where it is 3×3.
    pub fn user_net() -> Self {
        let mut builder = Builder::new(224, 3, true);
        for (index, (channels, stride, pooled)) in USER_NET.into_iter().enumerate() {
            let name = format!("conv{}", index + 1);
            let convolution = Operation::Convolution { kernel: 3, stride, same: true };
            builder.layer(&name, convolution, Activation::Relu, channels);
            if pooled {
                let pool = Operation::MaxPool { size: 2, stride: 2 };
                builder.layer(format!("{name}.pool"), pool, Activation::Linear, 0);
            }
            builder.block(name, false);
        }
        builder.layer("dense1.flatten", Operation::Flatten, Activation::Linear, 0);
        for (index, units) in USER_NET_DENSE.into_iter().enumerate() {
            let name = format!("dense{}", index + 1);
            builder.layer(&name, Operation::Dense, Activation::Relu, units).block(name, false);
        }
        builder.design("user-net", "UserNet")
    }
}

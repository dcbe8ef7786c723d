//! Activations on SIMD lanes.

use wide::{f32x4, f32x8};

use super::Activation;

/// Lanes that can be clamped.
pub trait Activated: Sized {
    /// The activation of every lane. NaN stays NaN, so that a network that is broken shows it.
    fn activated(self, activation: Activation) -> Self;
}

macro_rules! activated {
    ($lanes:ty) => {
        impl Activated for $lanes {
            #[inline(always)]
            fn activated(self, activation: Activation) -> Self {
                // Where a lane is NaN, the instruction gives its second operand on x86 and its first in WebAssembly.
                let at_least_0 = |value: Self| {
                    if cfg!(target_arch = "x86_64") { Self::ZERO.fast_max(value) } else { value.fast_max(Self::ZERO) }
                };
                let at_most_6 = |value: Self| {
                    let six = Self::splat(6.0);
                    if cfg!(target_arch = "x86_64") { six.fast_min(value) } else { value.fast_min(six) }
                };
                match activation {
                    Activation::Linear => self,
                    Activation::Relu => at_least_0(self),
                    Activation::Relu6 => at_most_6(at_least_0(self)),
                }
            }
        }
    };
}

activated!(f32x4);
activated!(f32x8);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clamps_and_keeps_nan() {
        let values = [-1.0, 3.0, 7.0, f32::NAN];
        for (activation, want) in [
            (Activation::Linear, [-1.0, 3.0, 7.0]),
            (Activation::Relu, [0.0, 3.0, 7.0]),
            (Activation::Relu6, [0.0, 3.0, 6.0]),
        ] {
            let four = f32x4::from(values).activated(activation).to_array();
            let eight = f32x8::from([values, values].concat().as_slice()).activated(activation).to_array();
            for got in four.as_chunks::<4>().0.iter().chain(eight.as_chunks::<4>().0) {
                assert_eq!(got[..3], want, "{activation:?}");
                assert!(got[3].is_nan(), "{activation:?}");
            }
        }
    }
}

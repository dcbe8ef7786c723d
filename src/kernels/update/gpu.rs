//! Launches `norm.wgsl` and `update.wgsl`.

use burn::backend::wgpu::{CubeTensor, into_contiguous};

use super::Constants;
use crate::kernels::gpu::{WORKGROUP, Wgsl, empty, launch, wgsl};

/// Workgroups that add up squares; each invocation of the update adds up what they found.
const PARTS: usize = 16;

/// See [`super::adam`].
pub fn adam(
    weight: CubeTensor,
    gradient: CubeTensor,
    first: CubeTensor,
    second: CubeTensor,
    [c1, c2]: [f32; 2],
    constants: Constants,
) -> (CubeTensor, CubeTensor, CubeTensor) {
    let [weight, first, second] = [weight, first, second].map(own);
    let rates = [constants.rate / c1, 1.0 / c2];
    run(true, [&weight, &first, &second], gradient, rates, constants);
    (weight, first, second)
}

/// See [`super::momentum`].
pub fn momentum(
    weight: CubeTensor,
    gradient: CubeTensor,
    velocity: CubeTensor,
    share: f32,
    constants: Constants,
) -> (CubeTensor, CubeTensor) {
    let [weight, velocity] = [weight, velocity].map(own);
    // A buffer must be bound where no squares are wanted too, and one that is written must be bound once.
    let unused = empty(&weight, [4]);
    run(false, [&weight, &velocity, &unused], gradient, [constants.rate, share], constants);
    (weight, velocity)
}

/// `rates`: Adam's learning rate over c₁ and 1 / c₂; or the learning rate and momentum's share.
fn run(
    is_adam: bool,
    [weight, first, second]: [&CubeTensor; 3],
    gradient: CubeTensor,
    rates: [f32; 2],
    constants: Constants,
) {
    let gradient = into_contiguous(gradient);
    let count = gradient.meta.shape().num_elements() / 4;
    let clipped = constants.clip.is_finite();
    let parts = empty(&gradient, [PARTS]);
    if clipped {
        let source = wgsl!("../shared/reduction.wgsl", "norm.wgsl");
        let kernel = Wgsl { name: "norm", source, constants: vec![("parts", PARTS as u32)] };
        launch(kernel, PARTS * WORKGROUP as usize, &[&gradient, &parts], &[count as u32]);
    }
    let Constants { rate, decay, decoupled, clip } = constants;
    let numbers =
        [rates[0], rates[1], decay, 1.0 - rate * decoupled, if clipped { clip } else { 0.0 }].map(f32::to_bits);
    let constants = vec![("adam", is_adam.into()), ("clipped", clipped.into()), ("parts", PARTS as u32)];
    let kernel = Wgsl { name: "update-tensor", source: wgsl!("../shared/adam.wgsl", "update.wgsl"), constants };
    let sizes: Vec<u32> = [count as u32].into_iter().chain(numbers).collect();
    launch(kernel, count, &[weight, first, second, &gradient, &parts], &sizes);
}

/// The tensor in a buffer that nobody else holds, so that it can be changed.
fn own(tensor: CubeTensor) -> CubeTensor {
    let tensor = into_contiguous(tensor);
    if tensor.can_mut() { tensor } else { tensor.copy() }
}

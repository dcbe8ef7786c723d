//! k×k patches of an activation as rows of a matrix ("im2col"): a product over them is a standard convolution.
//!
//! Patches take `k²` times the memory of the activation, so that they are laid out only on the way back, where a photo's one or three channels make no
//! vectors: `[N, H', W', patch_len(kernel, C)]`; number `(kernel · i + j) · C + c` of a patch is the input at row `i`, column `j`, channel `c` of its
//! window, zero outside the input. All else reads the same numbers where they are ([`super::convolution`]).

mod cpu;
mod gpu;

pub(super) use cpu::of_image;
pub(super) use gpu::run as gpu;

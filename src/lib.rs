//! Graft
pub mod error;
pub mod preprocess;
pub mod weights;
pub mod device;
pub mod kernels;
pub mod backbone;
pub mod predict;
pub mod protocol;
pub mod verify;

//! Every native test that is not beside the code it tests; one binary, because each one links Burn and wgpu anew.

mod advice;
mod archive;
mod backbone;
mod bench;
mod cli;
mod common;
mod deep;
mod gradients;
mod head;
mod judge;
mod kernels;
mod lab;
mod network;
mod photo;
mod registry;
mod session;
mod train;
mod tune;
mod weights;

//! Graft puts a new head onto a pretrained network, in the browser.
//!
//! The modules in the order of the flow; each uses only those above it:
//!
//! ```text
//! file ──→ photo ──→ preprocess ┐
//!          registry → weights ──┼──→ backbone ──→ predict ──→ session ⇄ protocol ⇄ view
//!          device ──→ kernels ──┘                    └─ worker (browser) · cli (terminal)
//! ```

pub mod error;
pub mod protocol;

pub mod photo;
pub mod preprocess;
#[cfg(not(target_arch = "wasm32"))]
pub mod registry;
pub mod weights;

pub mod backbone;
pub mod device;
pub mod kernels;
pub mod predict;
pub mod verify;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
pub mod session;
#[cfg(target_arch = "wasm32")]
pub mod worker;
pub mod view;

//! Graft puts a new head onto a pretrained network, in the browser.
//!
//! The modules in the order of the flow; each uses only those above it:
//!
//! ```text
//! file ──→ photo ──→ preprocess ┐
//!          registry → weights ──┼──→ backbone ──→ predict ──────────────────→ session ⇄ protocol ⇄ view
//!          device ──→ kernels ──┘        │ embeddings ─→ head ──┬─→ judge ─→ lesson    └─ worker (browser) · cli (terminal)
//! architecture ─→ network ─→ tune ───────┴───────────────────────┘
//! ```
//!
//! Without the feature `engine` only what the page needs is built: [`error`], [`protocol`], [`view`].

pub mod error;
pub mod project;

#[cfg(feature = "teach")]
pub mod architecture;
#[cfg(feature = "teach")]
pub mod memory_limit;
#[cfg(feature = "teach")]
pub mod metrics;
#[cfg(feature = "teach")]
pub mod plot;
#[cfg(feature = "teach")]
pub mod schedule;

pub mod protocol;

#[cfg(feature = "teach")]
pub mod advice;
#[cfg(feature = "teach")]
pub mod lab;

#[cfg(feature = "engine")]
pub mod photo;
#[cfg(feature = "engine")]
pub mod preprocess;

#[cfg(feature = "engine")]
pub mod augment;
#[cfg(all(feature = "engine", not(target_arch = "wasm32")))]
pub mod registry;
#[cfg(feature = "engine")]
pub mod tensor_file;
#[cfg(feature = "engine")]
pub mod weights;

#[cfg(feature = "engine")]
pub mod backbone;
#[cfg(feature = "engine")]
pub mod device;
#[cfg(feature = "engine")]
pub mod kernels;
#[cfg(feature = "engine")]
pub mod predict;
#[cfg(feature = "engine")]
pub mod verify;

#[cfg(feature = "engine")]
pub mod archive;
#[cfg(feature = "engine")]
pub mod dataset;
#[cfg(feature = "engine")]
pub mod embeddings;
#[cfg(feature = "engine")]
pub mod head;
#[cfg(feature = "engine")]
pub mod judge;
#[cfg(feature = "engine")]
pub mod network;
#[cfg(feature = "engine")]
pub mod tune;

#[cfg(feature = "engine")]
pub mod lesson;

#[cfg(all(feature = "engine", not(target_arch = "wasm32")))]
pub mod pretrain;

#[cfg(all(feature = "engine", not(target_arch = "wasm32")))]
pub mod cli;
#[cfg(feature = "engine")]
pub mod session;
#[cfg(all(feature = "engine", target_arch = "wasm32"))]
pub mod worker;

pub mod view;

//! Graft puts a new head onto a pretrained network, in the browser.
//!
//! ```text
//! file ──→ photo ──→ preprocess ┐
//!          weights → registry ──┼──→ backbone ──→ predict ──────────────────→ session ⇄ protocol ⇄ view
//!          device ──→ kernels ──┘        │ embeddings ─→ head ──┬─→ judge ─→ lesson    └─ worker (browser) · cli (terminal)
//! architecture ─→ network ─→ tune ───────┴───────────────────────┘
//! ```
//!
//! The modules in the order of the flow; each uses only those above it, which `tools/check.sh` sees to.
//!
//! | built | module | what it is |
//! |---|---|---|
//! | always | [`error`] | what went wrong: what it concerns, expected, found, the cure |
//! | | [`project`] | classes, samples and settings as a person edits them |
//! | | [`protocol`] | the messages between page and engine |
//! | `teach` | [`memory_limit`] | how much memory training may take |
//! | | [`metrics`] | how good a head is, from logits and labels |
//! | | [`schedule`] | the learning rate of every step |
//! | | [`architecture`] | networks without weights: layers, shapes, parameters, memory |
//! | | [`plot`] | charts: numbers in, a drawing out |
//! | | [`advice`] | which way of training suits the data |
//! | | [`lab`] | several runs side by side |
//! | `engine` | [`photo`] | from a file's bytes to pixels |
//! | | [`preprocess`] | what a network sees of a photo |
//! | | [`augment`] | random changes to photos while training |
//! | | [`tensor_file`] | writes safetensors |
//! | | [`weights`] | pretrained weights: our format, and TFLite's |
//! | | [`registry`] | from a backbone's name to its weights (not in a browser) |
//! | | [`device`] | opens the CPU or the GPU |
//! | | [`kernels`] | the operations of a MobileNet and their gradients, on both devices |
//! | | [`backbone`] | a pretrained network: pixels in, embedding and logits out |
//! | | [`predict`] | from logits to names |
//! | | [`verify`] | is a device computing right? |
//! | | [`archive`] | zips of photos, and `.graft` files |
//! | | [`dataset`] | near-duplicates, clusters, who is held out |
//! | | [`embeddings`] | a person's embeddings, by sample |
//! | | [`head`] | a small classifier on embeddings, and its training |
//! | | [`judge`] | temperature, familiarity, suspect labels |
//! | | [`network`] | a network whose blocks can be trained |
//! | | [`tune`] | trains its blocks |
//! | | [`lesson`] | from labelled samples to a head that was judged |
//! | | [`pretrain`] | a small network taught by a big one (not in a browser) |
//! | | [`session`] | the engine as a state machine |
//! | | `worker` | the session behind `postMessage` (in a browser) |
//! | | [`cli`] | the engine in a terminal (not in a browser) |
//! | always | [`view`] | the page |
//!
//! The features `teach` and `engine` come together but in the page's own programs, which know no tensor: the first one leaves both out.

pub mod error;
pub mod project;
pub mod protocol;

#[cfg(feature = "teach")]
pub mod memory_limit;
#[cfg(feature = "teach")]
pub mod metrics;
#[cfg(feature = "teach")]
pub mod schedule;

#[cfg(feature = "teach")]
pub mod architecture;
#[cfg(feature = "teach")]
pub mod plot;

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
#[cfg(feature = "engine")]
pub mod tensor_file;
#[cfg(feature = "engine")]
pub mod weights;

#[cfg(all(feature = "engine", not(target_arch = "wasm32")))]
pub mod registry;

#[cfg(feature = "engine")]
pub mod device;
#[cfg(feature = "engine")]
pub mod kernels;

#[cfg(feature = "engine")]
pub mod backbone;
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

#[cfg(feature = "engine")]
pub mod session;
#[cfg(all(feature = "engine", target_arch = "wasm32"))]
pub mod worker;

#[cfg(all(feature = "engine", not(target_arch = "wasm32")))]
pub mod cli;

pub mod view;

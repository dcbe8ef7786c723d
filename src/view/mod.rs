//! The page. Of the engine it knows messages and errors, and nothing that computes: it shares plain data with it (settings, architecture, plots, …).
//!
//! What it knows and what happens to that is plain data ([`state`], [`reduce`](mod@reduce), and the parts of the state: [`photos`],
//! [`networks`], [`notices`], [`timings`]), tested natively. The rest is for browsers: `app` draws the state with `components`, and
//! `runtime` does what the state asks for, with the engine in its worker, the weight files, and the browser's memory.

pub mod csv;
pub mod format;
pub mod json;
pub mod networks;
pub mod notices;
pub mod photos;
pub mod reduce;
pub mod skip;
pub mod spoken;
pub mod state;
#[cfg(feature = "teach")]
pub mod teach;
#[cfg(not(feature = "teach"))]
#[path = "later.rs"]
pub mod teach;
pub mod timings;

#[cfg(target_arch = "wasm32")]
pub mod app;
#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod components;
#[cfg(all(target_arch = "wasm32", feature = "teach"))]
mod draw;
#[cfg(target_arch = "wasm32")]
mod engine;
#[cfg(target_arch = "wasm32")]
mod input;
#[cfg(target_arch = "wasm32")]
mod look;
#[cfg(target_arch = "wasm32")]
mod runtime;
#[cfg(target_arch = "wasm32")]
mod weights;

#[cfg(test)]
mod tests;

//! The page without a browser: what happens, and what is then asked for.

mod engine;
mod networks;
pub mod page;
mod photos;
mod tables;

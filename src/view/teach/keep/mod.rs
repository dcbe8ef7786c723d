//! The project in the browser's storage, `.graft` files, deleting everything.
//!
//! [`saving`] says when to write, [`ledger`] what; [`packing`] and [`opening`] are `.graft` files on their way out and in.

pub mod ledger;
pub mod opening;
pub mod packing;
pub mod saving;

mod actions;
mod files;
mod home;
mod page;
mod reduce;
mod state;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
mod database;
#[cfg(target_arch = "wasm32")]
mod lock;
#[cfg(target_arch = "wasm32")]
mod menu;
#[cfg(target_arch = "wasm32")]
pub mod panel;
#[cfg(target_arch = "wasm32")]
mod question;
#[cfg(target_arch = "wasm32")]
mod store;
#[cfg(target_arch = "wasm32")]
mod thumbnails;
#[cfg(target_arch = "wasm32")]
mod transit;

#[cfg(test)]
mod tests;

pub use actions::{Action, Effect, Found, Stored, Written};
pub use state::{Home, Keep, Question, Room};

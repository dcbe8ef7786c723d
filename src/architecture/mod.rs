//! What networks are made of, without a weight in sight: layers, shapes, parameters, multiply-adds, memory.
//!
//! A [`Design`] is a list of [`Block`]s, a block a list of [`Layer`]s. A block is what can be frozen or trained as a whole; the head is none of
//! them. The page draws and counts with this; the engine's [`network`](crate::network) puts weights into it.

mod builder;
mod choose;
mod count;
mod design;
mod memory;
mod mobilenet;
mod plan;
mod small;
mod summary;

pub use choose::{SIDES, WIDTHS};
pub use design::{Activation, Block, Design, Layer, Operation, Shape};
pub use memory::{LOOKED_AT, Load, Memory, PANEL};
pub use plan::{Caching, Plan, Scope, too_small_a_batch};
pub use summary::{Row, Standard, thousands};

#[cfg(test)]
mod tests;

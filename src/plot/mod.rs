//! Charts: numbers in, a drawing out. Pure data; what is shown on the page is what is saved as a file.
//!
//! ```text
//! numbers ─→ lines (series, axes, call-outs) ─→ scene (marks) ─┬─→ svg   a text, with its own colours and fonts
//!             scale · thin                                     └─→ the page, with the page's colours
//! ```

pub mod lines;
pub mod scale;
pub mod scene;
pub mod svg;
pub mod thin;

#[cfg(test)]
mod tests;

pub use lines::{Axis, CallOut, Lines, Series};
pub use scale::Scale;
pub use scene::{Anchor, Mark, Paint, Scene, Stroke};

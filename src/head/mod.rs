//! A person's own head: a small classifier on embeddings, its file, and its training.
//!
//! ```text
//! embedding [N, E] ──→ Head ──→ logits [N, C]
//!   ↑ TrainingData ──→ Trainer ──→ Head ⇄ HeadFile (safetensors)
//! ```

mod checks;
mod class_weights;
mod file;
mod model;
mod queue;
mod scaling;
mod trainer;

pub use checks::check;
pub(crate) use checks::{MAX_EPOCHS, check_labels, wrong_photos};
pub(crate) use class_weights::class_weights;
pub use file::{Extra, HeadFile};
pub use model::{Dense, Head};
pub(crate) use queue::next_queue;
pub(crate) use trainer::diverged;
pub use trainer::{Trainer, TrainingData};

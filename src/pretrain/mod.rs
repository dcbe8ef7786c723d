//! A small network from random weights, taught by a big one: distillation (Hinton, Vinyals & Dean 2015, <https://arxiv.org/abs/1503.02531>).
//!
//! ```text
//! photos ─ views (crops) ─┬─ 224 px ─→ teacher ─→ logits, embedding   once, kept in a cache file
//!                         └─ 128 px ─ augment ─→ student ─→ loss ─ Adam     again and again
//! ```
//!
//! - The student sees the very crops that the teacher judged ("consistent teaching", Beyer et al. 2022, <https://arxiv.org/abs/2106.05237>), changed a
//!   little more each time. It learns two things of each: the teacher's softened probabilities, and its embedding.
//! - A tenth of the photos of each folder, near-duplicates kept together, is seen by nobody: [`agreement`] is measured there.
//! - Photos' own labels (their folders) only keep the held-out part even. They are never learned.

pub mod adam;
pub mod agreement;
pub mod checkpoint;
pub mod course;
pub mod export;
pub mod loss;
pub mod material;
pub mod photos;
pub mod quantise;
pub mod student;
pub mod teacher;
pub mod views;

pub use material::Material;
pub use photos::{Photos, Sides};
pub use student::{Settings, Student};

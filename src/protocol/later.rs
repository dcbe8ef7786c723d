//! What the program that only looks knows of a person's own classes: that there are such messages. It never sends or gets one.

use serde::{Deserialize, Serialize};

/// See the module of the whole program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum TeachCommand {}

/// See the module of the whole program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum TeachEvent {}

/// What a person's own head says; there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnPrediction {}

/// A file that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its path.
    pub path: String,
    /// Why, in plain words.
    pub reason: String,
}

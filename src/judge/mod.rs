//! What a trained head is worth, beyond its share of right answers: do its probabilities mean what they say, which photos are none
//! of its classes, which labels look wrong.
//!
//! Works on plain rows ([`crate::dataset::Rows`]), seeded, as [`crate::dataset`] does.

mod familiarity;
mod logistic;
mod suspects;
mod temperature;

pub use familiarity::{FALSE_REJECTIONS, Familiarity, rejection};
pub use logistic::Logistic;
pub use suspects::Suspects;
pub use temperature::{cross_fitted_temperatures, temperature};

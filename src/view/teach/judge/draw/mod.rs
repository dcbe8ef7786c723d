//! The panels, piece by piece. Each takes values and callbacks.

mod add_to;
mod answer;
mod calibration;
mod classes;
mod confusion;
mod live;
mod photos;
mod suspects;
pub(super) mod try_it;
mod unknown;
pub(super) mod validation;

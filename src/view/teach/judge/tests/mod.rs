//! The part, without a browser: an engine that answers as told.

mod page;
mod suspects;
mod tries;
mod unknown;
mod validation;

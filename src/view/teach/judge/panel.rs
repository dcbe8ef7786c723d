//! What the part draws: [`JudgePanel`] beside training, [`ValidationPanel`] below, as wide as the page.

pub use super::draw::try_it::JudgePanel;
pub use super::draw::validation::ValidationPanel;

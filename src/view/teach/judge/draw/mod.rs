//! What the panels are drawn from.

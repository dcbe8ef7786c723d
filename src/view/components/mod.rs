//! The parts of the page. Each is given values and callbacks, and draws.

pub mod bar;
pub mod camera;
pub mod card;
pub mod chooser;
pub mod compare;
pub mod device_panel;
pub mod drop_zone;
pub mod icon;
pub mod messages;
pub mod queue;
pub mod results;
pub mod terms;
pub mod toolbar;
pub mod top_bar;
pub mod viewfinder;

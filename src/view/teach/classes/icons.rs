//! Line drawings of this part, 24 units a side, like those of [`crate::view::components::icon`].

use yew::prelude::*;

pub const UNDO: &str = "M9 6L4.5 10.5 9 15M5 10.5h9a5 5 0 0 1 0 10h-3";
pub const REDO: &str = "M15 6l4.5 4.5L15 15M19 10.5h-9a5 5 0 0 0 0 10h3";
pub const MORE: &str = "M5.8 11v2M6.2 11v2M6 11v2M11.8 11v2M12.2 11v2M12 11v2M17.8 11v2M18.2 11v2M18 11v2";
pub const DOWN: &str = "M6 9.5l6 6 6-6";
pub const RIGHT: &str = "M9.5 6l6 6-6 6";
pub const LEFT: &str = "M14.5 6l-6 6 6 6";
pub const CHECK: &str = "M6 12.5l4 4 8-9";
pub const TABLE: &str = "M4.5 5.5h15v13h-15zM4.5 10h15M4.5 14.3h15M10 10v8.5";
pub const TWINS: &str = "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4";
pub const GROUPS: &str =
    "M8 4.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M16.5 7a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M12 14.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6";

/// Draws one.
pub fn drawing(path: &'static str) -> Html {
    html! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={path} /></svg> }
}

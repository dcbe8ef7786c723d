//! What the part draws.

use yew::prelude::*;

use crate::view::teach::screen::PartProps;

/// The part's panel.
#[component]
pub fn ClassesPanel(_props: &PartProps) -> Html {
    html! { <section class="card panel" aria-label="Classes"></section> }
}

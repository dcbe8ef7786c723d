//! The photos with what was found in them.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::view::photos::Photo;
use crate::view::state::Action;

use super::card::Card;

/// [`Results`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub photos: Vec<Rc<Photo>>,
    pub act: Callback<Action>,
}

/// The cards, in the order in which the photos were added.
#[component]
pub fn Results(props: &Props) -> Html {
    let Props { photos, act } = props;
    html! {
        <ol class="cards" onkeydown={Callback::from(|event| walk(&event))}>
            { for photos.iter().map(|photo| html! { <Card key={photo.id} photo={photo.clone()} {act} /> }) }
        </ol>
    }
}

/// Arrow keys go from card to card, as in a list of files.
fn walk(event: &KeyboardEvent) {
    let Some(card) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    if card.get_attribute("data-testid").as_deref() != Some("prediction") {
        return;
    }
    let next = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => card.next_element_sibling(),
        "ArrowLeft" | "ArrowUp" => card.previous_element_sibling(),
        "Home" => card.parent_element().and_then(|list| list.first_element_child()),
        "End" => card.parent_element().and_then(|list| list.last_element_child()),
        _ => return,
    };
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        event.prevent_default();
        let _ = next.focus();
    }
}

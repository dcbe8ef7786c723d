//! The photos with what was found in them.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement};
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

/// The cards, in the order in which the photos were added. One of them is a stop of the Tab key, the one that had the focus last; a
/// thousand stops would leave no way past them.
#[component]
pub fn Results(props: &Props) -> Html {
    let Props { photos, act } = props;
    let reached = use_state_eq(|| None::<u64>);
    let is_here = |id: &u64| photos.iter().any(|photo| photo.id == *id);
    let current = (*reached).filter(is_here).or_else(|| photos.first().map(|photo| photo.id));
    let reach = Callback::from(move |event: FocusEvent| {
        if let Some(id) = card_of(event.target()).and_then(|card| card.get_attribute("data-number")?.parse().ok()) {
            reached.set(Some(id));
        }
    });
    html! {
        <ol class="cards" onkeydown={Callback::from(|event| walk(&event))} onfocusin={reach}>
            {
                for photos.iter().map(|photo| html! {
                    <Card key={photo.id} photo={photo.clone()} current={current == Some(photo.id)} {act} />
                })
            }
        </ol>
    }
}

/// The card in which something is.
fn card_of(target: Option<EventTarget>) -> Option<Element> {
    target?.dyn_into::<Element>().ok()?.closest("[data-number]").ok()?
}

/// Arrow keys go from card to card, as in a list of files.
fn walk(event: &KeyboardEvent) {
    let Some(card) = card_of(event.target()) else { return };
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

//! What is dragged onto a card.

use web_sys::Node;
use yew::prelude::*;

use super::drag::{self, Dragged};
use super::{Action, Target};
use crate::view::input;

/// Listeners of something that takes what is dragged onto it.
pub struct Drops {
    pub over: Callback<DragEvent>,
    pub leave: Callback<DragEvent>,
    pub dropped: Callback<DragEvent>,
}

/// Takes photos and, at a `place` among the classes, classes. Is something held over it? (Files are taken by the window, which knows the card by
/// [`input::DROP_CLASS`].)
#[hook]
pub fn use_drops(target: Target, place: Option<usize>, act: &Callback<Action>) -> (bool, Drops) {
    let held = use_state_eq(|| false);
    let over = {
        let held = held.clone();
        Callback::from(move |event: DragEvent| {
            if drag::is_ours(&event) {
                event.prevent_default();
                event.stop_propagation();
                held.set(true);
            } else if input::carries_files(&event) {
                held.set(true);
            }
        })
    };
    let leave = {
        let held = held.clone();
        Callback::from(move |event: DragEvent| {
            let within = event.current_target().zip(event.related_target()).is_some_and(|(card, to)| {
                use wasm_bindgen::JsCast;
                card.dyn_ref::<Node>().is_some_and(|card| card.contains(to.dyn_ref::<Node>()))
            });
            if !within {
                held.set(false);
            }
        })
    };
    let dropped = {
        let (held, act) = (held.clone(), act.clone());
        Callback::from(move |event: DragEvent| {
            held.set(false);
            let Some(dragged) = drag::dropped(&event) else { return };
            event.prevent_default();
            event.stop_propagation();
            match (dragged, place) {
                (Dragged::Sample(id), _) => act.emit(Action::Move(vec![id], target)),
                (Dragged::Selected, _) => act.emit(Action::MoveSelected(target)),
                (Dragged::Class(class), Some(place)) => act.emit(Action::MoveClass(class, place)),
                (Dragged::Class(_), None) => {}
            }
        })
    };
    (*held, Drops { over, leave, dropped })
}

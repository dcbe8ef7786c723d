//! What the runs are given: the classes of Teach with their photos.

use yew::prelude::*;

use crate::view::state::Place;
use crate::view::teach::Teach;

/// The photos that the runs are given, and where they are chosen.
pub(super) fn data(teach: &Teach) -> Html {
    let there = format!("#{}", Place::Teach.word());
    match teach.lab_data() {
        Some(words) => html! {
            <p class="lab-data small" data-testid="lab-data">
                { words }{ " · " }<a class="link" href={there}>{ "Change them in Teach" }</a>
            </p>
        },
        None => html! {
            <div class="lab-nothing" data-testid="lab-data">
                <p>{ "The Lab trains on the classes of Teach, and there are not two with photos yet." }</p>
                <a class="button button-primary" href={there}>{ "Sort photos in Teach" }</a>
            </div>
        },
    }
}

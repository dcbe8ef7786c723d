//! What can be done with the photos that are selected, and what was done last.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::{Action, Pick, Said, Target};
use crate::project::Class;
use crate::view::components::icon::{Icon, icon};
use crate::view::format;

/// Stands for a class that is to be made, among the classes' numbers.
const NEW: &str = "new";

/// [`Bar`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// How many photos are selected.
    pub selected: usize,
    pub classes: Rc<[Class]>,
    pub said: Option<Said>,
    pub act: Callback<Action>,
}

/// The bar at the panel's foot.
#[component]
pub fn Bar(props: &Props) -> Html {
    let Props { selected, classes, said, act } = props;
    // What was chosen stays chosen for the next photos.
    let to = use_state_eq(|| Target::New);
    let target = match *to {
        Target::Class(id) if !classes.iter().any(|class| class.id == id) => Target::New,
        target => target,
    };
    let choose = Callback::from(move |event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
        to.set(match chosen.as_str() {
            NEW => Target::New,
            chosen => chosen.parse().map_or(Target::Unsorted, Target::Class),
        });
    });
    let go = act.reform(move |_: MouseEvent| Action::MoveSelected(target));
    let remove = format!("Remove {}", format::photos(*selected));
    html! {
        <div class="class-bar">
            if *selected > 0 {
                <div class="class-selection" role="group" aria-label="Selected photos" data-testid="selection" data-count={selected.to_string()}>
                    <span class="small"><strong>{ selected }</strong>{ " selected" }</span>
                    <button type="button" class="button-bare" aria-label="Select none" title="Select none (Esc)" onclick={act.reform(|_| Action::Select(Vec::new(), Pick::Only))}>{ icon(Icon::Cross) }</button>
                    <label class="small class-move">
                        <span class="visually-hidden">{ "Move to" }</span>
                        <select class="select" data-testid="move-to" onchange={choose}>
                            { for classes.iter().map(|class| html! { <option key={class.id} value={class.id.to_string()} selected={target == Target::Class(class.id)}>{ &class.name }</option> }) }
                            <option key="unsorted" value="" selected={target == Target::Unsorted}>{ "Unsorted" }</option>
                            <option key="new" value={NEW} selected={target == Target::New}>{ "A new class" }</option>
                        </select>
                    </label>
                    <button type="button" class="button button-small" data-testid="move" onclick={go}>{ "Move" }</button>
                    <button type="button" class="button-bare" data-testid="remove" title={remove.clone()} aria-label={remove} onclick={act.reform(|_| Action::RemoveSelected)}>{ icon(Icon::Bin) }</button>
                </div>
            }
            <div class="class-said" role="status" aria-live="polite">
                if let Some(Said { number, text, undo }) = said.clone() {
                    <div class="message message-info class-message" data-testid="said">
                        <span class="message-words">{ text }</span>
                        if undo {
                            <button type="button" class="button button-small" data-testid="said-undo" onclick={act.reform(|_| Action::Undo)}>{ "Undo" }</button>
                        }
                        <button type="button" class="button-bare" aria-label="Close this message" title="Close" onclick={act.reform(move |_| Action::Unsay(number))}>{ icon(Icon::Cross) }</button>
                    </div>
                }
            </div>
        </div>
    }
}

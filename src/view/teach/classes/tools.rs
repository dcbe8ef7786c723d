//! What can be done with a class.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::Action;
use crate::project::{Class, ClassId};
use crate::view::format;

/// All classes, to those who ask.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AllClasses(pub Rc<[Class]>);

/// [`Tools`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub class: Class,
    /// Its place among the classes.
    pub place: usize,
    /// How many photos it has.
    pub count: usize,
    pub act: Callback<Action>,
    /// They are shown no more.
    pub close: Callback<()>,
}

/// What can be done with a class, in words; all of it with the keyboard, too.
#[component]
pub fn Tools(props: &Props) -> Html {
    let Props { class, place, count, act, close } = props;
    // By context, so that cards need not be drawn anew for other classes' sake.
    let AllClasses(classes) = use_context().unwrap_or_default();
    let (id, place) = (class.id, *place);
    let others = || classes.iter().filter(|other| other.id != id);
    let into = use_state_eq(|| None::<ClassId>);
    // The first one, until another is chosen; one that was chosen may be gone.
    let chosen = others().find(|other| Some(other.id) == *into).or_else(|| others().next()).map(|other| other.id);
    let close_after = |action: Action| {
        let (act, close) = (act.clone(), close.clone());
        Callback::from(move |_: MouseEvent| {
            close.emit(());
            act.emit(action.clone());
        })
    };
    let merge = {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(to) = chosen {
                act.emit(Action::Merge(id, to));
            }
        })
    };
    let choose = Callback::from(move |event: Event| {
        into.set(event.target_unchecked_into::<HtmlSelectElement>().value().parse().ok());
    });
    let escape = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                close.emit(());
            }
        })
    };
    html! {
        <div class="class-tools" role="group" aria-label={format!("More for {}", class.name)} onkeydown={escape}>
            <div class="row">
                <button type="button" class="button button-small" data-testid="class-rename" onclick={close_after(Action::Naming(Some(id)))}>{ "Rename" }</button>
                <button type="button" class="button button-small" disabled={place == 0} onclick={act.reform(move |_| Action::MoveClass(id, place.saturating_sub(1)))}>{ "Move up" }</button>
                <button type="button" class="button button-small" disabled={place + 1 >= classes.len()} onclick={act.reform(move |_| Action::MoveClass(id, place + 1))}>{ "Move down" }</button>
            </div>
            if classes.len() > 1 {
                <div class="row class-merge">
                    <label class="small">{ "Merge into " }
                        <select class="select" data-testid="class-merge-into" onchange={choose}>
                            { for others().map(|other| html! { <option key={other.id} value={other.id.to_string()} selected={Some(other.id) == chosen}>{ &other.name }</option> }) }
                        </select>
                    </label>
                    <button type="button" class="button button-small" data-testid="class-merge" onclick={merge}>{ "Merge" }</button>
                </div>
            }
            <div class="row">
                <button type="button" class="button button-small" data-testid="class-delete" onclick={close_after(Action::DeleteClass(id, true))}>
                    { if *count == 0 { "Delete class".to_owned() } else { format!("Delete with {}", format::photos(*count)) } }
                </button>
                if *count > 0 {
                    <button type="button" class="button button-small" data-testid="class-dissolve" onclick={close_after(Action::DeleteClass(id, false))}>{ "Delete, keep photos" }</button>
                }
            </div>
        </div>
    }
}

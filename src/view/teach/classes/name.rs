//! The field of a class's name.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Action;
use super::card::into_sight;
use crate::project::ClassId;

/// [`Name`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub id: ClassId,
    /// As it is.
    pub name: String,
    /// What was written is no name.
    pub wrong: bool,
    pub act: Callback<Action>,
}

/// The field in which a name is written. Enter and leaving it take the name, Escape the one before.
#[component]
pub fn Name(props: &Props) -> Html {
    let Props { id, name, wrong, act } = props;
    let id = *id;
    let field = use_node_ref();
    {
        let (field, given, node) = (field.clone(), name.clone(), field.clone());
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                // Given once: what is written stays, whatever is drawn around it.
                field.set_value(&given);
                let _ = field.focus();
                field.select();
            }
            into_sight(&node, "center");
        });
    }
    let take = {
        let (field, act, name) = (field.clone(), act.clone(), name.clone());
        Callback::from(move |()| {
            let Some(field) = field.cast::<HtmlInputElement>() else { return };
            let written = field.value();
            act.emit(if written.trim() == name { Action::Naming(None) } else { Action::Rename(id, written) });
        })
    };
    let onkeydown = {
        let (take, act) = (take.clone(), act.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => take.emit(()),
            "Escape" => act.emit(Action::Naming(None)),
            _ => {}
        })
    };
    html! {
        <input
            ref={field}
            type="text"
            class="class-name-input"
            data-testid="class-name-input"
            aria-label="Name of the class"
            aria-invalid={wrong.to_string()}
            maxlength="100"
            autocomplete="off"
            {onkeydown}
            onblur={take.reform(|_| ())}
        />
    }
}

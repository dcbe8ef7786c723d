//! A window over the page that keeps the keyboard until it is closed.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use crate::view::components::icon::{Icon, icon};

/// [`Dialog`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// What it is about: its heading.
    pub title: AttrValue,
    /// Its `data-testid`.
    pub testid: AttrValue,
    /// It was closed, by its button or by Escape.
    pub close: Callback<()>,
    #[prop_or_default]
    pub onkeydown: Callback<KeyboardEvent>,
    pub children: Html,
}

/// The window; it is open for as long as it is drawn.
#[component]
pub fn Dialog(props: &Props) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let dialog = node.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog {
                let _ = dialog.show_modal();
                let _ = dialog.focus(); // else its first button would have the keyboard
            }
            move || {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
            }
        });
    }
    let close = props.close.clone();
    let oncancel = Callback::from(move |event: Event| {
        event.prevent_default(); // it goes when it is drawn no more
        close.emit(());
    });
    html! {
        <dialog ref={node} class="dialog" tabindex="-1" data-testid={props.testid.clone()} aria-label={props.title.clone()} {oncancel} onkeydown={props.onkeydown.clone()}>
            <div class="dialog-head">
                <h2>{ &props.title }</h2>
                <button type="button" class="button-bare" aria-label="Close" title="Close" onclick={props.close.reform(|_| ())}>{ icon(Icon::Cross) }</button>
            </div>
            { props.children.clone() }
        </dialog>
    }
}

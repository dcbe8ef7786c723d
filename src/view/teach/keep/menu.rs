//! A button that opens a small panel under it; a click elsewhere or Escape closes it.

use web_sys::Element;
use yew::prelude::*;

/// [`Menu`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// What stands on the button.
    pub label: Html,
    /// What it is for, where the label does not say it.
    #[prop_or_default]
    pub about: Option<AttrValue>,
    /// The button's `data-testid`.
    pub testid: AttrValue,
    /// What is in the panel.
    pub children: Html,
}

/// The menu. Its panel is always there, though hidden, so that a file input in it can be driven.
#[component]
pub fn Menu(props: &Props) -> Html {
    let open = use_state(|| false);
    let set = |to: bool| {
        let open = open.clone();
        Callback::from(move |()| open.set(to))
    };
    let (toggle, close) = (set(!*open), set(false));
    let escape = {
        let close = close.clone();
        move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                close.emit(());
            }
        }
    };
    // What is chosen closes it: a button, or a file.
    let chosen = |what: &'static str| {
        let close = close.clone();
        move |event: Event| {
            let target = event.target_dyn_into::<Element>();
            if target.is_some_and(|target| target.closest(what).ok().flatten().is_some()) {
                close.emit(());
            }
        }
    };
    let (button, file) = (chosen("button"), chosen("[type=file]"));
    html! {
        <div class="menu" onkeydown={escape}>
            <button
                type="button"
                class="button button-small"
                data-testid={props.testid.clone()}
                aria-expanded={open.to_string()}
                aria-label={props.about.clone()}
                title={props.about.clone()}
                onclick={toggle.reform(|_| ())}
            >
                { props.label.clone() }
            </button>
            if *open {
                <div class="menu-behind" onclick={close.reform(|_| ())}></div>
            }
            <div class="menu-panel card" hidden={!*open} onclick={move |event: MouseEvent| button(event.into())} onchange={file}>{ props.children.clone() }</div>
        </div>
    }
}

//! What went wrong or is good to know: what, why, and what to do.

use yew::prelude::*;

use crate::error::Error;
use crate::view::notices::{Notice, Offer, Tone, Words};
use crate::view::state::Action;

use super::icon::{Icon, icon};

/// [`Messages`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub notices: Vec<Notice>,
    pub act: Callback<Action>,
}

/// The messages above the photos.
#[component]
pub fn Messages(props: &Props) -> Html {
    let group = |passing: bool| {
        let notices = props.notices.iter().filter(move |notice| (notice.tone == Tone::Info) == passing);
        notices.map(|notice| message(notice, &props.act)).collect::<Html>()
    };
    // What only tells that something was done lies over the page, which so stays where it is.
    html! {
        <>
            <div class="messages" role="status" aria-live="polite">{ group(false) }</div>
            <div class="toasts" role="status" aria-live="polite">{ group(true) }</div>
        </>
    }
}

fn message(notice: &Notice, act: &Callback<Action>) -> Html {
    let (class, drawing, word) = match notice.tone {
        Tone::Info => ("message-info", Icon::Info, "Note: "),
        Tone::Warning => ("message-warning", Icon::Warning, "Warning: "),
        Tone::Error => ("message-error", Icon::Stop, "Error: "),
    };
    let id = notice.id;
    let dismiss = act.reform(move |_: MouseEvent| Action::Dismiss(id));
    html! {
        <div key={id} class={classes!("message", class)} data-testid="message" data-kind={notice.kind.clone()} data-notice={id.to_string()}>
            { icon(drawing) }
            <div class="message-words">
                <span class="visually-hidden">{ word }</span>
                {
                    match &notice.words {
                        Words::Plain(text) => html! { text },
                        Words::Error(error) => error_words(error),
                    }
                }
            </div>
            if let Some(offer) = notice.offer {
                <button type="button" class="button button-small" onclick={act.reform(move |_| Action::Take(offer))}>{ offer_word(offer) }</button>
            }
            <button type="button" class="button-bare" aria-label="Close this message" title="Close" onclick={dismiss}>{ icon(Icon::Cross) }</button>
        </div>
    }
}

/// An error's parts as sentences: what it concerns, what was expected and found, the cure.
pub fn error_words(error: &Error) -> Html {
    html! {
        <>
            <strong class="subject">{ &error.subject }</strong>
            { format!(": expected {}, found {}. ", error.expected, error.found) }
            <span class="cure">{ &error.cure }</span>
        </>
    }
}

fn offer_word(offer: Offer) -> &'static str {
    match offer {
        Offer::RetryNetworks | Offer::RetryWeights => "Try again",
        Offer::Undo => "Undo",
        Offer::RestartEngine => "Start the engine",
    }
}

//! The advice on the page: what to do in one line, why on demand.

use yew::prelude::*;

use super::Action;
use super::advice::heading;
use super::way::Choice;
use crate::advice::Advice;

/// [`Advised`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// Which way, and why.
    pub advice: Advice,
    /// Are the settings as it would have them?
    pub is_followed: bool,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// Which way suits the photos.
#[component]
pub fn Advised(props: &Props) -> Html {
    let Props { advice, is_followed, act } = props;
    let harm = advice.negative_transfer.is_some();
    html! {
        <div
            class="advice"
            data-testid="advice"
            data-way={Choice::of(&advice.way).word()}
            data-case={advice.case.word()}
            data-followed={is_followed.to_string()}
            data-negative-transfer={harm.to_string()}
        >
            <details>
                <summary class="small">
                    { "Suggested for your photos: " }<strong>{ heading(advice) }</strong>
                    if harm {
                        <span class="tag tag-error">{ "negative transfer" }</span>
                    }
                </summary>
                <ul class="advice-why small muted">
                    { for advice.why.iter().map(|sentence| html! { <li>{ sentence.clone() }</li> }) }
                </ul>
            </details>
            if !is_followed {
                <button
                    type="button"
                    class="button button-small"
                    data-testid="use-advice"
                    onclick={act.reform(|_: MouseEvent| Action::UseAdvice)}
                >
                    { "Use this" }
                </button>
            }
        </div>
    }
}

//! The runs that are to be, and those that were.

use std::rc::Rc;

use yew::prelude::*;

use super::{Action, Outcome, Queued};
use crate::view::components::icon::{Icon, icon};
use crate::view::components::messages::error_words;
use crate::view::networks::Networks;
use crate::view::teach::training::run::in_one_line;

/// Errors of a run that are listed; the rest is counted.
const ERRORS: usize = 4;

/// [`List`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// The runs, in order.
    pub entries: Vec<Rc<Queued>>,
    /// The one that is being run.
    pub current: Option<u32>,
    /// The networks there are.
    pub networks: Networks,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// The list.
#[component]
pub fn List(props: &Props) -> Html {
    let Props { entries, current, networks, act } = props;
    html! { <ol class="lab-list">{ for entries.iter().map(|queued| shown(queued, *current, networks, act)) }</ol> }
}

fn shown(queued: &Queued, current: Option<u32>, networks: &Networks, act: &Callback<Action>) -> Html {
    let Queued { id, entry, outcome, .. } = queued;
    let network = entry.backbone.as_ref().map(|key| format!(" · {}", networks.title(key))).unwrap_or_default();
    let (id, is_current) = (*id, current == Some(*id));
    html! {
        <li
            key={id}
            class={classes!("lab-entry", is_current.then_some("lab-entry-current"))}
            data-testid="lab-entry"
            data-name={entry.name.clone()}
            data-network={entry.backbone.clone()}
            data-seed={entry.settings.seed.to_string()}
            data-state={queued.word(current)}
        >
            <span class="lab-entry-name">
                <strong>{ &entry.name }</strong>
                <span class="small muted">{ format!("{network} · seed {} · {}", entry.settings.seed, in_one_line(&entry.settings)) }</span>
            </span>
            <span class="small">{ queued.state(current) }</span>
            <button
                type="button"
                class="button-bare"
                disabled={is_current}
                aria-label={format!("Take {}, seed {}, out of the list", entry.name, entry.settings.seed)}
                title="Take out"
                onclick={act.reform(move |_| Action::Remove(id))}
            >
                { icon(Icon::Bin) }
            </button>
            if let Outcome::Failed(error) = outcome {
                <div class="lab-entry-error small" role="alert" data-testid="message" data-kind="lab-run">{ error_words(error) }</div>
            }
            { for queued.errors.iter().take(ERRORS).map(|error| html! {
                <div class="lab-entry-error small" data-testid="message" data-kind="lab-run">{ error_words(error) }</div>
            }) }
            if queued.errors.len() > ERRORS {
                <div class="lab-entry-error small">{ format!("and {} more photos were left out", queued.errors.len() - ERRORS) }</div>
            }
        </li>
    }
}

//! All networks in one table: size, accuracy, and what a photo takes here.

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use crate::protocol::BackboneCard;
use crate::view::input;
use crate::view::networks::Networks;
use crate::view::state::Action;
use crate::view::timings::Timings;

use super::terms::{COLUMNS, LICENCE, WORDNET, values};

/// [`Compare`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub networks: Networks,
    pub timings: Timings,
    pub measuring: usize,
    pub can_measure: bool,
    pub files: Callback<Vec<File>>,
    pub act: Callback<Action>,
}

/// The table, folded away at first.
#[component]
pub fn Compare(props: &Props) -> Html {
    let Props { networks, timings, measuring, can_measure, files, act } = props;
    let own = networks.own.iter().map(|own| row(&own.key, &own.title(), &own.card, networks, timings, act));
    let listed = networks.cards().iter().map(|card| row(&card.name, &card.title, card, networks, timings, act));
    let pick = files.reform(|event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        let picked = input::files(input.files());
        input.set_value(""); // so that the same file can be picked again
        picked
    });
    html! {
        <details class="compare" data-testid="networks">
            <summary>{ "Compare the networks" }<span class="muted">{ ": size, accuracy, speed on this machine" }</span></summary>
            <div class="card panel">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{ "Network" }</th>
                            {
                                for COLUMNS.into_iter().chain([LICENCE]).map(|term| html! {
                                    <th scope="col" title={term.about}>{ term.name }</th>
                                })
                            }
                        </tr>
                    </thead>
                    <tbody>{ for listed.chain(own) }</tbody>
                </table>
                <div class="row">
                    <button
                        type="button"
                        class="button"
                        data-testid="measure"
                        disabled={!can_measure || *measuring > 0}
                        onclick={act.reform(|_| Action::Measure)}
                    >
                        { if *measuring > 0 { "Measuring …" } else { "Measure on this machine" } }
                    </button>
                    <label class="button">
                        { "Use a weight file of your own" }
                        <input type="file" class="visually-hidden" data-testid="weights-input" accept=".safetensors" onchange={pick} />
                    </label>
                    <p class="small muted">
                        { "Measuring times the network in use, five photos on each device. " }
                        { "A weight file (.safetensors, in our format) can also be dropped." }
                    </p>
                </div>
                <details class="terms small" data-testid="terms">
                    <summary>{ "What the words mean" }</summary>
                    <dl>
                        {
                            for COLUMNS.into_iter().chain([LICENCE, WORDNET]).map(|term| html! {
                                <div><dt>{ term.name }</dt><dd>{ term.about }{ "." }</dd></div>
                            })
                        }
                    </dl>
                </details>
            </div>
        </details>
    }
}

fn row(
    key: &str,
    title: &str,
    card: &BackboneCard,
    networks: &Networks,
    timings: &Timings,
    act: &Callback<Action>,
) -> Html {
    let in_use = networks.loaded.as_deref() == Some(key);
    let choose = {
        let key = key.to_owned();
        act.reform(move |_| Action::Choose(key.clone()))
    };
    let cells = values(card, key, timings).map(|value| value.unwrap_or_else(|| "—".to_owned()));
    html! {
        <tr key={key.to_owned()} class={in_use.then_some("in-use")} data-backbone={key.to_owned()}>
            <th scope="row">
                <button type="button" class="link" aria-pressed={in_use.to_string()} onclick={choose}>{ title }</button>
                if in_use {
                    <span class="tag">{ "in use" }</span>
                }
            </th>
            { for cells.into_iter().zip(COLUMNS).map(|(cell, term)| html! { <td data-label={term.name}>{ cell }</td> }) }
            <td data-label={LICENCE.name} title={card.source.clone()}>
                if card.source.starts_with("https://") {
                    <a href={card.source.clone()} rel="noreferrer">{ licence(card) }</a>
                } else {
                    { licence(card) }
                }
            </td>
        </tr>
    }
}

fn licence(card: &BackboneCard) -> String {
    if card.licence.is_empty() { "—".to_owned() } else { card.licence.clone() }
}

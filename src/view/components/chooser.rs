//! Which network looks at the photos, what it is, how fast it is here, and how far its file has come.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::protocol::BackboneCard;
use crate::view::format;
use crate::view::networks::{Fetching, Listing, Networks};
use crate::view::notices::Offer;
use crate::view::state::Action;
use crate::view::timings::Timings;

use super::bar::bar;
use super::terms::{Term, facts};

/// [`Chooser`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub networks: Networks,
    pub timings: Timings,
    /// The page's clock, while a file is being fetched.
    pub now_ms: Option<f64>,
    pub act: Callback<Action>,
}

/// The panel with the list of networks.
#[component]
pub fn Chooser(props: &Props) -> Html {
    let Props { networks, timings, now_ms, act } = props;
    let select = use_node_ref();
    // Set by hand: when a network could not be had, the list must go back to the one before although its options stay as they are.
    use_effect_with(
        (select.clone(), networks.wanted.clone(), networks.cards().len(), networks.own.len()),
        |(select, wanted, cards, own)| {
            if let Some(select) = select.cast::<HtmlSelectElement>().filter(|_| cards + own > 0) {
                select.set_value(wanted);
            }
        },
    );
    let choose = act.reform(|event: Event| Action::Choose(event.target_unchecked_into::<HtmlSelectElement>().value()));
    let none = networks.cards().is_empty() && networks.own.is_empty();
    html! {
        <section class="card panel chooser" aria-label="Network" data-loaded={networks.loaded.clone()}>
            <label class="label" for="backbone" title="A neural network trained on photos; each has its own classes">
                { "Network" }
            </label>
            <select
                id="backbone"
                class="select"
                ref={select}
                data-testid="backbone"
                disabled={none}
                onchange={choose}
            >
                if none {
                    <option>{ if networks.listing == Listing::Failed { "none can be had" } else { "…" } }</option>
                }
                {
                    for networks.cards().iter().map(|card| html! {
                        <option key={card.name.clone()} value={card.name.clone()}>{ option_words(card) }</option>
                    })
                }
                if !networks.own.is_empty() {
                    <optgroup label="Own files">
                        { for networks.own.iter().map(|own| html! {
                            <option key={own.key.clone()} value={own.key.clone()}>{ own.title() }</option>
                        }) }
                    </optgroup>
                }
            </select>
            if let Some(card) = networks.card(&networks.wanted) {
                <dl class="facts small">{ for facts(card, &networks.wanted, timings).map(fact) }</dl>
            } else if networks.listing == Listing::Loading {
                <p class="small muted">{ "Reading the list of networks …" }</p>
            }
            <div class="arriving">
                {
                    match (&networks.fetching, networks.loading.front()) {
                        (Some(fetching), _) => arriving(fetching, now_ms.unwrap_or_default(), act),
                        (None, Some(loading)) => html! { <p class="small muted">{ format!("Checking {} …", loading.file) }</p> },
                        (None, None) if networks.is_ready() => html! { <p class="small muted">{ "Ready to look at photos" }</p> },
                        (None, None) if networks.failed.as_ref() == Some(&networks.wanted) => html! {
                            <div class="arriving-row">
                                <p class="small muted">{ "Not fetched" }</p>
                                <button
                                    type="button"
                                    class="button button-small"
                                    data-testid="fetch"
                                    onclick={act.reform(|_| Action::Take(Offer::RetryWeights))}
                                >
                                    { "Fetch it" }
                                </button>
                            </div>
                        },
                        (None, None) => html! {},
                    }
                }
            </div>
        </section>
    }
}

fn option_words(card: &BackboneCard) -> String {
    // Networks for ImageNet differ by their title; the others by their classes.
    if card.classes.starts_with("ImageNet") {
        card.title.clone()
    } else {
        format!("{} · {}", card.title, card.classes)
    }
}

fn fact((term, value): (Term, String)) -> Html {
    html! { <div class="fact" title={term.about}><dt>{ term.name }</dt><dd>{ value }</dd></div> }
}

fn arriving(fetching: &Fetching, now_ms: f64, act: &Callback<Action>) -> Html {
    let mut words = format!("{} of {}", format::bytes(fetching.received), format::bytes(fetching.total));
    if let Some(rate) = fetching.rate(now_ms) {
        words += &format!(" · {}/s", format::bytes(rate as u64));
    }
    if let Some(seconds) = fetching.seconds_left(now_ms) {
        words += &format!(" · {} left", format::duration(seconds));
    }
    html! {
        <>
            <div
                role="progressbar"
                data-testid="fetching"
                aria-label={format!("Fetching {}", fetching.file)}
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow={format!("{:.0}", fetching.share() * 100.0)}
                aria-valuetext={words.clone()}
            >
                { bar(fetching.share(), "bar-progress") }
            </div>
            <div class="arriving-row">
                <p class="small muted">{ words }</p>
                <button
                    type="button"
                    class="button button-small"
                    data-testid="stop-fetching"
                    aria-label={format!("Stop fetching {}", fetching.file)}
                    onclick={act.reform(|_| Action::StopFetching)}
                >
                    { "Stop" }
                </button>
            </div>
        </>
    }
}

//! Which network looks at the photos, what it is, and how far its file has come.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::protocol::BackboneCard;
use crate::view::format;
use crate::view::networks::{Fetching, Listing, Networks};
use crate::view::state::Action;

use super::bar::bar;

/// [`Chooser`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub networks: Networks,
    /// The page's clock, while a file is being fetched.
    pub now_ms: Option<f64>,
    pub act: Callback<Action>,
}

/// The panel with the list of networks.
#[component]
pub fn Chooser(props: &Props) -> Html {
    let Props { networks, now_ms, act } = props;
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
                <dl class="facts small">
                    { fact("Classes", "What the network can name", card.classes.clone()) }
                    { fact("Size", "Of the file that is fetched once", format::bytes(card.bytes)) }
                    { fact("Parameters", "Numbers that were learned from photos", format::count(card.parameters)) }
                    { fact("Input", "Width and height of what the network sees, pixels", format!("{0} × {0}", card.input)) }
                    if let Some(top1) = card.top1 {
                        { fact("Top-1", "Share of 1000 ImageNet photos whose class is the most probable one", format::percent(top1)) }
                    } else if let Some([top1, top5]) = card.agreement {
                        { fact("Agreement", "Shares of held-out photos of which the class that its teacher says is its most probable one, and among its five most probable", format!("{} / {}", format::percent(top1), format::percent(top5))) }
                    }
                </dl>
            } else if networks.listing == Listing::Loading {
                <p class="small muted">{ "Reading the list of networks …" }</p>
            }
            <div class="arriving">
                {
                    match (&networks.fetching, networks.loading.front()) {
                        (Some(fetching), _) => arriving(fetching, now_ms.unwrap_or_default()),
                        (None, Some(loading)) => html! { <p class="small muted">{ format!("Checking {} …", loading.file) }</p> },
                        (None, None) if networks.is_ready() => html! { <p class="small muted">{ "Ready to look at photos" }</p> },
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

fn fact(name: &'static str, about: &'static str, value: String) -> Html {
    html! { <div class="fact" title={about}><dt>{ name }</dt><dd>{ value }</dd></div> }
}

fn arriving(fetching: &Fetching, now_ms: f64) -> Html {
    let Fetching { received, total, .. } = *fetching;
    let seconds = (now_ms - fetching.started_ms) / 1000.0;
    let share = if total > 0 { received as f64 / total as f64 } else { 0.0 };
    let rate =
        (seconds > 0.2 && received > 0).then(|| format!(" · {}/s", format::bytes((received as f64 / seconds) as u64)));
    html! {
        <>
            { bar(share, "bar-progress") }
            <p
                class="small muted"
                role="progressbar"
                aria-label={format!("Fetching {}", fetching.file)}
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow={format!("{:.0}", share * 100.0)}
            >
                { format!("Fetching: {} of {}{}", format::bytes(received), format::bytes(total), rate.unwrap_or_default()) }
            </p>
        </>
    }
}

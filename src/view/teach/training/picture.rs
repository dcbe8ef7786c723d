//! The network as a row of boxes: high ones see many pixels, wide ones have many channels. A press on a box says from where it is trained, or
//! where its features are taken.

use web_sys::Element;
use yew::prelude::*;

use super::Action;
use super::block::{ABOVE, Does, block};
use super::chart::use_width;
use super::network::{HEIGHT, Network, Part, Place, State};

/// A word beside a mark needs so much room.
const WORD: f64 = 64.0;

/// [`Picture`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// The network.
    pub network: Network,
    /// Is it trained from random weights, so that there is nothing to choose?
    pub is_scratch: bool,
    /// Is it unfolded to begin with?
    pub open: bool,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// The picture, folded up where nothing but a head is trained.
#[component]
pub fn Picture(props: &Props) -> Html {
    let Props { network, is_scratch, open, act } = props;
    let (room, width) = use_width();
    // What a person unfolded, or a choice did, stays so: a press on the head must not fold up the picture under the pointer.
    let unfolded = use_state_eq(|| *open);
    {
        let unfolded = unfolded.clone();
        use_effect_with(*open, move |open| {
            if *open {
                unfolded.set(true);
            }
        });
    }
    let toggled = {
        let unfolded = unfolded.clone();
        Callback::from(move |event: Event| {
            if let Some(details) = event.target_dyn_into::<Element>() {
                unfolded.set(details.has_attribute("open"));
            }
        })
    };
    let does = use_state_eq(|| Does::TrainFrom);
    let pointed = use_state_eq(|| None::<usize>);
    let (trained, all) = network.parameters();
    let part = pointed.and_then(|place| network.parts.get(place));
    let last = network.design.blocks.len();
    html! {
        <details class="network" open={*unfolded} ontoggle={toggled}>
            <summary class="small">
                <span
                    class="settings-line"
                    data-testid="trainable-parameters"
                    data-trainable={trained.to_string()}
                    data-parameters={all.to_string()}
                >
                    { network.words() }
                </span>
            </summary>
            <div class="network-room" ref={room}>
                if !is_scratch {
                    { switch(&does) }
                }
                { drawn(network, width, *does, &pointed, (!is_scratch).then_some(act)) }
                <p class="network-part small muted" aria-hidden="true">
                    { part.map_or_else(|| hint(network, *is_scratch, *does), Part::words) }
                </p>
                if network.used < last {
                    <button
                        type="button"
                        class="link small"
                        onclick={act.reform(move |_: MouseEvent| Action::FeaturesAt(last))}
                    >
                        { "Use the whole network again" }
                    </button>
                }
                if let Some(table) = network.summary() {
                    <details class="layers">
                        <summary class="link small muted">{ "Layers as a table" }</summary>
                        <pre data-testid="network-summary" tabindex="0">{ table }</pre>
                    </details>
                }
            </div>
        </details>
    }
}

/// What is pressed for.
fn switch(does: &UseStateHandle<Does>) -> Html {
    let choice = |to: Does, words: &'static str| {
        let does = does.clone();
        let pressed = (*does == to).to_string();
        html! {
            <button
                type="button"
                class="button button-small"
                data-testid={if to == Does::TrainFrom { "pick-train-from" } else { "pick-features-at" }}
                aria-pressed={pressed}
                onclick={move |_: MouseEvent| does.set(to)}
            >
                { words }
            </button>
        }
    };
    html! {
        <div class="row" role="group" aria-label="What pressing a block does">
            { choice(Does::TrainFrom, "Train from a block on") }
            { choice(Does::FeaturesAt, "Take the features at a block") }
        </div>
    }
}

fn hint(network: &Network, is_scratch: bool, does: Does) -> String {
    let title = &network.design.title;
    match does {
        _ if is_scratch => format!("{title}, photo on the left, head on the right."),
        Does::TrainFrom => {
            format!("{title}. Press a block to train it and those behind it; the head is always trained.")
        }
        Does::FeaturesAt => format!("{title}. Press a block to take its output, averaged, as what the head learns on."),
    }
}

fn drawn(
    network: &Network,
    width: f64,
    does: Does,
    pointed: &UseStateHandle<Option<usize>>,
    act: Option<&Callback<Action>>,
) -> Html {
    let places = network.places(width);
    // One stop for the Tab key: where the boundary is now.
    let stop = match does {
        Does::TrainFrom => network.from.min(network.parts.len() - 1),
        Does::FeaturesAt => network.used.saturating_sub(1),
    };
    let stop = if network.from == network.used && does == Does::TrainFrom { network.parts.len() - 1 } else { stop };
    html! {
        <svg
            class="network-picture"
            data-testid="network-picture"
            viewBox={format!("0 0 {width} {}", ABOVE + HEIGHT)}
            role="group"
            aria-label={network.label()}
        >
            <defs>
                <pattern id="frozen-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="hatch-ground" width="6" height="6" />
                    <rect class="hatch-line" width="2" height="6" />
                </pattern>
            </defs>
            { for stretches(network).into_iter().map(|(state, first, last)| stretch(state, places[first], places[last])) }
            {
                for network.parts.iter().zip(&places).enumerate().map(|(place, (part, at))| {
                    block(network, place, part, *at, (place == stop, does), pointed, act)
                })
            }
        </svg>
    }
}

/// Neighbours of one state: the state, the first and the last.
fn stretches(network: &Network) -> Vec<(State, usize, usize)> {
    let mut all: Vec<(State, usize, usize)> = Vec::new();
    for (place, part) in network.parts.iter().enumerate() {
        match all.last_mut() {
            Some((state, _, last)) if *state == part.state => *last = place,
            _ => all.push((part.state, place, place)),
        }
    }
    all
}

/// A line over neighbours of one state, with its mark, and its word where there is room.
fn stretch(state: State, first: Place, last: Place) -> Html {
    let (left, right) = (first.x, last.x + last.width);
    let has_word = right - left >= WORD;
    let mark = match state {
        State::Frozen => "M0 -5V5M-4.3 -2.5L4.3 2.5M-4.3 2.5L4.3 -2.5",
        State::Trainable => {
            "M0 -5.5C1 -3 4 -1.5 4 1.5A4 4 0 0 1 -4 1.5C-4 0 -3 -1 -2 -2C-1.5 -1 -1 -0.5 -0.5 -0.5C0 -2 -0.5 -4 0 -5.5Z"
        }
        State::Unused => "M-3 -3L3 3M3 -3L-3 3",
    };
    let at = if has_word { left + 7.0 } else { (left + right) / 2.0 };
    html! {
        <g class={classes!("stretch", format!("stretch-{}", state.word()))} aria-hidden="true">
            <path d={format!("M{left} {}H{right}", ABOVE - 4.0)} class="stretch-line" />
            <path d={mark} class="stretch-mark" transform={format!("translate({at} 9)")} />
            if has_word {
                <text x={(left + 16.0).to_string()} y="13">{ state.words() }</text>
            }
        </g>
    }
}

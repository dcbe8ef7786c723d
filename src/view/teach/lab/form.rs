//! Which runs are to be added.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::Action;
use super::choice::{Choice, Field, What};
use crate::architecture::Design;
use crate::project::{TrainSettings, Way};
use crate::view::networks::Networks;

/// [`Form`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// What it says.
    pub choice: Choice,
    /// Those of the training panel.
    pub settings: TrainSettings,
    /// The networks there are.
    pub networks: Networks,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// What is trained, how long, on how many photos, with how many seeds.
#[component]
pub fn Form(props: &Props) -> Html {
    let Props { choice, settings, networks, act } = props;
    let whats = What::ALL.map(|(_, word, words)| (word.to_owned(), words.to_owned()));
    let is_pretrained = match choice.what {
        What::Scratch => false,
        What::AsSet => !matches!(settings.way, Way::Scratch { .. }),
        _ => true,
    };
    let seeds = (1..=Choice::MOST_SEEDS).map(|seeds| {
        let first = u64::from(settings.seed);
        let words = if seeds == 1 {
            format!("one: {first}")
        } else {
            format!("{seeds}: {first}–{}", first + u64::from(seeds) - 1)
        };
        (seeds.to_string(), words)
    });
    html! {
        <div class="lab-form" role="group" aria-label="Runs to add">
            { select("What is trained", "lab-way", choice.what.word(), whats.to_vec(), Field::What, act) }
            if is_pretrained {
                { select("Network", "lab-network", &choice.network, pretrained(networks), Field::Network, act) }
            }
            if choice.what == What::LastBlocks {
                { number("Blocks", "lab-last", &choice.blocks, "", Field::Blocks, act) }
            }
            if choice.what == What::Scratch {
                { architecture(&choice.architecture, act) }
            }
            { number("Epochs", "lab-epochs", &choice.epochs, &choice.usual_epochs(settings).to_string(), Field::Epochs, act) }
            { number("Photos a class", "lab-shots", &choice.shots, "all", Field::Shots, act) }
            { select("Seeds", "lab-seeds", &choice.seeds.to_string(), seeds.collect(), Field::Seeds, act) }
            <button type="button" class="button" data-testid="lab-add" onclick={act.reform(|_| Action::Add)}>{ "Add to the list" }</button>
        </div>
    }
}

/// The one in use, those of the registry, and own files.
fn pretrained(networks: &Networks) -> Vec<(String, String)> {
    let listed = networks.cards().iter().map(|card| card.name.clone());
    let own = networks.own.iter().map(|own| own.key.clone());
    let named = listed.chain(own).map(|key| {
        let title = networks.title(&key);
        (key, title)
    });
    std::iter::once((String::new(), "the one in use".to_owned())).chain(named).collect()
}

/// Any name that [`Design::parse`] reads; a browser offers the known ones.
fn architecture(chosen: &str, act: &Callback<Action>) -> Html {
    let changed = act.reform(|event: Event| {
        Action::Choose(Field::Architecture, event.target_unchecked_into::<HtmlInputElement>().value())
    });
    html! {
        <label class="lab-field">
            <span class="small">{ "Network" }</span>
            <input
                class="input"
                type="text"
                autocomplete="off"
                spellcheck="false"
                list="lab-architectures"
                data-testid="lab-architecture"
                title="lenet-5, user-net, mobilenet-v1-WIDTH-SIDE or mobilenet-v2-WIDTH-SIDE: a width of 0.05 to 4, a side of 32 to 1024 pixels"
                value={chosen.to_owned()}
                onchange={changed}
            />
            <datalist id="lab-architectures">
                {
                    for Design::known().into_iter().map(|design| {
                        let words = format!("{}, {} pixels", design.title, design.input.width);
                        html! { <option value={design.name} label={words} /> }
                    })
                }
            </datalist>
        </label>
    }
}

fn select(
    label: &'static str,
    testid: &'static str,
    chosen: &str,
    options: Vec<(String, String)>,
    field: Field,
    act: &Callback<Action>,
) -> Html {
    let changed = act
        .reform(move |event: Event| Action::Choose(field, event.target_unchecked_into::<HtmlSelectElement>().value()));
    html! {
        <label class="lab-field">
            <span class="small">{ label }</span>
            <select class="select" data-testid={testid} onchange={changed}>
                {
                    for options.into_iter().map(|(word, words)| {
                        let selected = word == chosen;
                        html! { <option key={word.clone()} value={word} {selected}>{ words }</option> }
                    })
                }
            </select>
        </label>
    }
}

fn number(
    label: &'static str,
    testid: &'static str,
    value: &str,
    usual: &str,
    field: Field,
    act: &Callback<Action>,
) -> Html {
    let changed = act.reform(move |event: InputEvent| {
        Action::Choose(field, event.target_unchecked_into::<HtmlInputElement>().value())
    });
    html! {
        <label class="lab-field lab-field-short">
            <span class="small">{ label }</span>
            <input class="input" type="text" inputmode="numeric" data-testid={testid} value={value.to_owned()} placeholder={usual.to_owned()} oninput={changed} />
        </label>
    }
}

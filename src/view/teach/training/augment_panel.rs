//! Augmentation: a switch, then a slider for each change, and a photo that shows what they do.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::augmenting::{Change, FILLS, Preview, Tiles, fill_of, fill_word, tile_words};
use super::{Action, Training};
use crate::project::{Augmentation, TrainSettings, Way};

/// [`Augment`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// As they are.
    pub settings: TrainSettings,
    /// The state.
    pub training: Training,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// What happens to photos each time they are trained on.
#[component]
pub fn Augment(props: &Props) -> Html {
    let Props { settings, training, act } = props;
    let now = settings.augmentation;
    let on = !now.is_off();
    html! {
        <div class="augmentation" role="group" aria-label="Augmentation">
            <label class="tick">
                <input
                    type="checkbox"
                    data-testid="augment"
                    checked={on}
                    aria-describedby="about-augment"
                    onchange={act.reform(|event: Event| {
                        let on = event.target_unchecked_into::<HtmlInputElement>().checked();
                        Action::Augment(if on { Augmentation::moderate() } else { Augmentation::default() })
                    })}
                />
                <span class="label">{ "Change photos at random" }</span>
            </label>
            <p id="about-augment" class="small muted">{ about(settings) }</p>
            if on {
                <div class="changes">
                    { for Change::ALL.into_iter().map(|change| slider(change, now, act)) }
                    { fill(now, act) }
                </div>
                { shown(&training.preview, act) }
            }
        </div>
    }
}

fn about(settings: &TrainSettings) -> &'static str {
    match (settings.augmentation.is_off(), &settings.way) {
        (true, _) => {
            "Augmentation: a photo looks a little different each time, so that the network does not learn it by heart."
        }
        (false, Way::Frozen) => {
            "Every photo goes through the whole network at every step now: minutes rather than seconds. Photos held out are never changed."
        }
        (false, _) => {
            "Photos held out are never changed. The frozen blocks run anew at every step, which takes longer."
        }
    }
}

fn slider(change: Change, now: Augmentation, act: &Callback<Action>) -> Html {
    let id = format!("augment-{}", change.word());
    let text = change.text(&now);
    let label = html! { <label class="label" for={id.clone()}>{ change.label() }</label> };
    let set = act.reform(move |event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let step = match change {
            Change::Flip => u32::from(input.checked()),
            _ => input.value().parse().unwrap_or(0),
        };
        Action::Augment(change.at(step, now))
    });
    let testid = id.clone();
    let input = match change {
        Change::Flip => html! {
            <input {id} data-testid={testid} type="checkbox" checked={now.flip} oninput={set} />
        },
        _ => html! {
            <input
                {id}
                data-testid={testid}
                type="range"
                min="0"
                max={change.steps().to_string()}
                value={change.step(&now).to_string()}
                aria-valuetext={text.clone()}
                oninput={set}
            />
        },
    };
    html! {
        <div key={change.word()} class="change">
            { label }
            { input }
            <span class="change-text small muted">{ text }</span>
        </div>
    }
}

fn fill(now: Augmentation, act: &Callback<Action>) -> Html {
    html! {
        <div class="change change-fill">
            <label class="label" for="augment-fill">{ "At the edge" }</label>
            <select
                id="augment-fill"
                class="select"
                data-testid="augment-fill"
                onchange={act.reform(move |event: Event| {
                    let fill = fill_of(&event.target_unchecked_into::<HtmlSelectElement>().value());
                    Action::Augment(Augmentation { fill, ..now })
                })}
            >
                {
                    for FILLS.iter().map(|(word, name)| html! {
                        <option value={*word} selected={*word == fill_word(now.fill)}>{ *name }</option>
                    })
                }
            </select>
        </div>
    }
}

fn shown(preview: &Preview, act: &Callback<Action>) -> Html {
    html! {
        <div class="preview" data-testid="augmentation-preview" data-tiles={preview.shown.as_ref().map(|tiles| tiles.names.len().to_string())}>
            if let Some(tiles) = &preview.shown {
                <ul class="tiles" aria-label="What it does to one of your photos">
                    { for tiles.names.iter().enumerate().map(|(place, name)| tile(tiles, place, name)) }
                </ul>
            }
            <button
                type="button"
                class="button button-small"
                data-testid="augmentation-another"
                disabled={preview.awaited}
                onclick={act.reform(|_: MouseEvent| Action::ShowChanges)}
            >
                { if preview.shown.is_some() { "Another" } else { "Show it on a photo" } }
            </button>
        </div>
    }
}

/// One square of the picture.
fn tile(tiles: &Tiles, place: usize, name: &str) -> Html {
    let side = tiles.side as usize;
    html! {
        <li key={place} class="tile">
            <svg viewBox={format!("{} 0 {side} {side}", place * side)} aria-hidden="true">
                <image
                    href={tiles.address.clone()}
                    x="0"
                    y="0"
                    width={(side * tiles.names.len()).to_string()}
                    height={side.to_string()}
                />
            </svg>
            <span class="small muted">{ tile_words(name).to_owned() }</span>
        </li>
    }
}

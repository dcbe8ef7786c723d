//! The settings: one line that says them, and a form below it.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::Action;
use super::fields::{Entry, Field};
use super::run::in_one_line;
use crate::project::TrainSettings;

/// [`SettingsForm`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// As they are.
    pub settings: TrainSettings,
    /// What was typed and not understood, and why.
    pub drafts: Vec<(Field, String, String)>,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// The settings.
#[component]
pub fn SettingsForm(props: &Props) -> Html {
    let Props { settings, drafts, act } = props;
    let usual = *settings == TrainSettings::default() && drafts.is_empty();
    html! {
        <details class="settings" data-testid="settings">
            <summary>
                <span class="settings-line">{ in_one_line(settings) }</span>
                if !drafts.is_empty() {
                    <span class="tag tag-error">{ "to be corrected" }</span>
                }
            </summary>
            <div class="setting-list">
                { for Field::ALL.iter().filter(|field| field.matters(settings)).map(|field| shown(*field, props)) }
            </div>
            <button type="button" class="button button-small" disabled={usual} onclick={act.reform(|_| Action::Reset)}>
                { "Reset to the defaults" }
            </button>
        </details>
    }
}

fn shown(field: Field, props: &Props) -> Html {
    let draft = props.drafts.iter().find(|(drafted, ..)| *drafted == field);
    let (about, wrong) = (format!("about-{}", field.word()), format!("wrong-{}", field.word()));
    let id = format!("setting-{}", field.word());
    let described = if draft.is_some() { format!("{wrong} {about}") } else { about.clone() };
    let text = draft.map_or_else(|| field.text(&props.settings), |(_, text, _)| text.clone());
    let input = match field.entry() {
        Entry::Choice(choices) => html! {
            <select
                {id}
                class="select"
                aria-describedby={described}
                onchange={props.act.reform(move |event: Event| {
                    Action::Set(field, event.target_unchecked_into::<HtmlSelectElement>().value())
                })}
            >
                {
                    for choices.iter().map(|(word, name)| html! {
                        <option value={*word} selected={text == *word}>{ *name }</option>
                    })
                }
            </select>
        },
        Entry::Tick => html! {
            <input
                {id}
                type="checkbox"
                aria-describedby={described}
                checked={text == "true"}
                onchange={props.act.reform(move |event: Event| {
                    Action::Set(field, event.target_unchecked_into::<HtmlInputElement>().checked().to_string())
                })}
            />
        },
        Entry::Number(unit) => html! {
            <span class="with-unit">
                <input
                    {id}
                    class={classes!("input", draft.map(|_| "input-wrong"))}
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    placeholder={if field == Field::Patience { "never" } else { "" }}
                    aria-describedby={described}
                    aria-invalid={draft.map(|_| "true")}
                    value={text}
                    onchange={props.act.reform(move |event: Event| {
                        Action::Set(field, event.target_unchecked_into::<HtmlInputElement>().value())
                    })}
                />
                if !unit.is_empty() {
                    <span class="small muted">{ unit }</span>
                }
            </span>
        },
    };
    html! {
        <div key={field.word()} class={classes!("setting", (field.entry() == Entry::Tick).then_some("setting-tick"))}>
            <label class="label" for={format!("setting-{}", field.word())} title={field.about()}>{ field.label() }</label>
            { input }
            if let Some((_, _, why)) = draft {
                <span id={wrong} class="setting-wrong" data-testid="message" data-kind="setting">{ sentence(why) }</span>
            }
            <span id={about} class="setting-about" role="tooltip">{ field.about() }</span>
        </div>
    }
}

/// With a capital at its beginning.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

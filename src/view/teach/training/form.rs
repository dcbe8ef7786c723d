//! The settings: one line that says them, and a form below it.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::augment_panel::Augment;
use super::fields::{Draft, Entry, Field};
use super::rate_panel::{Rates, find_button};
use super::rates::moves;
use super::run::in_one_line;
use super::{Action, Training};
use crate::project::TrainSettings;

/// [`SettingsForm`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// As they are.
    pub settings: TrainSettings,
    /// The state: what was typed and not understood, searches, previews.
    pub training: Training,
    /// Are they what suits the way?
    pub is_usual: bool,
    /// A setting that cannot be trained with, and why.
    pub wrong: Option<(Field, String)>,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// The settings.
#[component]
pub fn SettingsForm(props: &Props) -> Html {
    let Props { settings, training, is_usual, wrong, act } = props;
    let usual = *is_usual && training.drafts.is_empty();
    let is_wrong = wrong.is_some() || !training.drafts.is_empty();
    let rates = settings.is_by_photo() || training.search.is_some() || moves(settings);
    html! {
        <details class="settings" data-testid="settings">
            <summary>
                <span class="settings-line">{ in_one_line(settings) }</span>
                if is_wrong {
                    <span class="tag tag-error">{ "to be corrected" }</span>
                }
            </summary>
            <div class="setting-list">
                {
                    for Field::FORM.into_iter().filter(|field| field.matters(settings)).map(|field| {
                        let mut field = FieldProps::new(field, settings, &training.drafts, act);
                        if field.why.is_none() {
                            field.why = wrong.as_ref().filter(|(of, _)| *of == field.field).map(|(_, why)| why.clone());
                        }
                        if field.field == Field::LearningRate && settings.is_by_photo() {
                            field.beside = find_button(training, act);
                        }
                        let key = field.field.word();
                        html! { <SettingField {key} ..field /> }
                    })
                }
            </div>
            if rates {
                <Rates settings={settings.clone()} training={training.clone()} act={act.clone()} />
            }
            <Augment settings={settings.clone()} training={training.clone()} act={act.clone()} />
            <button type="button" class="button button-small" disabled={usual} onclick={act.reform(|_| Action::Reset)}>
                { "Reset to the defaults" }
            </button>
        </details>
    }
}

/// [`SettingField`]
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct FieldProps {
    /// Which.
    pub field: Field,
    /// What it shows.
    pub text: String,
    /// Why that is not understood, or cannot be trained with.
    pub why: Option<String>,
    /// What stands below it.
    #[prop_or_default]
    pub beside: Html,
    /// Says what a person did.
    pub act: Callback<Action>,
}

impl FieldProps {
    /// A field as the settings have it, or as it was typed.
    pub fn new(field: Field, settings: &TrainSettings, drafts: &[Draft], act: &Callback<Action>) -> Self {
        let draft = drafts.iter().find(|(drafted, ..)| *drafted == field);
        let text = draft.map_or_else(|| field.text(settings), |(_, text, _)| text.clone());
        Self { field, text, why: draft.map(|(.., why)| why.clone()), beside: Html::default(), act: act.clone() }
    }
}

/// One field with its name, what it means, and what is wrong with it.
#[component]
pub fn SettingField(props: &FieldProps) -> Html {
    let FieldProps { field, why, beside, .. } = props;
    let field = *field;
    let select = use_node_ref();
    {
        // Once a person chose, a browser no longer minds which option is marked as selected: a reset has to say it to the list itself.
        let (select, text) = (select.clone(), props.text.clone());
        use_effect(move || {
            if let Some(select) = select.cast::<HtmlSelectElement>().filter(|select| select.value() != text) {
                select.set_value(&text);
            }
        });
    }
    let (about, wrong) = (format!("about-{}", field.word()), format!("wrong-{}", field.word()));
    let described = if why.is_some() { format!("{wrong} {about}") } else { about.clone() };
    html! {
        <div class={classes!("setting", (field.entry() == Entry::Tick).then_some("setting-tick"))}>
            <label class="label" for={format!("setting-{}", field.word())} title={field.about()}>{ field.label() }</label>
            { input(props, described, select) }
            { beside.clone() }
            if let Some(why) = why {
                <span id={wrong} class="setting-wrong" data-testid="message" data-kind="setting">{ sentence(why) }</span>
            }
            <span id={about} class="setting-about" role="tooltip">{ field.about() }</span>
        </div>
    }
}

fn input(props: &FieldProps, described: String, select: NodeRef) -> Html {
    let FieldProps { field, text, why, act, .. } = props;
    let field = *field;
    let id = format!("setting-{}", field.word());
    let offered = (!field.usual().is_empty()).then(|| format!("usual-{}", field.word()));
    match field.entry() {
        Entry::Choice(choices) => html! {
            <select
                {id}
                ref={select}
                class="select"
                data-testid={field.testid()}
                aria-describedby={described}
                onchange={act.reform(move |event: Event| {
                    Action::Set(field, event.target_unchecked_into::<HtmlSelectElement>().value())
                })}
            >
                {
                    for choices.iter().map(|(word, name)| html! {
                        <option value={*word} selected={text == word}>{ *name }</option>
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
                onchange={act.reform(move |event: Event| {
                    Action::Set(field, event.target_unchecked_into::<HtmlInputElement>().checked().to_string())
                })}
            />
        },
        Entry::Number(unit) => html! {
            <span class="with-unit">
                <input
                    {id}
                    class={classes!("input", why.as_ref().map(|_| "input-wrong"))}
                    data-testid={field.testid()}
                    type="text"
                    inputmode="decimal"
                    list={offered.clone()}
                    autocomplete="off"
                    placeholder={field.placeholder()}
                    aria-describedby={described}
                    aria-invalid={why.as_ref().map(|_| "true")}
                    value={text.clone()}
                    onchange={act.reform(move |event: Event| {
                        Action::Set(field, event.target_unchecked_into::<HtmlInputElement>().value())
                    })}
                />
                if let Some(offered) = offered {
                    <datalist id={offered}>
                        { for field.usual().iter().map(|usual| html! { <option value={*usual} /> }) }
                    </datalist>
                }
                if !unit.is_empty() {
                    <span class="small muted">{ unit }</span>
                }
            </span>
        },
    }
}

/// With a capital at its beginning.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

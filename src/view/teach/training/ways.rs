//! The four ways as cards to choose from, and below them the network of one from scratch.

use yew::prelude::*;

use super::fields::Field;
use super::form::{FieldProps, SettingField};
use super::way::Choice;
use super::{Action, Training};
use crate::project::TrainSettings;

/// [`Ways`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// As they are.
    pub settings: TrainSettings,
    /// The state.
    pub training: Training,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// What is trained.
#[component]
pub fn Ways(props: &Props) -> Html {
    let Props { settings, training, act } = props;
    let chosen = Choice::of(&settings.way);
    let fields = Field::SCRATCH.into_iter().filter(|field| field.matters(settings));
    html! {
        <fieldset class="ways" role="radiogroup" aria-label="What is trained" data-testid="way" data-way={chosen.word()}>
            { for Choice::ALL.into_iter().map(|choice| card(choice, choice == chosen, act)) }
            if chosen == Choice::Scratch {
                <div class="way-more setting-list">
                    {
                        for fields.map(|field| {
                            let field = FieldProps::new(field, settings, &training.drafts, act);
                            html! { <SettingField ..field /> }
                        })
                    }
                </div>
            }
        </fieldset>
    }
}

fn card(choice: Choice, is_chosen: bool, act: &Callback<Action>) -> Html {
    let about = format!("about-way-{}", choice.word());
    html! {
        <label key={choice.word()} class={classes!("way", is_chosen.then_some("way-chosen"))} title={choice.term()}>
            <input
                type="radio"
                name="way"
                data-testid={format!("way-{}", choice.word())}
                checked={is_chosen}
                aria-describedby={about.clone()}
                aria-label={choice.title()}
                onchange={act.reform(move |_: Event| Action::Way(choice.way()))}
            />
            <span class="way-title">{ choice.title() }</span>
            <span class="way-about small muted" id={about}>{ choice.about() }</span>
        </label>
    }
}

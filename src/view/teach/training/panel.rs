//! What the part draws.

use yew::prelude::*;

use super::advice_panel::Advised;
use super::chart::Curves;
use super::control::Control;
use super::form::SettingsForm;
use super::picture::Picture;
use super::runs::{Runs, split_facts};
use super::way::suited;
use super::ways::Ways;
use super::{Action, Training};
use crate::project::Way;
use crate::view::format;
use crate::view::teach::TeachAction;
use crate::view::teach::screen::PartProps;

/// The part's panel.
#[component]
pub fn TrainingPanel(props: &PartProps) -> Html {
    let training = &props.teach.training;
    let act = props.act.reform(TeachAction::Training);
    let settings = &props.teach.project.settings;
    let backbone = props.backbone.as_ref();
    let network = props.teach.network(backbone);
    let is_scratch = matches!(settings.way, Way::Scratch { .. });
    let wrong = props.teach.wrong_field(backbone);
    let is_usual = *settings == suited(settings.way.clone(), props.teach.photo_counts().0);
    html! {
        <section class="card panel training" aria-labelledby="training-title">
            <h2 id="training-title">{ "Training" }</h2>
            <p class="visually-hidden" role="status" aria-live="polite">{ training.announcement() }</p>
            if let Some(advice) = props.teach.advice(backbone) {
                <Advised is_followed={props.teach.follows(&advice)} {advice} act={act.clone()} />
            }
            <Ways settings={settings.clone()} training={training.clone()} act={act.clone()} />
            if let Some(network) = network {
                <Picture {network} {is_scratch} open={settings.way != Way::Frozen || settings.features_at.is_some()} act={act.clone()} />
            }
            <Control ..props.clone() />
            <SettingsForm settings={settings.clone()} training={training.clone()} {is_usual} {wrong} act={act.clone()} />
            if training.current().is_some() {
                <Curves training={training.clone()} act={act.clone()} />
                { split_facts(training) }
                { comparison(training, &act) }
                <Runs training={training.clone()} {act} />
            } else {
                <p class="muted training-empty">{ "Accuracy and loss are drawn here while it trains." }</p>
            }
        </section>
    }
}

/// What a careless random split would claim, or the button that shows it.
fn comparison(training: &Training, act: &Callback<Action>) -> Html {
    let Some(run) = training.current() else { return Html::default() };
    let Some(claims) = training.claims() else {
        if !training.can_compare() {
            return Html::default();
        }
        let ask = super::ready::Ask { careless_of: Some(run.number), ..Default::default() };
        return html! {
            <button type="button" class="link small muted" data-testid="compare-split" onclick={act.reform(move |_| Action::Train(ask))}>
                { "Show what a careless random split would claim" }
            </button>
        };
    };
    let claim = |name: &'static str, word: &'static str, value: Option<f32>| {
        html! {
            <div class="claim">
                <dt>{ name }</dt>
                <dd data-testid={format!("claim-{word}")} data-accuracy={value.map(|value| value.to_string())}>
                    { value.map_or_else(|| "…".to_owned(), format::percent) }
                </dd>
            </div>
        }
    };
    html! {
        <div class="claims">
            <dl class="claim-pair">
                { claim("Honest split", "honest", Some(claims.honest)) }
                { claim("Careless random split", "careless", claims.careless) }
            </dl>
            <p class="small muted">{ claims.sentence }</p>
        </div>
    }
}

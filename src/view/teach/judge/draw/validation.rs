//! How good the head is on photos it has not learned from, in parts of which one is in sight.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::calibration::Calibration;
use super::classes::ClassTable;
use super::confusion::ConfusionPart;
use super::photos::PhotoGrid;
use super::suspects::SuspectsPart;
use super::unknown::Unknown;
use crate::view::browser;
use crate::view::components::icon::{Icon, icon};
use crate::view::format;
use crate::view::teach::TeachAction;
use crate::view::teach::judge::{Action, Judge, Shared, Tab, Table, Validation, words};
use crate::view::teach::screen::PartProps;

/// The panel.
#[component]
pub fn ValidationPanel(props: &PartProps) -> Html {
    let PartProps { teach, vault, now_ms, act, .. } = props;
    let judge = &teach.judge;
    let say = use_memo(act.clone(), |act| act.reform(TeachAction::Judge));
    let say: Callback<Action> = (*say).clone();
    let names = use_memo(teach.head_names(), Clone::clone);
    let labelled = teach.project.samples.iter().any(|sample| sample.class.is_some());
    if judge.head.is_none() && !labelled {
        return html! {
            <section class="card panel judge-wide" aria-label="How good is it?">
                <h2>{ "How good is it?" }</h2>
                <p class="muted">
                    { "After training, this shows how the head does on photos that were held out: which classes it mixes up, " }
                    { "which photos it gets wrong, and whether its probabilities can be trusted." }
                </p>
            </section>
        };
    }
    let tab = judge.showing.tab;
    let part = match (&judge.validation, tab) {
        (_, Tab::Suspects) => html! {
            <SuspectsPart
                suspects={judge.suspects.clone()}
                project={teach.project.clone()}
                revision={teach.revision}
                limit={judge.showing.limit}
                waits={matches!(judge.suspects.looking, crate::view::teach::judge::Looking::Busy { .. }).then_some(*now_ms)}
                vault={vault.clone()}
                act={say.clone()}
            />
        },
        (None, _) => nothing_held_out(judge),
        (Some(validation), Tab::Confusion) => html! {
            <ConfusionPart
                validation={validation.clone()}
                names={names.clone()}
                shares={judge.showing.shares}
                cell={judge.showing.cell}
                limit={judge.showing.limit}
                project={teach.project.clone()}
                vault={vault.clone()}
                act={say.clone()}
            />
        },
        (Some(validation), Tab::Classes) => html! {
            <ClassTable
                validation={validation.clone()}
                names={names.clone()}
                sort={judge.showing.sort}
                descending={judge.showing.descending}
                act={say.clone()}
            />
        },
        (Some(validation), Tab::Mistakes) => worst(validation, props, &names, &say),
        (Some(validation), Tab::Calibration) => html! { <Calibration validation={validation.clone()} /> },
        (Some(validation), Tab::Unknown) => html! {
            <Unknown
                validation={validation.clone()}
                names={names.clone()}
                threshold={judge.threshold()}
                chosen={judge.threshold.is_some()}
                suggested={judge.head.as_ref().and_then(|head| head.rejection)}
                act={say.clone()}
            />
        },
    };
    html! {
        <section class="card panel judge-wide" aria-label="How good is it?" data-testid="validation">
            { heading(judge.validation.as_ref()) }
            if let Some(text) = judge.validation.as_ref().and_then(|_| teach.head_is_stale()) {
                <p class="judge-stale" role="status">{ icon(Icon::Info) }<span>{ text }</span></p>
            }
            { tabs(tab, &say) }
            <div id="judge-part" role="tabpanel" aria-labelledby={format!("judge-tab-{}", tab.word())} class="judge-part">{ part }</div>
        </section>
    }
}

fn heading(validation: Option<&Shared<Validation>>) -> Html {
    let Some(validation) = validation else { return html! { <h2>{ "How good is it?" }</h2> } };
    html! {
        <div class="judge-heading">
            <h2
                data-testid="accuracy"
                data-accuracy={format!("{:.6}", validation.accuracy())}
                data-photos={validation.samples.len().to_string()}
            >
                { words::headline(validation) }
            </h2>
            <p class="small muted">{ words::interval(validation) }</p>
        </div>
    }
}

fn tabs(tab: Tab, say: &Callback<Action>) -> Html {
    let step = {
        let say = say.clone();
        Callback::from(move |event: KeyboardEvent| {
            let place = Tab::ALL.iter().position(|other| *other == tab).unwrap_or(0);
            let last = Tab::ALL.len() - 1;
            let next = match event.key().as_str() {
                "ArrowRight" => (place + 1) % Tab::ALL.len(),
                "ArrowLeft" => place.checked_sub(1).unwrap_or(last),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            say.emit(Action::Tab(Tab::ALL[next]));
            focus(&format!("judge-tab-{}", Tab::ALL[next].word()));
        })
    };
    let button = |which: &Tab| {
        let which = *which;
        html! {
            <button
                key={which.word()}
                id={format!("judge-tab-{}", which.word())}
                type="button"
                role="tab"
                class="judge-tab"
                data-tab={which.word()}
                aria-selected={(which == tab).to_string()}
                aria-controls="judge-part"
                tabindex={if which == tab { "0" } else { "-1" }}
                onclick={say.reform(move |_| Action::Tab(which))}
            >
                { which.title() }
            </button>
        }
    };
    html! {
        <div class="judge-tabs" role="tablist" aria-label="About the held-out photos" onkeydown={step}>{ for Tab::ALL.iter().map(button) }</div>
    }
}

fn focus(id: &str) {
    let element = browser::window().document().and_then(|page| page.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

fn nothing_held_out(judge: &Judge) -> Html {
    let text = if judge.head.is_some() {
        "No photos were held out when this head was trained, so that nothing can be said about new ones. Give each class a few more photos, or hold out a larger share in the settings, and train again."
    } else {
        "Train a head first. Some photos of each class are then held out, and this shows how it does on them."
    };
    html! { <p class="muted">{ text }</p> }
}

fn worst(validation: &Shared<Validation>, props: &PartProps, names: &Rc<Vec<String>>, say: &Callback<Action>) -> Html {
    let pairs: Vec<_> = validation.worst.iter().map(|place| validation.pair(*place)).collect();
    html! {
        <>
            <div class="judge-line">
                <p class="small muted">
                    { "Held-out photos, the least probable truth first: what the head finds hardest, or what is in the wrong class. " }
                    { format!("Mean loss {:.3}.", validation.loss) }
                </p>
                <div class="row">{ downloads(Table::Photos, say) }</div>
            </div>
            <PhotoGrid
                pairs={Rc::new(pairs)}
                names={names.clone()}
                limit={props.teach.judge.showing.limit}
                project={props.teach.project.clone()}
                vault={props.vault.clone()}
                act={say.clone()}
            />
        </>
    }
}

/// Copy and download of a table.
pub(super) fn downloads(table: Table, say: &Callback<Action>) -> Html {
    html! {
        <>
            <button type="button" class="button button-small" onclick={say.reform(move |_| Action::Copy(table))}>{ icon(Icon::Copy) }{ "Copy" }</button>
            <button type="button" class="button button-small" onclick={say.reform(move |_| Action::Save(table))}>{ icon(Icon::Download) }{ "CSV" }</button>
        </>
    }
}

/// "Show 24 more of 130", where there are more.
pub(super) fn more(shown: usize, all: usize, say: &Callback<Action>) -> Html {
    if shown >= all {
        return Html::default();
    }
    html! {
        <div class="row judge-more">
            <button type="button" class="button button-small" onclick={say.reform(|_| Action::More)}>{ "Show more" }</button>
            <span class="small muted">{ format!("{shown} of {}", format::photos(all)) }</span>
        </div>
    }
}

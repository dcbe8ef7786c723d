//! Labels that look wrong, one after another: keep, move, remove.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::photos::thumbnail;
use super::validation::more;
use crate::project::{Project, Sample};
use crate::view::format;
use crate::view::teach::judge::{Action, Looking, SuspectRow, Suspects, words};
use crate::view::teach::runtime::Vault;

/// [`SuspectsPart`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub suspects: Suspects,
    pub project: Rc<Project>,
    /// Of the project.
    pub revision: u64,
    /// So many are shown.
    pub limit: usize,
    /// The page's clock while the engine looks.
    pub waits: Option<f64>,
    pub vault: Vault,
    pub act: Callback<Action>,
}

/// The part.
#[component]
pub fn SuspectsPart(props: &Props) -> Html {
    let Props { suspects, project, limit, waits, vault, act, .. } = props;
    let busy = matches!(suspects.looking, Looking::Busy { .. });
    let open = suspects.open(project);
    let kept = suspects.kept().len();
    html! {
        <>
            <div class="judge-line">
                <p class="small muted">
                    { "Several heads are trained, each on a part of the photos, and asked about the rest; the nearest neighbours are asked, too. " }
                    { "Photos on which both disagree with your label are listed. Nothing is changed without you." }
                </p>
                <button
                    type="button"
                    class={classes!("button", (suspects.looking == Looking::Idle).then_some("button-primary"))}
                    data-testid="find-suspects"
                    disabled={busy}
                    onclick={act.reform(|_| Action::FindSuspects)}
                >
                    { if suspects.looking == Looking::Done { "Look again" } else { "Look for wrong labels" } }
                </button>
            </div>
            { progress(&suspects.looking, *waits) }
            if suspects.last_kept().is_some() || kept > 0 {
                <p class="row small" role="status">
                    <span class="muted">{ format!("{} confirmed and not shown again.", labels(kept)) }</span>
                    if suspects.last_kept().is_some() {
                        <button type="button" class="link" onclick={act.reform(|_| Action::UndoKeep)}>{ "Undo the last" }</button>
                    }
                    <button type="button" class="link" onclick={act.reform(|_| Action::AskAgain)}>{ "Show them again" }</button>
                </p>
            }
            if suspects.looking == Looking::Done {
                if open.is_empty() {
                    <p role="status">{ "No label looks wrong now." }</p>
                } else {
                    <p class="small" role="status" data-testid="suspect-count" data-count={open.len().to_string()}>
                        { format!("{} to look at, the most suspect first. ", labels(open.len())) }
                        <span class="muted judge-keys">{ "On a photo: K keeps, M moves, R removes, the arrows go on." }</span>
                    </p>
                    <ol class="judge-suspects" onkeydown={Callback::from(|event| walk(&event))}>
                        { for open.iter().take(*limit).map(|(row, sample)| suspect(row, sample, project, vault, act)) }
                    </ol>
                    { more((*limit).min(open.len()), open.len(), act) }
                }
            }
        </>
    }
}

fn labels(count: usize) -> String {
    if count == 1 { "1\u{a0}label".to_owned() } else { format!("{count}\u{a0}labels") }
}

fn progress(looking: &Looking, now_ms: Option<f64>) -> Html {
    let Looking::Busy { photos, since_ms } = looking else { return Html::default() };
    let seconds = now_ms.map_or(0.0, |now| (now - since_ms) / 1000.0);
    let so_far = if seconds >= 2.0 { format!(", {} so far", format::duration(seconds)) } else { String::new() };
    html! {
        <div class="judge-busy" role="status">
            <div class="judge-busy-bar" aria-hidden="true" />
            <p class="small muted">{ format!("Looking at {}{so_far}. You can go on meanwhile.", format::photos(*photos)) }</p>
        </div>
    }
}

fn suspect(row: &SuspectRow, sample: &Sample, project: &Project, vault: &Vault, act: &Callback<Action>) -> Html {
    let id = row.sample;
    let name = |class| project.class(class).map_or_else(String::new, |class| class.name.clone());
    let (label, suggested) = (name(row.label), name(row.suggested));
    let key = {
        let act = act.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let action = match event.key().as_str() {
                "k" | "K" => Action::Keep(id),
                "m" | "M" => Action::Move(id),
                "r" | "R" | "Delete" => Action::Remove(id),
                _ => return,
            };
            event.prevent_default();
            go_on(&event);
            act.emit(action);
        })
    };
    let press = |action: Action| {
        let act = act.clone();
        Callback::from(move |event: MouseEvent| {
            go_on(&event);
            act.emit(action.clone());
        })
    };
    html! {
        <li
            key={id.to_string()}
            class="judge-suspect"
            tabindex="0"
            data-testid="suspect"
            data-sample={id.to_string()}
            data-label={label.clone()}
            data-suggested={suggested.clone()}
            data-probability={format!("{:.6}", row.own)}
            aria-label={format!("{}: labelled {label}, looks like {suggested}", sample.name)}
            onkeydown={key}
        >
            { thumbnail(vault.thumbnail(id), &sample.name) }
            <div class="judge-suspect-words">
                <p class="judge-tile-name" title={sample.name.clone()}>{ &sample.name }</p>
                <p class="judge-tile-line"><span class="judge-own-name" title={label.clone()}>{ format!("is in {label}") }</span><span>{ format::percent(row.own) }</span></p>
                <p class="judge-tile-line judge-tile-wrong"><span class="judge-own-name" title={suggested.clone()}>{ format!("looks like {suggested}") }</span><span>{ format::percent(row.other) }</span></p>
                <p class="small muted">{ words::neighbours(row.neighbours) }</p>
            </div>
            <div class="row judge-suspect-buttons">
                <button type="button" class="button button-small" title="Keep it where it is (K)" onclick={press(Action::Keep(id))}>{ "Keep" }</button>
                <button type="button" class="button button-small judge-add" title={format!("Move it to {suggested} (M)")} onclick={press(Action::Move(id))}>
                    <span>{ format!("Move to {suggested}") }</span>
                </button>
                <button type="button" class="button button-small" title="Remove the photo (R)" onclick={press(Action::Remove(id))}>{ "Remove" }</button>
            </div>
        </li>
    }
}

/// The photo that has the focus goes: its neighbour takes it, so that the next key can be pressed at once; after the last the button above.
fn go_on(event: &web_sys::Event) {
    let row = event.target().and_then(|target| target.dyn_into::<Element>().ok()?.closest("li.judge-suspect").ok()?);
    let Some(row) = row else { return };
    let button = || row.owner_document()?.query_selector("[data-testid=find-suspects]").ok()?;
    focus(row.next_element_sibling().or_else(|| row.previous_element_sibling()).or_else(button));
}

/// Arrow keys go from photo to photo.
fn walk(event: &KeyboardEvent) {
    let Some(row) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    if row.get_attribute("data-testid").as_deref() != Some("suspect") {
        return;
    }
    let next = match event.key().as_str() {
        "ArrowDown" | "ArrowRight" | "j" => row.next_element_sibling(),
        "ArrowUp" | "ArrowLeft" => row.previous_element_sibling(),
        _ => return,
    };
    event.prevent_default();
    focus(next);
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

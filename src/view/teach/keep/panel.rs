//! What the part draws: the bar above the columns, with the project's name, whether it is saved, its network, and what can be done with all of it.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::menu::Menu;
use super::opening::Opening;
use super::question::Ask;
use super::saving::Outcome;
use super::{Action, Home, Keep};
use crate::view::components::bar::bar;
use crate::view::components::chooser::Chooser;
use crate::view::components::icon::{Icon, icon};
use crate::view::format;
use crate::view::networks::Networks;
use crate::view::teach::runtime::Given;
use crate::view::teach::screen::PartProps;
use crate::view::teach::{Teach, TeachAction};
use crate::view::timings::Timings;
use crate::view::{input, state};

/// [`KeepPanel`]
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct Props {
    /// What every part is drawn from.
    pub part: PartProps,
    /// The networks, for the chooser.
    pub networks: Networks,
    /// What a photo takes here with each, as far as it was measured.
    pub timings: Timings,
    /// Says what a person did outside Teach.
    pub act: Callback<state::Action>,
}

/// The bar.
#[component]
pub fn KeepPanel(props: &Props) -> Html {
    let Props { part, networks, timings, act: page } = props;
    let teach = &part.teach;
    let act = part.act.reform(TeachAction::Keep);
    let rename = act.reform(|event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        Action::Rename(input.value())
    });
    let network = networks.card(&networks.wanted).map_or("Network", |card| card.title.as_str());
    let label = html! { <>{ icon(Icon::Chip) }<span class="menu-label">{ network }</span></> };
    html! {
        <section class="teach-bar" aria-label="Project">
            <label class="project-name">
                <span class="visually-hidden">{ "Name of the project" }</span>
                <input
                    class="field"
                    data-testid="project-name"
                    value={teach.project.name.clone()}
                    maxlength="80"
                    autocomplete="off"
                    spellcheck="false"
                    onchange={rename}
                />
            </label>
            { saved(&teach.keep, &act) }
            <span class="teach-bar-right">
                <Menu {label} about={format!("Network: {network}. Choose another.")} testid="network-menu">
                    <Chooser
                        networks={networks.clone()}
                        timings={timings.clone()}
                        now_ms={networks.fetching.as_ref().map(|_| part.now_ms)}
                        act={page}
                    />
                </Menu>
                <Menu label={html! { "Project" }} testid="export">{ choices(part, &act) }</Menu>
            </span>
            { under_way(teach, part.now_ms, &act) }
            <Ask question={teach.keep.question} teach={teach.clone()} {act} />
        </section>
    }
}

/// Is the project saved?
fn saved(keep: &Keep, act: &Callback<Action>) -> Html {
    let button = |testid: &'static str, words: &'static str, action: Action| {
        html! { <button type="button" class="link small" data-testid={testid} onclick={act.reform(move |_| action.clone())}>{ words }</button> }
    };
    let failed = matches!(keep.saving.outcome, Outcome::Failed(_));
    let (state, words, more) = match &keep.home {
        _ if keep.deleting => ("deleting", "Deleting …".to_owned(), html! {}),
        Home::Opening(..) => ("saving", "Opening …".to_owned(), html! {}),
        Home::Off => ("off", "Not kept in this browser".to_owned(), html! {}),
        Home::Denied(_) => ("off", "This browser keeps nothing here".to_owned(), html! {}),
        Home::Elsewhere => (
            "off",
            "Not kept: another tab has a project open".to_owned(),
            button("use-other", "Use that one here", Action::TakeOver),
        ),
        Home::Another { name, .. } => (
            "off",
            format!("Not kept: this browser keeps another project, “{name}”"),
            html! {
                <>
                    { button("use-other", "Use that one", Action::TakeOver) }
                    { button("keep-this", "Keep this one instead", Action::Keep(true)) }
                </>
            },
        ),
        Home::Here if failed => ("failed", "Not saved".to_owned(), button("save-again", "Try again", Action::Again)),
        Home::Here if keep.saving.is_unsaved() => ("saving", "Saving …".to_owned(), html! {}),
        Home::Here => match &keep.saving.outcome {
            Outcome::Saved(at) => ("saved", format!("Saved · {at}"), html! {}),
            _ => ("saved", "Kept in this browser".to_owned(), html! {}),
        },
    };
    html! {
        <span class="saved small" data-state={state}>
            <span data-testid="saved" data-state={state} title="The project is kept in this browser as it changes, and sent nowhere">{ words }</span>
            { more }
        </span>
    }
}

/// What can be done with the whole project.
fn choices(part: &PartProps, act: &Callback<Action>) -> Html {
    let teach = &part.teach;
    let Keep { home, room, metadata, deleting, .. } = &teach.keep;
    let training = teach.training.live().is_some();
    let busy = teach.keep.packing.is_some() || teach.keep.opening.is_some();
    let bytes: u64 = teach.project.samples.iter().map(|sample| sample.bytes).sum();
    let checked = |event: Event| event.target_unchecked_into::<HtmlInputElement>().checked();
    let open = part.give.clone();
    let open = move |event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        if let Some(file) = input::files(input.files()).into_iter().next() {
            open.emit(Given::Project(file));
        }
        input.set_value(""); // so that the same file can be picked again
    };
    html! {
        <div class="menu-choices">
            <button
                type="button"
                class="button"
                data-testid="save"
                disabled={busy || teach.is_empty()}
                onclick={act.reform(|_| Action::Pack)}
            >
                { icon(Icon::Download) }{ "Save as a .graft file" }
            </button>
            <p class="small muted">
                { format!("Photos, classes, embeddings, head and curves in one file, about {}. Open it on another machine and go on.", format::bytes(bytes)) }
            </p>
            <label class="choice">
                <input
                    type="checkbox"
                    data-testid="keep-metadata"
                    checked={*metadata}
                    onchange={act.reform(move |event| Action::Metadata(checked(event)))}
                />
                { "Include what cameras write into photos: place, time, camera" }
            </label>
            <label class={classes!("button", busy.then_some("button-disabled"))}>
                { "Open a .graft file" }
                <input type="file" class="visually-hidden" data-testid="open" accept=".graft" disabled={busy || training} onchange={open} />
            </label>
            <hr />
            if !matches!(home, Home::Denied(_) | Home::Elsewhere) {
                <label class="choice">
                    <input
                        type="checkbox"
                        data-testid="keep-switch"
                        checked={!matches!(home, Home::Off | Home::Another { .. })}
                        disabled={*deleting}
                        onchange={act.reform(move |event| Action::Keep(checked(event)))}
                    />
                    { "Keep this project in this browser" }
                </label>
            }
            if let Some(room) = room {
                <p class="small muted" data-testid="room">
                    { format!("This page uses {} of the {} that the browser gives it.", format::bytes(room.used), format::bytes(room.quota)) }
                </p>
            }
            <button type="button" class="button" data-testid="delete-all" disabled={busy || training || *deleting} onclick={act.reform(|_| Action::Delete)}>
                { icon(Icon::Bin) }{ "Delete everything" }
            </button>
        </div>
    }
}

/// A file on its way out or in: bar, count, time left, Stop.
fn under_way(teach: &Teach, now_ms: f64, act: &Callback<Action>) -> Html {
    let (what, done, total, began_ms) = match (&teach.keep.packing, &teach.keep.opening) {
        (Some(packing), _) => (
            if packing.stopping { "Stopping" } else { "Writing the .graft file" }.to_owned(),
            packing.done,
            packing.total(),
            packing.began_ms,
        ),
        (None, Some(Opening::Reading { name, .. })) => (format!("Reading {name}"), 0, 0, now_ms),
        (None, Some(Opening::Unpacking(unpacking))) => {
            let contents = &unpacking.contents;
            (format!("Opening {}", contents.name), unpacking.done, contents.photos.len(), unpacking.began_ms)
        }
        _ => return html! {},
    };
    let share = if total > 0 { done as f64 / total as f64 } else { 0.0 };
    let left = (share > 0.05).then(|| (now_ms - began_ms) / 1000.0 * (1.0 - share) / share);
    html! {
        <div class="under-way" data-testid="under-way">
            <p class="small">
                { what }
                if total > 0 { { format!(" · {done} of {}", format::photos(total)) } }
                if let Some(seconds) = left { { format!(" · {} left", format::duration(seconds)) } }
            </p>
            <button type="button" class="button button-small" data-testid="stop-file" onclick={act.reform(|_| Action::Stop)}>{ "Stop" }</button>
            { bar(share, "bar-progress") }
        </div>
    }
}

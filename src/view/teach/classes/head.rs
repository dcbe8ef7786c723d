//! The panel's heading: undo, redo, and what concerns all classes.

use yew::prelude::*;

use super::icons::{self, drawing};
use super::{Action, Fold, near};
use crate::view::components::icon::{Icon, icon};
use crate::view::format;

/// [`Head`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub classes: usize,
    pub photos: usize,
    /// What Undo would take back.
    pub undo: Option<String>,
    /// What Redo would make again.
    pub redo: Option<String>,
    /// Are photos of any class shown?
    pub any_open: bool,
    /// Near-duplicates are being looked for.
    pub looking: bool,
    pub act: Callback<Action>,
}

/// The heading.
#[component]
pub fn Head(props: &Props) -> Html {
    let Props { classes, photos, undo, redo, any_open, looking, act } = props;
    let to = if *any_open { Fold::Closed } else { Fold::Some };
    let step = |label: &Option<String>, word: &str, keys: &str| match label {
        Some(label) => format!("{word}: {label} ({keys})"),
        None => format!("Nothing to {} ({keys})", word.to_lowercase()),
    };
    let button = |testid: &'static str, label: String, path: &'static str, enabled: bool, action: Action| {
        html! {
            <button type="button" class="button-bare" data-testid={testid} disabled={!enabled} title={label.clone()} aria-label={label} onclick={act.reform(move |_| action.clone())}>
                { drawing(path) }
            </button>
        }
    };
    html! {
        <>
            <div class="class-title">
                <h2>{ "Classes" }</h2>
                if *photos > 0 {
                    <span class="small muted" data-testid="class-totals">{ format!("{} · {}", counted(*classes), format::photos(*photos)) }</span>
                }
                <span class="class-steps">
                    { button("undo", step(undo, "Undo", "Ctrl+Z"), icons::UNDO, undo.is_some(), Action::Undo) }
                    { button("redo", step(redo, "Redo", "Ctrl+Shift+Z"), icons::REDO, redo.is_some(), Action::Redo) }
                </span>
            </div>
            <div class="row class-actions">
                <button type="button" class="button button-small" data-testid="class-add" onclick={act.reform(|_| Action::AddClass)}>
                    { icon(Icon::Add) }{ "Add class" }
                </button>
                if *photos > 1 {
                    <button type="button" class="button button-small" data-testid="find-near-duplicates" disabled={*looking} title="Photos that are nearly the same, such as bursts of a camera" onclick={act.reform(|_| Action::Near(near::Action::Find))}>
                        { drawing(icons::TWINS) }{ if *looking { "Looking …" } else { "Near-duplicates" } }
                    </button>
                }
                if *classes > 3 {
                    <button type="button" class="class-more" data-testid="fold-all" onclick={act.reform(move |_| Action::FoldAll(to))}>{ if *any_open { "Close all" } else { "Open all" } }</button>
                }
            </div>
        </>
    }
}

fn counted(classes: usize) -> String {
    if classes == 1 { "1 class".to_owned() } else { format!("{classes} classes") }
}

//! The confusion matrix, the pairs that are mixed up most, and the photos of a cell.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::photos::PhotoGrid;
use super::validation::downloads;
use crate::project::Project;
use crate::view::format;
use crate::view::teach::judge::{Action, Shared, Table, Validation};
use crate::view::teach::runtime::Vault;

/// [`ConfusionPart`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub validation: Shared<Validation>,
    /// Of the head's classes.
    pub names: Rc<Vec<String>>,
    /// Shares of the true class rather than counts.
    pub shares: bool,
    /// The cell whose photos are shown.
    pub cell: Option<(usize, usize)>,
    /// So many of them.
    pub limit: usize,
    pub project: Rc<Project>,
    pub vault: Vault,
    pub act: Callback<Action>,
}

/// Pairs that are listed.
const PAIRS: usize = 12;
/// From so many classes on, the columns' names stand upright.
const UPRIGHT: usize = 5;
/// Up to so many classes, a cell without photos has its zero.
const ZEROS: usize = 20;
/// From so many classes on, neighbouring cells without photos are one: 200 classes would be 40,000 cells, nearly all of them empty.
const MERGED: usize = 61;

/// All of it.
#[component]
pub fn ConfusionPart(props: &Props) -> Html {
    let Props { validation, names, shares, cell, limit, project, vault, act } = props;
    let choose = use_memo(act.clone(), |act| act.reform(|cell| Action::Cell(Some(cell))));
    let choose: Callback<(usize, usize)> = (*choose).clone();
    let switch = |value: bool, word: &'static str| {
        html! {
            <button type="button" class="button button-small" aria-pressed={(value == *shares).to_string()} onclick={act.reform(move |_| Action::Shares(value))}>
                { word }
            </button>
        }
    };
    html! {
        <>
            <div class="judge-line">
                <p class="small muted">{ "A row is what photos are, a column what the head said. Press a cell to see its photos." }</p>
                <div class="row">
                    <div class="row" role="group" aria-label="What the cells show">{ switch(false, "Counts") }{ switch(true, "Shares") }</div>
                    { downloads(Table::Confusion, act) }
                </div>
            </div>
            <div class="judge-confusion">
                <div class="judge-scroll" tabindex="0" aria-label="The confusion matrix, scrollable">
                    <Matrix validation={validation.clone()} names={names.clone()} shares={*shares} cell={*cell} choose={choose.clone()} />
                </div>
                <Pairs validation={validation.clone()} names={names.clone()} cell={*cell} {choose} />
            </div>
            if let Some((label, said)) = cell {
                <div class="judge-cell" data-testid="cell-photos">
                    <div class="judge-line">
                        <h3>{ cell_title(validation, names, *label, *said) }</h3>
                        <button type="button" class="button button-small" onclick={act.reform(|_| Action::Cell(None))}>{ "Close" }</button>
                    </div>
                    <PhotoGrid
                        pairs={Rc::new(validation.cell(*label, *said))}
                        names={names.clone()}
                        limit={*limit}
                        project={project.clone()}
                        vault={vault.clone()}
                        act={act.clone()}
                    />
                </div>
            }
        </>
    }
}

fn cell_title(validation: &Validation, names: &[String], label: usize, said: usize) -> String {
    let count = validation.confusion.count(label, said) as usize;
    let name = |class: usize| names.get(class).map_or("", String::as_str);
    let (photos, were) = (format::photos(count), if count == 1 { "was" } else { "were" });
    if label == said {
        format!("{photos} of {} {were} recognised", name(label))
    } else {
        format!("{photos} of {} {were} taken for {}", name(label), name(said))
    }
}

/// [`Matrix`]
#[derive(Debug, PartialEq, Properties)]
struct MatrixProps {
    validation: Shared<Validation>,
    names: Rc<Vec<String>>,
    shares: bool,
    cell: Option<(usize, usize)>,
    choose: Callback<(usize, usize)>,
}

#[component]
fn Matrix(props: &MatrixProps) -> Html {
    let MatrixProps { validation, names, shares, cell, choose } = props;
    let classes = validation.classes;
    html! {
        <table
            class={classes!("judge-matrix", (classes >= UPRIGHT).then_some("judge-upright"))}
            data-testid="confusion"
            data-classes={classes.to_string()}
            onkeydown={Callback::from(|event| walk(&event))}
        >
            <caption class="visually-hidden">{ "Held-out photos by their class (rows) and by what the head said (columns)" }</caption>
            <thead>
                <tr>
                    <td class="judge-corner"><span>{ "is" }<span class="muted">{ " · said" }</span></span></td>
                    { for names.iter().map(|name| html! { <th scope="col" title={name.clone()}><span>{ name }</span></th> }) }
                    <th scope="col" class="judge-sum"><span>{ "photos" }</span></th>
                </tr>
            </thead>
            <tbody>
                { for (0..classes).map(|label| html! {
                    <MatrixRow
                        key={label}
                        validation={validation.clone()}
                        names={names.clone()}
                        {label}
                        shares={*shares}
                        said={cell.filter(|cell| cell.0 == label).map(|cell| cell.1)}
                        choose={choose.clone()}
                    />
                }) }
            </tbody>
        </table>
    }
}

/// [`MatrixRow`]. A row of its own, so that of 200 rows only those are drawn anew that change.
#[derive(Debug, PartialEq, Properties)]
struct RowProps {
    validation: Shared<Validation>,
    names: Rc<Vec<String>>,
    label: usize,
    shares: bool,
    /// The column that is chosen, in this row.
    said: Option<usize>,
    choose: Callback<(usize, usize)>,
}

#[component]
fn MatrixRow(props: &RowProps) -> Html {
    let RowProps { validation, names, label, shares, said: chosen, choose } = props;
    let (label, confusion) = (*label, &validation.confusion);
    let support = confusion.support(label);
    let name = |class: usize| names.get(class).map_or("", String::as_str);
    let cell = |said: usize| {
        let count = confusion.count(label, said);
        let share = count as f32 / support.max(1) as f32;
        let words = format!(
            "{} of {} said to be {}, {} of the class",
            format::photos(count as usize),
            name(label),
            name(said),
            format::percent(share)
        );
        html! {
            <td
                class={level(label == said, share)}
                data-row={label.to_string()}
                data-column={said.to_string()}
                data-count={count.to_string()}
                data-share={format!("{share:.6}")}
            >
                <button
                    type="button"
                    aria-pressed={(*chosen == Some(said)).to_string()}
                    aria-label={words.clone()}
                    title={words}
                    onclick={choose.reform(move |_| (label, said))}
                >
                    { if *shares { percent(share) } else { count.to_string() } }
                </button>
            </td>
        }
    };
    let empty = |said: usize, span: usize| {
        html! {
            <td
                class="judge-zero"
                data-row={label.to_string()}
                data-column={said.to_string()}
                data-count="0"
                colspan={(span > 1).then(|| span.to_string())}
            >
                { if validation.classes <= ZEROS { "0" } else { "" } }
            </td>
        }
    };
    html! {
        <tr>
            <th scope="row" title={name(label).to_owned()}><span>{ name(label) }</span></th>
            {
                for spans(validation, label).into_iter().map(|(said, span)| {
                    if confusion.count(label, said) == 0 { empty(said, span) } else { cell(said) }
                })
            }
            <td class="judge-sum">{ support }</td>
        </tr>
    }
}

/// The cells of a row: the column where each begins, and over how many it goes.
fn spans(validation: &Validation, label: usize) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let is_empty = |said: usize| validation.confusion.count(label, said) == 0;
    for said in 0..validation.classes {
        match spans.last_mut() {
            Some((first, span)) if validation.classes >= MERGED && is_empty(said) && is_empty(*first) => *span += 1,
            _ => spans.push((said, 1)),
        }
    }
    spans
}

/// A share in a narrow cell: "97 %", "<1 %".
fn percent(share: f32) -> String {
    match (share * 100.0).round() {
        0.0 => "<1\u{a0}%".to_owned(),
        share => format!("{share:.0}\u{a0}%"),
    }
}

/// How strongly a cell is tinted, in five steps.
fn level(right: bool, share: f32) -> Classes {
    let step = match share {
        ..0.1 => 1,
        ..0.3 => 2,
        ..0.6 => 3,
        ..0.9 => 4,
        _ => 5,
    };
    classes!("judge-filled", format!("judge-{}-{step}", if right { "right" } else { "wrong" }))
}

/// Arrow keys go to the next cell that has photos.
fn walk(event: &KeyboardEvent) {
    let (down, right) = match event.key().as_str() {
        "ArrowUp" => (-1, 0),
        "ArrowDown" => (1, 0),
        "ArrowLeft" => (0, -1),
        "ArrowRight" => (0, 1),
        _ => return,
    };
    let Some(cell) = event.target().and_then(|target| target.dyn_into::<Element>().ok()?.closest("td").ok()?) else {
        return;
    };
    let Some(table) = cell.closest("table").ok().flatten() else { return };
    let place = |name: &str| cell.get_attribute(name).and_then(|text| text.parse::<i32>().ok());
    let (Some(mut row), Some(mut column)) = (place("data-row"), place("data-column")) else { return };
    event.prevent_default();
    let classes = table.get_attribute("data-classes").and_then(|text| text.parse().ok()).unwrap_or(0);
    loop {
        (row, column) = (row + down, column + right);
        if !(0..classes).contains(&row) || !(0..classes).contains(&column) {
            return;
        }
        let found = table.query_selector(&format!("td[data-row=\"{row}\"][data-column=\"{column}\"] button"));
        if let Some(button) = found.ok().flatten().and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            let _ = button.focus();
            return;
        }
    }
}

/// [`Pairs`]
#[derive(Debug, PartialEq, Properties)]
struct PairsProps {
    validation: Shared<Validation>,
    names: Rc<Vec<String>>,
    cell: Option<(usize, usize)>,
    choose: Callback<(usize, usize)>,
}

#[component]
fn Pairs(props: &PairsProps) -> Html {
    let PairsProps { validation, names, cell, choose } = props;
    let pairs = validation.confusion.most_confused();
    let name = |class: usize| names.get(class).cloned().unwrap_or_default();
    let row = |pair: &crate::metrics::Confused| {
        let place = (pair.label, pair.said);
        html! {
            <li key={format!("{}-{}", pair.label, pair.said)}>
                <button type="button" class="judge-pair" aria-pressed={(*cell == Some(place)).to_string()} onclick={choose.reform(move |_| place)}>
                    <span class="judge-pair-names">{ name(pair.label) }<span class="muted">{ " taken for " }</span>{ name(pair.said) }</span>
                    <span class="judge-pair-count">{ pair.count }</span>
                </button>
            </li>
        }
    };
    html! {
        <div class="judge-pairs">
            <h3>{ "Mixed up most" }</h3>
            if pairs.is_empty() {
                <p class="small muted">{ "No class was taken for another." }</p>
            } else {
                <ol>{ for pairs.iter().take(PAIRS).map(row) }</ol>
                if pairs.len() > PAIRS {
                    <p class="small muted">{ format!("and {} more pairs", pairs.len() - PAIRS) }</p>
                }
            }
        </div>
    }
}

//! Precision, recall, F1 and support of each class.

use std::rc::Rc;

use yew::prelude::*;

use super::validation::downloads;
use crate::view::components::bar::bar;
use crate::view::format;
use crate::view::teach::judge::{Action, Column, Shared, Table, Validation};

/// [`ClassTable`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub validation: Shared<Validation>,
    /// Of the head's classes.
    pub names: Rc<Vec<String>>,
    pub sort: Column,
    pub descending: bool,
    pub act: Callback<Action>,
}

/// Heading and what it means.
const COLUMNS: [(Column, &str, &str); 5] = [
    (Column::Class, "Class", "In your order"),
    (Column::Precision, "Precision", "Of the photos that were called this class, the share that are"),
    (Column::Recall, "Recall", "Of the photos that are this class, the share that was called so"),
    (Column::F1, "F1", "Precision and recall in one number (harmonic mean): high only if both are"),
    (Column::Support, "Photos", "Held-out photos of this class (support)"),
];

/// The table.
#[component]
pub fn ClassTable(props: &Props) -> Html {
    let Props { validation, names, sort, descending, act } = props;
    let heading = |(column, name, about): &(Column, &'static str, &'static str)| {
        let (column, sorted) = (*column, *sort == *column);
        let order = match (sorted, descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        };
        let mark = match order {
            "ascending" => " ↑",
            "descending" => " ↓",
            _ => "",
        };
        html! {
            <th scope="col" aria-sort={order} title={*about}>
                <button type="button" class="judge-sort" onclick={act.reform(move |_| Action::Sort(column))}>
                    { name }<span aria-hidden="true">{ mark }</span>
                </button>
            </th>
        }
    };
    let row = |class: usize| {
        let report = validation.reports[class];
        let share = |value: f32| {
            html! {
                <td class="judge-share"><span>{ format::percent(value) }</span>{ bar(value.into(), "bar-share") }</td>
            }
        };
        let name = names.get(class).cloned().unwrap_or_default();
        html! {
            <tr key={class} data-testid="class-report" data-class={name.clone()} data-f1={format!("{:.6}", report.f1)}>
                <th scope="row">{ name }</th>
                { for [report.precision, report.recall, report.f1].map(share) }
                <td>{ report.support }</td>
            </tr>
        }
    };
    html! {
        <>
            <div class="judge-line">
                <p class="small muted">{ "Each class by itself; press a heading to sort." }</p>
                <div class="row">{ downloads(Table::Classes, act) }</div>
            </div>
            <div class="judge-scroll">
                <table class="judge-classes">
                    <thead><tr>{ for COLUMNS.iter().map(heading) }</tr></thead>
                    <tbody>{ for validation.order(*sort, *descending).into_iter().map(row) }</tbody>
                </table>
            </div>
        </>
    }
}

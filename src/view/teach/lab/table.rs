//! The table of what the runs came to.

use yew::prelude::*;

use crate::lab::table::{Column, Row};
use crate::lab::{Record, Table};

/// The columns that the page has room for; the files have all.
const SHOWN: [Column; 17] = [
    Column::Name,
    Column::Seed,
    Column::Model,
    Column::Parameters,
    Column::Trainable,
    Column::Depth,
    Column::Size,
    Column::SizeWithOptimizer,
    Column::Epoch,
    Column::Step,
    Column::Prepared,
    Column::Total,
    Column::BestEpoch,
    Column::BestAccuracy,
    Column::KeptEpoch,
    Column::KeptAccuracy,
    Column::LastAccuracy,
];

/// [`Results`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// What the runs came to.
    pub records: Vec<Record>,
}

/// The table.
#[component]
pub fn Results(props: &Props) -> Html {
    let table = Table::of(&props.records);
    let heading = |column: Column| {
        let title = Some(column.about()).filter(|about| !about.is_empty());
        html! { <th scope="col" class={number(column)} {title}>{ column.heading() }</th> }
    };
    html! {
        <div class="lab-table-room" tabindex="0" role="region" aria-label="Table of the runs">
            <table class="lab-table">
                <caption class="visually-hidden">{ "What the runs came to" }</caption>
                <thead><tr>{ for SHOWN.into_iter().map(heading) }</tr></thead>
                <tbody>{ for table.rows.iter().map(row) }</tbody>
            </table>
        </div>
    }
}

fn row(row: &Row) -> Html {
    let words = row.words();
    let cell = |column: Column| {
        let place = Column::ALL.iter().position(|each| *each == column);
        let words = place.and_then(|place| words.get(place)).cloned().unwrap_or_default();
        match column {
            Column::Name => html! { <th scope="row">{ words }</th> },
            _ => html! { <td class={number(column)} data-label={column.heading()}>{ words }</td> },
        }
    };
    let data = |column| row.number(column).map(|number| number.to_string());
    html! {
        <tr
            class={row.mean_of.map(|_| "lab-mean")}
            data-testid="lab-row"
            data-name={row.name.clone()}
            data-mean-of={row.mean_of.map(|runs| runs.to_string())}
            data-seed={data(Column::Seed)}
            data-best-epoch={data(Column::BestEpoch)}
            data-best-accuracy={data(Column::BestAccuracy)}
            data-kept-epoch={data(Column::KeptEpoch)}
            data-kept-accuracy={data(Column::KeptAccuracy)}
            data-last-accuracy={data(Column::LastAccuracy)}
        >
            { for SHOWN.into_iter().map(cell) }
        </tr>
    }
}

fn number(column: Column) -> Option<&'static str> {
    column.is_number().then_some("lab-number")
}

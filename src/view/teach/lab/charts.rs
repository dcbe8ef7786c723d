//! The curves of all runs over one another, and what saves them.

use yew::prelude::*;

use super::{Action, File};
use crate::lab::Record;
use crate::lab::curves::{Quantity, chart};
use crate::view::teach::training::chart::{drawn, use_width};

/// [`Charts`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// What the runs came to.
    pub records: Vec<Record>,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// Accuracy and loss beside one another where there is room.
#[component]
pub fn Charts(props: &Props) -> Html {
    let Props { records, act } = props;
    let (room, width) = use_width();
    let pointed = use_state_eq(|| None::<usize>);
    let point = {
        let pointed = pointed.clone();
        Callback::from(move |epoch| pointed.set(epoch))
    };
    let save = |file, words: &'static str, testid: &'static str| {
        let act = act.reform(move |_: MouseEvent| Action::Save(file, width));
        html! { <button type="button" class="button button-small" data-testid={testid} onclick={act}>{ words }</button> }
    };
    let one = |quantity, testid| {
        let chart = chart(records, quantity, width)?;
        Some(html! { <figure class="curve">{ drawn(&chart, testid, *pointed, &point) }</figure> })
    };
    html! {
        <>
            <div class="lab-curves" data-testid="lab-curves">
                <div ref={room}>{ one(Quantity::Accuracy, "lab-accuracy-curve").unwrap_or_default() }</div>
                <div>{ one(Quantity::Loss, "lab-loss-curve").unwrap_or_default() }</div>
            </div>
            <span class="save" role="group" aria-label="Save table and curves">
                <span class="small">{ "Save" }</span>
                { save(File::Csv, "CSV", "lab-save-csv") }
                { save(File::Markdown, "Markdown", "lab-save-markdown") }
                { save(File::Svg, "SVG", "lab-save-svg") }
            </span>
        </>
    }
}

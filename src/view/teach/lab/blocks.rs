//! How many blocks to train: the button, and accuracy against their number.

use yew::prelude::*;

use super::Action;
use crate::lab::Search;
use crate::view::draw;
use crate::view::teach::training::chart::use_width;

/// [`Blocks`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// As far as it came.
    pub search: Option<Search>,
    /// Does it go on?
    pub on: bool,
    /// Says what a person did.
    pub act: Callback<Action>,
}

/// The search.
#[component]
pub fn Blocks(props: &Props) -> Html {
    let Props { search, on, act } = props;
    let (room, width) = use_width();
    let chart = search.as_ref().and_then(|search| search.chart(width));
    let outcome = search.as_ref().and_then(Search::outcome);
    html! {
        <div class="lab-blocks">
            <div class="row">
                <button type="button" class="button" data-testid="lab-blocks" disabled={*on} onclick={act.reform(|_| Action::HowManyBlocks)}>
                    { "How many blocks?" }
                </button>
                <span class="small muted">
                    { outcome.unwrap_or_else(|| "Tries 0, 1, 2, 4, … trained blocks, and stops when validation no longer improves.".to_owned()) }
                </span>
            </div>
            <div class="lab-blocks-room" ref={room}>
                if let Some(chart) = chart {
                    <figure class="curve">
                    <svg
                        class="plot"
                        data-testid="lab-blocks-curve"
                        data-tried={search.as_ref().map(|search| search.tried.len().to_string())}
                        data-best={search.as_ref().and_then(Search::best).map(|(blocks, _)| blocks.to_string())}
                        viewBox={format!("0 0 {} {}", chart.size.0, chart.size.1)}
                        role="img"
                        aria-label={chart.label.clone()}
                    >
                        { draw::marks(&chart.scene().marks) }
                    </svg>
                </figure>
                }
            </div>
        </div>
    }
}

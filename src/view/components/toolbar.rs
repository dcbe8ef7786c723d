//! How many photos there are, and what can be done with all of them.

use yew::prelude::*;

use crate::view::format;
use crate::view::state::Action;

use super::icon::{Icon, icon};

/// [`Toolbar`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub total: usize,
    pub done: usize,
    pub failed: usize,
    pub act: Callback<Action>,
    pub copy: Callback<()>,
    pub save: Callback<()>,
}

/// The heading of the photos, and its buttons.
#[component]
pub fn Toolbar(props: &Props) -> Html {
    let Props { total, done, failed, act, copy, save } = props;
    let none = *done == 0;
    html! {
        <div class="toolbar">
            <h2>
                { format::photos(*total) }
                if *failed > 0 {
                    <span class="toolbar-failed">{ format!("{failed} not classified") }</span>
                }
            </h2>
            <div class="row">
                <button type="button" class="button" data-testid="copy-table" disabled={none} onclick={copy.reform(|_| ())}>
                    { icon(Icon::Copy) }{ "Copy table" }
                </button>
                <button type="button" class="button" data-testid="download-csv" disabled={none} onclick={save.reform(|_| ())}>
                    { icon(Icon::Download) }{ "Download CSV" }
                </button>
                <button type="button" class="button" data-testid="clear" onclick={act.reform(|_| Action::Clear)}>
                    { icon(Icon::Bin) }{ "Clear all" }
                </button>
            </div>
        </div>
    }
}

//! Photos that are in no class yet, and the way to sort them by what they look like.

use std::collections::BTreeSet;
use std::rc::Rc;

use yew::prelude::*;

use super::card::more;
use super::drops::use_drops;
use super::grid::Grid;
use super::icons::{self, drawing};
use super::lists::List;
use super::marks::Marks;
use super::{Action, Fold, Target, groups};
use crate::view::format;
use crate::view::teach::runtime::Vault;

/// [`Unsorted`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub samples: List,
    pub selected: Rc<BTreeSet<u64>>,
    pub selecting: bool,
    pub fold: Fold,
    pub pictures: u64,
    pub marks: Rc<Marks>,
    pub vault: Vault,
    pub act: Callback<Action>,
}

/// The area; one line while there are none.
#[component]
pub fn Unsorted(props: &Props) -> Html {
    let Props { samples, selected, selecting, fold, act, .. } = props;
    let (over, drops) = use_drops(Target::Unsorted, None, act);
    let count = samples.len();
    let open = *fold != Fold::Closed && count > 0;
    let set_fold = act.reform(|fold| Action::Fold(None, fold));
    let turn = {
        let to = if open { Fold::Closed } else { Fold::Some };
        set_fold.reform(move |_: MouseEvent| to)
    };
    html! {
        <section
            class={classes!("class-card", "unsorted", over.then_some("class-over"))}
            data-testid="unsorted"
            data-count={count.to_string()}
            aria-label="Unsorted photos"
            ondragover={drops.over}
            ondragleave={drops.leave}
            ondrop={drops.dropped}
        >
            <div class="class-head">
                <button type="button" class="button-bare class-fold" disabled={count == 0} aria-expanded={open.to_string()} title={if open { "Hide the photos" } else { "Show the photos" }} aria-label="Unsorted photos" onclick={turn}>
                    { drawing(if open { icons::DOWN } else { icons::RIGHT }) }
                </button>
                <span class="class-name class-name-fixed">{ "Unsorted" }</span>
                <span class="class-count" title={format::photos(count)}>{ count }</span>
                if count > 1 {
                    <button type="button" class="button button-small" data-testid="suggest-groups" title="Photos that look alike are put together; you name the groups" onclick={act.reform(|_| Action::Groups(groups::Action::Open))}>
                        { drawing(icons::GROUPS) }{ "Suggest groups" }
                    </button>
                }
            </div>
            if open {
                <Grid
                    label="no class yet"
                    {samples}
                    {selected}
                    {selecting}
                    all={*fold == Fold::All}
                    place={0}
                    pictures={props.pictures}
                    marks={props.marks.clone()}
                    vault={props.vault.clone()}
                    {act}
                    fold={set_fold.clone()}
                />
                { more(*fold, samples, &set_fold, act) }
            }
        </section>
    }
}

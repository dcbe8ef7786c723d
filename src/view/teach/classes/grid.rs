//! A class's photos, of which only those in sight are in the document.

use std::collections::BTreeSet;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::drag::{self, Dragged};
use super::icons::{self, drawing};
use super::lists::{List, range};
use super::marks::{Marks, Stand};
use super::window::{self, GAP, View, use_view};
use super::{Action, Fold, Pick, rows};
use crate::project::{Sample, SampleId};
use crate::view::components::icon::{Icon, icon};
use crate::view::teach::runtime::Vault;

/// Rows shown of a class that is not shown in full.
const FIRST_ROWS: usize = 2;

/// [`Grid`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// Whose photos: "Ants".
    pub label: AttrValue,
    pub samples: List,
    /// Those of them that are selected.
    pub selected: Rc<BTreeSet<SampleId>>,
    /// Is any photo selected, here or elsewhere? A click then selects.
    pub selecting: bool,
    /// All rows, or only the first ones?
    pub all: bool,
    /// The class's place among the others.
    pub place: usize,
    /// Counts up when thumbnails come that the samples do not tell of.
    pub pictures: u64,
    pub marks: Rc<Marks>,
    pub vault: Vault,
    pub act: Callback<Action>,
    /// How much of the class is to be shown from now on.
    pub fold: Callback<Fold>,
}

/// The grid: a list box in which arrow keys go from photo to photo, space selects, Enter opens, Delete removes.
#[component]
pub fn Grid(props: &Props) -> Html {
    let Props { label, samples, selected, selecting, all, place, marks, vault, act, fold, pictures: _ } = props;
    let (outer, inner) = (use_node_ref(), use_node_ref());
    let view = use_view(&outer, (*place, samples.len(), *all));
    let active = use_state_eq(|| 0usize);
    let anchor = use_mut_ref(|| None::<SampleId>);

    let View { columns, cell, rows: seen } = view;
    let columns = columns.max(1);
    let count = if *all { samples.len() } else { samples.len().min(FIRST_ROWS * columns) };
    let row_count = count.div_ceil(columns);
    let drawn = if cell > 0.0 { seen.start.min(row_count)..seen.end.min(row_count) } else { 0..0 };
    let active_at = (*active).min(count.saturating_sub(1));

    // The page's policy allows no styles in attributes; those set by a program it allows.
    {
        let (outer, inner, first) = (outer.clone(), inner.clone(), drawn.start);
        let shape = (row_count, first, columns, cell.to_bits());
        use_effect_with(shape, move |_| {
            let step = cell + GAP;
            let set = |node: &NodeRef, name: &str, value: String| {
                if let Some(element) = node.cast::<HtmlElement>() {
                    let _ = element.style().set_property(name, &value);
                }
            };
            set(&outer, "height", format!("{}px", (row_count as f64 * step - GAP).max(0.0)));
            set(&inner, "transform", format!("translateY({}px)", first as f64 * step));
            set(&inner, "grid-template-columns", format!("repeat({columns}, {cell}px)"));
            set(&inner, "grid-auto-rows", format!("{cell}px"));
        });
    }

    let onclick = {
        let (samples, act, anchor, active, selecting) =
            (samples.clone(), act.clone(), anchor.clone(), active.clone(), *selecting);
        Callback::from(move |event: MouseEvent| {
            let Some((id, checked)) = hit(&event) else { return };
            if let Some(at) = samples.iter().position(|sample| sample.id == id) {
                active.set(at);
            }
            if event.shift_key() {
                let from = anchor.borrow().unwrap_or(id);
                act.emit(Action::Select(range(&samples, from, id), Pick::Add));
            } else if checked || selecting || event.ctrl_key() || event.meta_key() {
                *anchor.borrow_mut() = Some(id);
                act.emit(Action::Select(vec![id], Pick::Toggle));
            } else {
                act.emit(Action::Open(Some(id)));
            }
        })
    };
    let onkeydown = {
        let (samples, act, anchor, active, outer, selecting, fold, all) =
            (samples.clone(), act.clone(), anchor, active.clone(), outer.clone(), *selecting, fold.clone(), *all);
        Callback::from(move |event: KeyboardEvent| {
            let Some(at) = samples.get(active_at).map(|sample| sample.id) else { return };
            let key = event.key();
            match key.as_str() {
                " " => act.emit(Action::Select(vec![at], Pick::Toggle)),
                "Enter" => act.emit(Action::Open(Some(at))),
                "Delete" | "Backspace" if selecting => act.emit(Action::RemoveSelected),
                "Delete" | "Backspace" => act.emit(Action::Remove(vec![at])),
                "Escape" if selecting => act.emit(Action::Select(Vec::new(), Pick::Only)),
                "a" if event.ctrl_key() || event.meta_key() => {
                    act.emit(Action::Select(samples.iter().map(|sample| sample.id).collect(), Pick::Add));
                }
                key => {
                    let Some(to) = rows::step(key, active_at, columns, count) else { return };
                    // Downwards out of the first rows the rest of the class opens.
                    if key == "ArrowDown" && to == active_at && !all && samples.len() > count {
                        fold.emit(Fold::All);
                    }
                    if event.shift_key() {
                        let from = *anchor.borrow_mut().get_or_insert(at);
                        act.emit(Action::Select(range(&samples, from, samples[to].id), Pick::Add));
                    } else {
                        *anchor.borrow_mut() = None;
                    }
                    active.set(to);
                    bring_into_sight(&outer, to / columns, cell + GAP);
                }
            }
            if key == " " {
                *anchor.borrow_mut() = Some(at);
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let ondragstart = {
        let selected = selected.clone();
        Callback::from(move |event: DragEvent| {
            let Some((id, _)) = hit(&event) else { return };
            drag::begin(&event, &if selected.contains(&id) { Dragged::Selected } else { Dragged::Sample(id) });
        })
    };

    let cells = drawn.start * columns..(drawn.end * columns).min(count);
    html! {
        <div
            ref={outer}
            class="grid"
            role="listbox"
            tabindex="0"
            aria-multiselectable="true"
            aria-label={format!("Photos of {label}")}
            aria-activedescendant={samples.get(active_at).filter(|_| cells.contains(&active_at)).map(|sample| cell_id(sample.id))}
            {onclick}
            {onkeydown}
            {ondragstart}
        >
            <div ref={inner} class="grid-cells">
                {
                    for cells.filter_map(|at| Some((at, samples.get(at)?))).map(|(at, sample)| {
                        let place = (at + 1, samples.len());
                        draw(sample, selected.contains(&sample.id), at == active_at, place, marks, vault)
                    })
                }
            </div>
        </div>
    }
}

fn cell_id(sample: SampleId) -> String {
    format!("sample-{sample}")
}

fn draw(sample: &Sample, selected: bool, active: bool, place: (usize, usize), marks: &Marks, vault: &Vault) -> Html {
    let stand = marks.stand(sample);
    let picture = vault.thumbnail(sample.id);
    let validation = marks.is_validation(sample);
    let suspect = marks.suspects.contains(&sample.id);
    let mut says = sample.name.clone();
    for (is, word) in [
        (stand == Stand::Waiting, ", waiting"),
        (stand == Stand::Failed, ", could not be read"),
        (validation, ", validation"),
        (suspect, ", maybe in the wrong class"),
    ] {
        if is {
            says.push_str(word);
        }
    }
    html! {
        <div
            key={sample.id}
            id={cell_id(sample.id)}
            role="option"
            class={classes!("cell", selected.then_some("cell-selected"), active.then_some("cell-active"), (stand == Stand::Failed).then_some("cell-failed"))}
            aria-selected={selected.to_string()}
            aria-posinset={place.0.to_string()}
            aria-setsize={place.1.to_string()}
            aria-label={says.clone()}
            title={says}
            draggable="true"
            data-testid="sample"
            data-sample={sample.id.to_string()}
            data-state={stand.word()}
        >
            {
                match picture {
                    Some(address) => html! { <img src={address} alt="" decoding="async" draggable="false" /> },
                    None => icon(if stand == Stand::Failed { Icon::Warning } else { Icon::Photo }),
                }
            }
            if validation {
                <span class="cell-mark" aria-hidden="true">{ "V" }</span>
            }
            if suspect {
                <span class="cell-mark cell-suspect" aria-hidden="true">{ "?" }</span>
            }
            <span class="cell-check" aria-hidden="true">{ drawing(icons::CHECK) }</span>
        </div>
    }
}

/// The photo under the pointer, and whether its check was meant.
fn hit(event: &Event) -> Option<(SampleId, bool)> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let cell = target.closest("[data-sample]").ok()??;
    let checked = target.closest(".cell-check").ok()?.is_some();
    Some((cell.get_attribute("data-sample")?.parse().ok()?, checked))
}

fn bring_into_sight(grid: &NodeRef, row: usize, step: f64) {
    let Some(element) = grid.cast::<HtmlElement>() else { return };
    let (top, bottom) = window::sight(&element);
    let row_top = element.get_bounding_client_rect().top() + row as f64 * step;
    let by = rows::scroll_to(row_top, step, top, bottom);
    if by != 0.0 {
        window::scroll_by(&element, by);
    }
}

//! A class as a card: mark, name, count, its photos, and what can be done with it.

use std::collections::BTreeSet;
use std::rc::Rc;

use web_sys::{Element, HtmlInputElement, ScrollIntoViewOptions};
use yew::prelude::*;

use super::drag::{self, Dragged};
use super::drops::use_drops;
use super::grid::Grid;
use super::icons::{self, drawing};
use super::lists::List;
use super::mark::mark;
use super::marks::Marks;
use super::name::Name;
use super::tools::Tools;
use super::{Action, Fold, Pick, Target};
use crate::error::Error;
use crate::project::{Class, ClassId};
use crate::view::components::icon::{Icon, icon};
use crate::view::components::messages::error_words;
use crate::view::format;
use crate::view::input;
use crate::view::teach::runtime::{Given, Vault};

/// [`Card`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub class: Class,
    /// Its place among the classes.
    pub place: usize,
    pub samples: List,
    /// Those of them that are selected.
    pub selected: Rc<BTreeSet<u64>>,
    /// Is any photo selected, here or elsewhere?
    pub selecting: bool,
    pub fold: Fold,
    /// Its name is being written.
    pub naming: bool,
    /// What a person wanted of it that cannot be.
    pub wrong: Option<Rc<Error>>,
    pub pictures: u64,
    pub marks: Rc<Marks>,
    pub vault: Vault,
    pub act: Callback<Action>,
    pub give: Callback<Given>,
    /// Opens the camera for a class.
    pub camera: Callback<ClassId>,
}

/// The card.
#[component]
pub fn Card(props: &Props) -> Html {
    let Props { class, place, samples, selected, selecting, fold, naming, wrong, act, give, .. } = props;
    let id = class.id;
    let tools = use_state_eq(|| false);
    let (over, drops) = use_drops(Target::Class(id), Some(*place), act);
    let count = samples.len();
    let set_fold = { act.reform(move |fold| Action::Fold(Some(id), fold)) };
    let turn = {
        let to = if *fold == Fold::Closed { Fold::Some } else { Fold::Closed };
        set_fold.reform(move |_: MouseEvent| to)
    };
    let grip = Callback::from(move |event: DragEvent| {
        event.stop_propagation();
        drag::begin(&event, &Dragged::Class(id));
    });
    let camera = props.camera.reform(move |_: MouseEvent| id);
    let open = *fold != Fold::Closed;
    html! {
        <section
            class={classes!("class-card", over.then_some("class-over"))}
            data-testid="class"
            data-name={class.name.clone()}
            data-count={count.to_string()}
            data-drop-class={id.to_string()}
            aria-label={format!("Class {}", class.name)}
            ondragover={drops.over}
            ondragleave={drops.leave}
            ondrop={drops.dropped}
        >
            <div class="class-head">
                <button type="button" class="button-bare class-fold" aria-expanded={open.to_string()} title={if open { "Hide the photos" } else { "Show the photos" }} aria-label={format!("Photos of {}", class.name)} onclick={turn}>
                    { drawing(if open { icons::DOWN } else { icons::RIGHT }) }
                </button>
                <span class="class-grip" draggable="true" title="Drag to put the classes in another order" ondragstart={grip}>{ mark(id) }</span>
                if *naming {
                    <Name key={id} {id} name={class.name.clone()} wrong={wrong.is_some()} {act} />
                } else {
                    <button
                        type="button"
                        class="class-name"
                        data-testid="class-name"
                        title={format!("{}: rename", class.name)}
                        onclick={act.reform(move |_| Action::Naming(Some(id)))}
                    >
                        { &class.name }
                    </button>
                }
                <span class="class-count" title={format::photos(count)}>{ count }</span>
                <label class="button-bare" title={format!("Add photos to {}", class.name)}>
                    { icon(Icon::Add) }
                    <span class="visually-hidden">{ format!("Add photos to {}", class.name) }</span>
                    <input
                        type="file"
                        class="visually-hidden"
                        data-testid="class-input"
                        multiple=true
                        accept="image/*"
                        onchange={give.reform(move |event: Event| Given::Photos(Some(id), picked(&event)))}
                    />
                </label>
                <button type="button" class="button-bare" data-testid="class-camera" title={format!("Photos of {} with the camera", class.name)} aria-label={format!("Photos of {} with the camera", class.name)} onclick={camera}>
                    { icon(Icon::Camera) }
                </button>
                <button
                    type="button"
                    class="button-bare"
                    data-testid="class-menu"
                    title="Rename, merge, move, delete"
                    aria-label={format!("More for {}", class.name)}
                    aria-expanded={tools.to_string()}
                    onclick={{ let tools = tools.clone(); move |_| tools.set(!*tools) }}
                >
                    { drawing(icons::MORE) }
                </button>
            </div>
            if let Some(error) = wrong {
                <Wrong error={error.clone()} />
            }
            if *tools {
                <Tools class={class.clone()} {place} {count} {act} close={{ let tools = tools.clone(); move |()| tools.set(false) }} />
            }
            if open {
                if count == 0 {
                    <p class="class-empty">{ "No photos yet. Drop some here, or add them with +." }</p>
                } else {
                    <Grid
                        label={class.name.clone()}
                        {samples}
                        {selected}
                        {selecting}
                        all={*fold == Fold::All}
                        {place}
                        pictures={props.pictures}
                        marks={props.marks.clone()}
                        vault={props.vault.clone()}
                        {act}
                        fold={set_fold.clone()}
                    />
                    { more(*fold, samples, &set_fold, act) }
                }
            }
        </section>
    }
}

/// The buttons under a grid: show the rest, or less; select all.
pub fn more(fold: Fold, samples: &List, set: &Callback<Fold>, act: &Callback<Action>) -> Html {
    let (word, to) = match fold {
        Fold::All => ("Show less".to_owned(), Fold::Some),
        _ => (format!("Show all {}", samples.len()), Fold::All),
    };
    let all = samples.clone();
    let select = move |_: MouseEvent| Action::Select(all.iter().map(|sample| sample.id).collect(), Pick::Add);
    html! {
        <div class="class-foot">
            // Fewer fit into the first rows however narrow the column is.
            if samples.len() > 8 {
                <button type="button" class="class-more" data-testid="class-show-all" onclick={set.reform(move |_| to)}>{ word }</button>
            }
            if samples.len() > 1 {
                <button type="button" class="class-more" data-testid="class-select-all" onclick={act.reform(select)}>{ "Select all" }</button>
            }
        </div>
    }
}

/// [`Wrong`]
#[derive(Debug, PartialEq, Properties)]
pub struct WrongProps {
    pub error: Rc<Error>,
}

/// An error where it happened; it comes into sight.
#[component]
pub fn Wrong(props: &WrongProps) -> Html {
    let (node, error) = (use_node_ref(), &props.error);
    {
        let node = node.clone();
        use_effect_with(error.clone(), move |_| into_sight(&node, "nearest"));
    }
    html! {
        <p ref={node} class="class-wrong" role="alert" data-testid="message" data-kind={format::kind(error.kind)}>{ error_words(error) }</p>
    }
}

/// Scrolls to an element; `block` as in `Element.scrollIntoView`.
pub fn into_sight(node: &NodeRef, block: &str) {
    let Some(element) = node.cast::<Element>() else { return };
    let options = ScrollIntoViewOptions::new();
    let _ = js_sys::Reflect::set(&options, &"block".into(), &block.into());
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// The files of an input, which can then be picked again.
pub fn picked(event: &Event) -> Vec<web_sys::File> {
    let input = event.target_unchecked_into::<HtmlInputElement>();
    let files = input::files(input.files());
    input.set_value("");
    files
}

//! A class as a card: mark, name, count, its photos, and what can be done with it.

use std::collections::BTreeSet;
use std::rc::Rc;

use web_sys::{Element, HtmlInputElement, HtmlSelectElement, Node, ScrollIntoViewOptions};
use yew::prelude::*;

use super::drag::{self, Dragged};
use super::grid::Grid;
use super::icons::{self, drawing};
use super::lists::List;
use super::mark::mark;
use super::marks::Marks;
use super::{Action, Fold, Pick, Target};
use crate::error::Error;
use crate::project::{Class, ClassId};
use crate::view::components::icon::{Icon, icon};
use crate::view::components::messages::error_words;
use crate::view::format;
use crate::view::input;
use crate::view::teach::runtime::{Given, Vault};

/// All classes, to those who ask.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AllClasses(pub Rc<[Class]>);

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
fn into_sight(node: &NodeRef, block: &str) {
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

/// Listeners of something that takes what is dragged onto it.
pub struct Drops {
    pub over: Callback<DragEvent>,
    pub leave: Callback<DragEvent>,
    pub dropped: Callback<DragEvent>,
}

/// Takes photos and, at a `place` among the classes, classes. Is something held over it? (Files are taken by the window, which knows the card by
/// [`input::DROP_CLASS`].)
#[hook]
pub fn use_drops(target: Target, place: Option<usize>, act: &Callback<Action>) -> (bool, Drops) {
    let held = use_state_eq(|| false);
    let over = {
        let held = held.clone();
        Callback::from(move |event: DragEvent| {
            if drag::is_ours(&event) {
                event.prevent_default();
                event.stop_propagation();
                held.set(true);
            } else if input::carries_files(&event) {
                held.set(true);
            }
        })
    };
    let leave = {
        let held = held.clone();
        Callback::from(move |event: DragEvent| {
            let within = event.current_target().zip(event.related_target()).is_some_and(|(card, to)| {
                use wasm_bindgen::JsCast;
                card.dyn_ref::<Node>().is_some_and(|card| card.contains(to.dyn_ref::<Node>()))
            });
            if !within {
                held.set(false);
            }
        })
    };
    let dropped = {
        let (held, act) = (held.clone(), act.clone());
        Callback::from(move |event: DragEvent| {
            held.set(false);
            let Some(dragged) = drag::dropped(&event) else { return };
            event.prevent_default();
            event.stop_propagation();
            match (dragged, place) {
                (Dragged::Sample(id), _) => act.emit(Action::Move(vec![id], target)),
                (Dragged::Selected, _) => act.emit(Action::MoveSelected(target)),
                (Dragged::Class(class), Some(place)) => act.emit(Action::MoveClass(class, place)),
                (Dragged::Class(_), None) => {}
            }
        })
    };
    (*held, Drops { over, leave, dropped })
}

#[derive(Debug, PartialEq, Properties)]
struct NameProps {
    id: ClassId,
    name: String,
    wrong: bool,
    act: Callback<Action>,
}

/// The field in which a name is written. Enter and leaving it take the name, Escape the one before.
#[component]
fn Name(props: &NameProps) -> Html {
    let NameProps { id, name, wrong, act } = props;
    let id = *id;
    let field = use_node_ref();
    {
        let (field, given, node) = (field.clone(), name.clone(), field.clone());
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                // Given once: what is written stays, whatever is drawn around it.
                field.set_value(&given);
                let _ = field.focus();
                field.select();
            }
            into_sight(&node, "center");
        });
    }
    let take = {
        let (field, act, name) = (field.clone(), act.clone(), name.clone());
        Callback::from(move |()| {
            let Some(field) = field.cast::<HtmlInputElement>() else { return };
            let written = field.value();
            act.emit(if written.trim() == name { Action::Naming(None) } else { Action::Rename(id, written) });
        })
    };
    let onkeydown = {
        let (take, act) = (take.clone(), act.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => take.emit(()),
            "Escape" => act.emit(Action::Naming(None)),
            _ => {}
        })
    };
    html! {
        <input
            ref={field}
            type="text"
            class="class-name-input"
            data-testid="class-name-input"
            aria-label="Name of the class"
            aria-invalid={wrong.to_string()}
            maxlength="100"
            autocomplete="off"
            {onkeydown}
            onblur={take.reform(|_| ())}
        />
    }
}

#[derive(Debug, PartialEq, Properties)]
struct ToolsProps {
    class: Class,
    place: usize,
    count: usize,
    act: Callback<Action>,
    close: Callback<()>,
}

/// What can be done with a class, in words; all of it with the keyboard, too.
#[component]
fn Tools(props: &ToolsProps) -> Html {
    let ToolsProps { class, place, count, act, close } = props;
    // By context, so that cards need not be drawn anew for other classes' sake.
    let AllClasses(classes) = use_context().unwrap_or_default();
    let (id, place) = (class.id, *place);
    let others = || classes.iter().filter(|other| other.id != id);
    let into = use_state_eq(|| None::<ClassId>);
    // The first one, until another is chosen; one that was chosen may be gone.
    let chosen = others().find(|other| Some(other.id) == *into).or_else(|| others().next()).map(|other| other.id);
    let close_after = |action: Action| {
        let (act, close) = (act.clone(), close.clone());
        Callback::from(move |_: MouseEvent| {
            close.emit(());
            act.emit(action.clone());
        })
    };
    let merge = {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(to) = chosen {
                act.emit(Action::Merge(id, to));
            }
        })
    };
    let choose = Callback::from(move |event: Event| {
        into.set(event.target_unchecked_into::<HtmlSelectElement>().value().parse().ok());
    });
    let escape = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                close.emit(());
            }
        })
    };
    html! {
        <div class="class-tools" role="group" aria-label={format!("More for {}", class.name)} onkeydown={escape}>
            <div class="row">
                <button type="button" class="button button-small" data-testid="class-rename" onclick={close_after(Action::Naming(Some(id)))}>{ "Rename" }</button>
                <button type="button" class="button button-small" disabled={place == 0} onclick={act.reform(move |_| Action::MoveClass(id, place.saturating_sub(1)))}>{ "Move up" }</button>
                <button type="button" class="button button-small" disabled={place + 1 >= classes.len()} onclick={act.reform(move |_| Action::MoveClass(id, place + 1))}>{ "Move down" }</button>
            </div>
            if classes.len() > 1 {
                <div class="row class-merge">
                    <label class="small">{ "Merge into " }
                        <select class="select" data-testid="class-merge-into" onchange={choose}>
                            { for others().map(|other| html! { <option key={other.id} value={other.id.to_string()} selected={Some(other.id) == chosen}>{ &other.name }</option> }) }
                        </select>
                    </label>
                    <button type="button" class="button button-small" data-testid="class-merge" onclick={merge}>{ "Merge" }</button>
                </div>
            }
            <div class="row">
                <button type="button" class="button button-small" data-testid="class-delete" onclick={close_after(Action::DeleteClass(id, true))}>
                    { if *count == 0 { "Delete class".to_owned() } else { format!("Delete with {}", format::photos(*count)) } }
                </button>
                if *count > 0 {
                    <button type="button" class="button button-small" data-testid="class-dissolve" onclick={close_after(Action::DeleteClass(id, false))}>{ "Delete, keep photos" }</button>
                }
            </div>
        </div>
    }
}

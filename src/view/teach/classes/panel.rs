//! What the part draws.

use std::collections::BTreeSet;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::bar::Bar;
use super::card::{Card, Wrong};
use super::groups_dialog::GroupsDialog;
use super::head::Head;
use super::lists::Lists;
use super::marks::Marks;
use super::near_dialog::NearDialog;
use super::sheet_view::SheetView;
use super::tools::AllClasses;
use super::unsorted::Unsorted;
use super::viewer::Viewer;
use super::{Action, Fold, Place};
use crate::project::{Class, ClassId};
use crate::view::browser;
use crate::view::teach::screen::PartProps;
use crate::view::teach::{Teach, TeachAction, intake};

/// From so many classes on they can be searched by name.
const SEARCH_FROM: usize = 12;

/// The part's panel.
#[component]
pub fn ClassesPanel(props: &PartProps) -> Html {
    let PartProps { teach, vault, act: tell, give, .. } = props;
    let state = &teach.classes;
    let project = &teach.project;
    let act = (*use_memo(tell.clone(), |tell| tell.reform(TeachAction::Classes))).clone();
    let camera = (*use_memo(tell.clone(), camera_for)).clone();
    use_keys(&act);

    let before = use_mut_ref(Lists::default);
    let lists = use_memo(teach.revision, |_| {
        let lists = Lists::new(project, &before.borrow());
        *before.borrow_mut() = lists.clone();
        lists
    });
    let classes: Rc<[Class]> = (*use_memo(project.classes.clone(), |classes| Rc::<[Class]>::from(&**classes))).clone();
    let marks = use_marks(teach);
    let search = use_state_eq(String::new);

    let wanted = search.trim().to_lowercase();
    let shown = |class: &Class| wanted.is_empty() || class.name.to_lowercase().contains(&wanted);
    let selecting = !state.selected.is_empty();
    let selected = |class: Option<ClassId>| -> Rc<BTreeSet<u64>> { Lists::selected(&lists.of(class), &state.selected) };
    let wrong = |place: Place| state.wrong.as_ref().filter(|(at, _)| *at == place).map(|(_, error)| error.clone());
    let unsorted = lists.of(None);
    let open = state.open.and_then(|id| project.sample(id)).cloned();
    let nothing = project.classes.is_empty() && project.samples.is_empty();
    // A list of its own, all of it keyed: cards stay the same ones when another comes between them.
    let cards: Html = classes
        .iter()
        .enumerate()
        .filter(|(_, class)| shown(class))
        .map(|(place, class)| {
            html! {
                <Card
                    key={class.id}
                    class={class.clone()}
                    {place}
                    samples={lists.of(Some(class.id))}
                    selected={selected(Some(class.id))}
                    {selecting}
                    fold={state.fold(Some(class.id), classes.len())}
                    naming={state.naming == Some(class.id)}
                    wrong={wrong(Place::Class(class.id))}
                    pictures={state.pictures}
                    marks={marks.clone()}
                    vault={vault.clone()}
                    act={act.clone()}
                    {give}
                    camera={camera.clone()}
                />
            }
        })
        .collect();
    html! {
        <section class="card panel classes" aria-label="Classes">
            <Head
                classes={classes.len()}
                photos={project.samples.len()}
                undo={teach.history.undo_label().map(str::to_owned)}
                redo={teach.history.redo_label().map(str::to_owned)}
                any_open={classes.iter().any(|class| state.fold(Some(class.id), classes.len()) != Fold::Closed)}
                looking={state.near.busy}
                act={act.clone()}
            />
            if let Some(error) = wrong(Place::Panel) {
                <Wrong {error} />
            }
            if classes.len() >= SEARCH_FROM {
                <input
                    type="search"
                    class="select class-search"
                    data-testid="class-search"
                    placeholder={format!("Find one of {} classes", classes.len())}
                    aria-label="Find a class"
                    oninput={{ let search = search.clone(); move |event: InputEvent| search.set(event.target_unchecked_into::<HtmlInputElement>().value()) }}
                />
            }
            if nothing {
                <p class="class-empty">{ "Or by hand: add two classes or more, name them, and drop photos on each." }</p>
            } else {
                <ContextProvider<AllClasses> context={AllClasses(classes.clone())}>
                <div class="class-list">
                    <div class="class-list-inner">
                        if wanted.is_empty() && (!unsorted.is_empty() || !project.samples.is_empty()) {
                            <Unsorted
                                samples={unsorted.clone()}
                                selected={selected(None)}
                                {selecting}
                                fold={state.fold(None, 0)}
                                pictures={state.pictures}
                                marks={marks.clone()}
                                vault={vault.clone()}
                                act={act.clone()}
                            />
                        }
                        { cards }
                        if !wanted.is_empty() && !classes.iter().any(shown) {
                            <p class="class-empty">{ format!("No class has “{}” in its name.", search.trim()) }</p>
                        }
                    </div>
                </div>
                </ContextProvider<AllClasses>>
            }
            <Bar selected={state.selected.len()} classes={classes.clone()} said={state.said.clone()} act={act.clone()} />
            if !project.samples.is_empty() || !classes.is_empty() {
                <SheetView project={project.clone()} head={teach.training.head.clone()} marks={marks.clone()} near={state.near.clone()} history={teach.history.clone()} act={act.clone()} />
            }
            if let Some(sample) = open {
                <Viewer list={lists.of(sample.class)} {sample} classes={classes.clone()} marks={marks.clone()} vault={vault.clone()} act={act.clone()} />
            }
            if state.near.shown {
                <NearDialog near={state.near.clone()} project={project.clone()} vault={vault.clone()} act={act.clone()} />
            }
            if state.groups.shown {
                <GroupsDialog groups={state.groups.clone()} photos={unsorted.len()} wrong={wrong(Place::Groups)} classes={classes.clone()} vault={vault.clone()} act={act.clone()} />
            }
        </section>
    }
}

/// What the other parts know of single photos, gathered anew when they know something else.
#[hook]
fn use_marks(teach: &Teach) -> Rc<Marks> {
    let head = teach.training.head.as_ref().map(Rc::as_ptr);
    let moved = (teach.history.clone(), teach.judge.suspects.clone());
    use_memo((head, teach.intake.failed().clone(), moved), |_| Marks::new(teach))
}

/// Opens the camera for a class; it stands at the top of the page.
fn camera_for(tell: &Callback<TeachAction>) -> Callback<ClassId> {
    let tell = tell.clone();
    Callback::from(move |class| {
        tell.emit(TeachAction::Intake(intake::Action::Camera(true)));
        tell.emit(TeachAction::Intake(intake::Action::CameraInto(Some(class))));
        browser::window().scroll_to_with_x_and_y(0.0, 0.0);
    })
}

/// Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y everywhere in Teach but where text is written, which has its own.
#[hook]
fn use_keys(act: &Callback<Action>) {
    use_effect_with(act.clone(), |act| {
        let act = act.clone();
        let listener = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
            if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || event.default_prevented() || writes(&event)
            {
                return;
            }
            let action = match (event.key().to_lowercase().as_str(), event.shift_key()) {
                ("z", false) => Action::Undo,
                ("z", true) | ("y", false) => Action::Redo,
                _ => return,
            };
            event.prevent_default();
            act.emit(action);
        });
        let window = browser::window();
        let _ = window.add_event_listener_with_callback("keydown", listener.as_ref().unchecked_ref());
        move || {
            let _ = window.remove_event_listener_with_callback("keydown", listener.as_ref().unchecked_ref());
        }
    });
}

fn writes(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| match element.tag_name().as_str() {
        "INPUT" => !matches!(element.get_attribute("type").as_deref(), Some("checkbox" | "radio" | "file" | "range")),
        "TEXTAREA" => true,
        _ => element.has_attribute("contenteditable"),
    })
}

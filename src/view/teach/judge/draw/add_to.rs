//! "It is a …": a photo that was tried becomes one of a class's photos with one press.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::project::{Class, ClassId};
use crate::view::teach::judge::{Action, Tried, TryState};

/// [`AddTo`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub tried: Rc<Tried>,
    pub classes: Vec<Class>,
    pub act: Callback<Action>,
}

/// Classes that have a button of their own; the others are in a list.
const BUTTONS: usize = 4;

/// The row.
#[component]
pub fn AddTo(props: &Props) -> Html {
    let Props { tried, classes, act } = props;
    if tried.state != TryState::Done || classes.is_empty() {
        return Html::default();
    }
    let photo = tried.photo;
    if let Some(class) = tried.added.and_then(|id| classes.iter().find(|class| class.id == id)) {
        return html! {
            <p class="small" role="status">{ format!("It is among the photos of {} now. Train again to learn from it.", class.name) }</p>
        };
    }
    html! { <ClassChoice label="It is" classes={classes.clone()} first={likely(tried, classes)} choose={act.reform(move |class| Action::AddTo(photo, class))} /> }
}

/// The classes that the head finds most probable.
fn likely(tried: &Tried, classes: &[Class]) -> Vec<ClassId> {
    let top = tried.prediction.iter().filter_map(|found| found.own.as_ref()).flat_map(|own| &own.top);
    top.filter_map(|item| classes.iter().find(|class| class.name == item.label)).map(|class| class.id).collect()
}

/// [`ClassChoice`]
#[derive(Debug, PartialEq, Properties)]
pub struct ChoiceProps {
    pub label: &'static str,
    pub classes: Vec<Class>,
    /// Those that come first.
    #[prop_or_default]
    pub first: Vec<ClassId>,
    pub choose: Callback<ClassId>,
}

/// A class, by one press where there are few.
#[component]
pub fn ClassChoice(props: &ChoiceProps) -> Html {
    let ChoiceProps { label, classes, first, choose } = props;
    let mut order: Vec<&Class> = first.iter().filter_map(|id| classes.iter().find(|class| class.id == *id)).collect();
    order.extend(classes.iter().filter(|class| !first.contains(&class.id)));
    let (near, far) = order.split_at(if order.len() > BUTTONS + 1 { BUTTONS } else { order.len() });
    let button = |class: &&Class| {
        let id = class.id;
        html! {
            <button key={id} type="button" class="button button-small judge-add" data-testid="try-add" data-class={class.name.clone()} onclick={choose.reform(move |_| id)}>
                <span>{ &class.name }</span>
            </button>
        }
    };
    let pick = {
        let choose = choose.clone();
        Callback::from(move |event: Event| {
            let select = event.target_unchecked_into::<HtmlSelectElement>();
            if let Ok(id) = select.value().parse() {
                choose.emit(id);
            }
            select.set_value("");
        })
    };
    html! {
        <div class="row judge-add-row" role="group" aria-label="Add this photo to a class">
            <span class="small muted" title="Adds the photo to the class's photos">{ format!("{label} …") }</span>
            { for near.iter().map(button) }
            if !far.is_empty() {
                <select class="select judge-add-select" aria-label="Another class" onchange={pick}>
                    <option value="" selected=true>{ "another class" }</option>
                    { for far.iter().map(|class| html! { <option key={class.id} value={class.id.to_string()}>{ &class.name }</option> }) }
                </select>
            }
        </div>
    }
}

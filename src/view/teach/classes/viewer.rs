//! A photo looked at closely: what it is, where it belongs, and the ones beside it.

use std::rc::Rc;

use web_sys::{HtmlSelectElement, Url};
use yew::prelude::*;

use super::dialog::Dialog;
use super::icons::{self, drawing};
use super::lists::List;
use super::marks::{Marks, Stand};
use super::{Action, Target};
use crate::project::{Class, Role, Sample};
use crate::view::components::icon::{Icon, icon};
use crate::view::components::messages::error_words;
use crate::view::format;
use crate::view::teach::runtime::Vault;

/// [`Viewer`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub sample: Rc<Sample>,
    /// The photos of its class, itself among them.
    pub list: List,
    pub classes: Rc<[Class]>,
    pub marks: Rc<Marks>,
    pub vault: Vault,
    pub act: Callback<Action>,
}

/// The window. Arrow keys go to the photos beside it, Delete removes it.
#[component]
pub fn Viewer(props: &Props) -> Html {
    let Props { sample, list, classes, marks, vault, act } = props;
    let id = sample.id;
    let picture = use_picture(sample, vault);
    let at = list.iter().position(|other| other.id == id).unwrap_or(0);
    let before = at.checked_sub(1).and_then(|at| list.get(at)).map(|sample| sample.id);
    let after = list.get(at + 1).map(|sample| sample.id);
    let go = |to: Option<u64>| act.reform(move |_: MouseEvent| Action::Open(to.or(Some(id))));
    let onkeydown = {
        let act = act.clone();
        Callback::from(move |event: KeyboardEvent| {
            let within = event.target_dyn_into::<HtmlSelectElement>().is_some();
            match (event.key().as_str(), within) {
                ("ArrowLeft", false) if before.is_some() => act.emit(Action::Open(before)),
                ("ArrowRight", false) if after.is_some() => act.emit(Action::Open(after)),
                ("Delete", false) => act.emit(Action::Remove(vec![id])),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let moved = act.reform(move |event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
        Action::Move(vec![id], chosen.parse().map_or(Target::Unsorted, Target::Class))
    });
    let other_role = if sample.role == Role::Validation { Role::Auto } else { Role::Validation };
    let stand = marks.stand(sample);
    html! {
        <Dialog title={sample.name.clone()} testid="viewer" close={act.reform(|()| Action::Open(None))} {onkeydown}>
            <div class="viewer-stage">
                <button type="button" class="button-bare" disabled={before.is_none()} aria-label="The photo before" title="The photo before (←)" onclick={go(before)}>{ drawing(icons::LEFT) }</button>
                <div class="viewer-picture">
                    {
                        match picture {
                            Some(address) => html! { <img src={address} alt={sample.name.clone()} /> },
                            None => icon(Icon::Photo),
                        }
                    }
                </div>
                <button type="button" class="button-bare" disabled={after.is_none()} aria-label="The photo after" title="The photo after (→)" onclick={go(after)}>{ drawing(icons::RIGHT) }</button>
            </div>
            <p class="small muted" aria-live="polite">{ facts(sample, at, list.len(), stand, marks) }</p>
            if let Some(error) = marks.failed.get(&id) {
                <p class="class-wrong">{ error_words(error) }</p>
            }
            if marks.suspects.contains(&id) {
                <p class="small">{ "This photo looks as if it were in the wrong class." }</p>
            }
            <div class="row">
                <label class="small">{ "Class " }
                    <select class="select select-inline" data-testid="viewer-class" onchange={moved}>
                        <option key="unsorted" value="" selected={sample.class.is_none()}>{ "Unsorted" }</option>
                        { for classes.iter().map(|class| html! { <option key={class.id} value={class.id.to_string()} selected={sample.class == Some(class.id)}>{ &class.name }</option> }) }
                    </select>
                </label>
                <label class="choice" title="The photo is then never trained on, only used to check the training">
                    <input type="checkbox" checked={sample.role == Role::Validation} onchange={act.reform(move |_| Action::SetRole(vec![id], other_role))} />
                    { "Validation only" }
                </label>
                <button type="button" class="button button-small" data-testid="viewer-remove" onclick={act.reform(move |_| Action::Remove(vec![id]))}>{ icon(Icon::Bin) }{ "Remove" }</button>
            </div>
        </Dialog>
    }
}

/// "3 of 48 · 300 × 200 · 24 kB · grey"
fn facts(sample: &Sample, at: usize, count: usize, stand: Stand, marks: &Marks) -> String {
    let mut parts = vec![format!("{} of {count}", at + 1)];
    if sample.size[0] > 0 {
        parts.push(format!("{} × {} pixels", sample.size[0], sample.size[1]));
    }
    parts.push(format::bytes(sample.bytes));
    if sample.grey {
        parts.push("grey".to_owned());
    }
    if marks.validation.contains(&sample.id) {
        parts.push("held out in the last training".to_owned());
    }
    if stand == Stand::Waiting {
        parts.push("waiting for the network".to_owned());
    }
    parts.join(" · ")
}

/// The address of the photo itself for as long as it is looked at; of its thumbnail, where the photo is not at hand.
#[hook]
fn use_picture(sample: &Sample, vault: &Vault) -> Option<String> {
    let address = use_state_eq(|| None::<String>);
    let (set, vault) = (address.setter(), vault.clone());
    use_effect_with(sample.id, move |id| {
        let made = vault.photo(*id).and_then(|photo| Url::create_object_url_with_blob(&photo).ok());
        set.set(made.clone().or_else(|| vault.thumbnail(*id)));
        move || {
            if let Some(made) = made {
                let _ = Url::revoke_object_url(&made);
            }
        }
    });
    (*address).clone()
}

//! Groups of photos that look alike; naming them makes them classes.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Action;
use super::card::Wrong;
use super::dialog::Dialog;
use super::groups::{self, Group, Groups, MOST};
use super::near_dialog::picture;
use crate::error::Error;
use crate::project::{Class, SampleId};
use crate::view::format;
use crate::view::teach::runtime::Vault;

/// Photos shown of a group at first: the most central ones.
const FACES: usize = 16;

/// [`GroupsDialog`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub groups: Groups,
    /// Unsorted photos.
    pub photos: usize,
    pub wrong: Option<Rc<Error>>,
    pub classes: Rc<[Class]>,
    pub vault: Vault,
    pub act: Callback<Action>,
}

/// The window.
#[component]
pub fn GroupsDialog(props: &Props) -> Html {
    let Props { groups, photos, wrong, classes, vault, act } = props;
    let act = act.reform(Action::Groups);
    let want = act.reform(|event: Event| {
        groups::Action::Want(event.target_unchecked_into::<HtmlInputElement>().value().trim().parse().ok())
    });
    let named = groups.named();
    html! {
        <Dialog title="Suggested groups" testid="groups" close={act.reform(|()| groups::Action::Close)}>
            <p class="muted">{ "Photos that look alike to the network are together. Name the groups that make sense: each becomes a class, \
                and a name that a class has already adds to it. What has no name stays unsorted." }</p>
            <div class="row">
                <label class="small">{ "Groups " }
                    <input type="number" class="select number" data-testid="groups-wanted" min="2" max={MOST.to_string()} placeholder="auto" value={groups.wanted.map(|wanted| wanted.to_string())} onchange={want} />
                </label>
                <button type="button" class="button button-small" data-testid="groups-find" disabled={groups.busy} onclick={act.reform(|_| groups::Action::Find)}>
                    { if groups.list.is_empty() { "Suggest" } else { "Suggest anew" } }
                </button>
                <span class="small muted" role="status">{ status(groups, *photos) }</span>
            </div>
            <datalist id="class-names">{ for classes.iter().map(|class| html! { <option key={class.id} value={class.name.clone()} /> }) }</datalist>
            <ol class="groups">
                { for groups.list.iter().enumerate().map(|(place, group)| html! { <OneGroup key={place} {place} group={group.clone()} vault={vault.clone()} act={act.clone()} /> }) }
            </ol>
            if let Some(error) = wrong {
                <Wrong error={error.clone()} />
            }
            if !groups.list.is_empty() {
                <div class="row dialog-foot">
                    <button type="button" class="button button-primary" data-testid="groups-make" disabled={named == 0} onclick={act.reform(|_| groups::Action::Make)}>
                        { match named { 0 => "Name a group first".to_owned(), 1 => "Sort 1 group".to_owned(), named => format!("Sort {named} groups") } }
                    </button>
                    <button type="button" class="button" onclick={act.reform(|_| groups::Action::Close)}>{ "Cancel" }</button>
                </div>
            }
        </Dialog>
    }
}

fn status(groups: &Groups, photos: usize) -> String {
    if groups.busy {
        return format!("Grouping {} …", format::photos(photos));
    }
    let mut tried: Vec<(usize, f32)> = groups.tried.to_vec();
    tried.sort_by(|one, other| other.1.total_cmp(&one.1));
    match tried.as_slice() {
        [(k, score), (second, near), ..] => {
            format!("{k} groups separate best (silhouette {score:.2}; next best {second}, {near:.2}).")
        }
        [(k, score)] => format!("{k} groups (silhouette {score:.2})."),
        [] if groups.list.is_empty() => "There are no photos to group yet: they must be embedded first.".to_owned(),
        [] => format!("{} groups of {}.", groups.list.len(), format::photos(photos)),
    }
}

#[derive(Debug, PartialEq, Properties)]
struct GroupProps {
    place: usize,
    group: Group,
    vault: Vault,
    act: Callback<groups::Action>,
}

/// A group: its name and its photos. A click leaves a photo out, or takes it in again.
#[component]
fn OneGroup(props: &GroupProps) -> Html {
    let GroupProps { place, group, vault, act } = props;
    let place = *place;
    let all = use_state_eq(|| false);
    let taken = group.samples.len() - group.out.len();
    let name = act.reform(move |event: InputEvent| {
        groups::Action::Name(place, event.target_unchecked_into::<HtmlInputElement>().value())
    });
    let shown = if *all { group.samples.len() } else { FACES };
    html! {
        <li class="group" data-testid="group" data-count={taken.to_string()}>
            <div class="row">
                <input type="text" class="class-name-input" data-testid="group-name" list="class-names" autocomplete="off" maxlength="100" placeholder={format!("Name of group {}", place + 1)} aria-label={format!("Name of group {}", place + 1)} value={group.name.to_string()} oninput={name} />
                <span class="small muted">
                    { format::photos(taken) }
                    if !group.out.is_empty() {
                        { format!(", {} left out", group.out.len()) }
                    }
                </span>
                if group.samples.len() > FACES {
                    <button type="button" class="link small" onclick={{ let all = all.clone(); move |_| all.set(!*all) }}>{ if *all { "Show less" } else { "Show all" } }</button>
                }
            </div>
            <div class="near-faces">
                { for group.samples.iter().take(shown).map(|id| face(place, *id, group.out.contains(id), vault, act)) }
            </div>
        </li>
    }
}

fn face(place: usize, id: SampleId, out: bool, vault: &Vault, act: &Callback<groups::Action>) -> Html {
    let label = if out { "Left out; take it in again" } else { "Leave this photo out" };
    html! {
        <button type="button" key={id} class={classes!("face", out.then_some("face-out"))} title={label} aria-label={label} aria-pressed={out.to_string()} onclick={act.reform(move |_| groups::Action::Toggle(place, vec![id]))}>
            { picture(vault, id) }
        </button>
    }
}

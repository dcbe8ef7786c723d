//! Groups of near-duplicates, and which photos of them stay.

use std::rc::Rc;

use yew::prelude::*;

use super::Action;
use super::dialog::Dialog;
use super::near::{self, Near, best};
use crate::project::{Project, SampleId};
use crate::view::components::icon::{Icon, icon};
use crate::view::format;
use crate::view::teach::runtime::Vault;

/// Groups shown at once; the next ones follow as these are dealt with.
const SHOWN: usize = 30;
/// Photos shown of a group.
const FACES: usize = 24;

/// [`NearDialog`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub near: Near,
    pub project: Rc<Project>,
    pub vault: Vault,
    pub act: Callback<Action>,
}

/// The window.
#[component]
pub fn NearDialog(props: &Props) -> Html {
    let Props { near, project, vault, act } = props;
    let act = act.reform(Action::Near);
    let groups = near.there(project);
    let photos: usize = groups.iter().map(|(_, group)| group.len()).sum();
    let spare = photos - groups.len();
    html! {
        <Dialog title="Near-duplicates" testid="near-duplicates" close={act.reform(|()| near::Action::Close)}>
            if near.busy {
                <p class="muted" role="status">{ format!("Comparing {} …", format::photos(project.samples.len())) }</p>
            } else if groups.is_empty() {
                <p>{ "No near-duplicates: no two photos are nearly the same." }</p>
            } else {
                <p class="muted">
                    {
                        format!(
                            "{} in {} {} nearly the same. If some are trained on and others used for checking, the check is too kind; \
                             the honest split keeps each group on one side. You can also keep one of each.",
                            format::photos(photos),
                            groups.len(),
                            if groups.len() == 1 { "group are" } else { "groups are" },
                        )
                    }
                </p>
                <div class="row">
                    <button type="button" class="button button-small" data-testid="keep-one-of-each" onclick={act.reform(|_| near::Action::KeepOneOfEach)}>
                        { format!("Keep one of each, remove {}", format::photos(spare)) }
                    </button>
                </div>
                <ol class="near-groups">
                    { for groups.iter().take(SHOWN).map(|(place, group)| draw(*place, group, project, vault, &act)) }
                </ol>
                if groups.len() > SHOWN {
                    <p class="small muted">{ format!("{} more groups follow as these are dealt with.", groups.len() - SHOWN) }</p>
                }
            }
        </Dialog>
    }
}

fn draw(place: usize, group: &[SampleId], project: &Project, vault: &Vault, act: &Callback<near::Action>) -> Html {
    let kept = best(project, group);
    html! {
        <li key={place} class="near-group" data-testid="near-group" data-count={group.len().to_string()}>
            <div class="near-faces">
                { for group.iter().take(FACES).map(|id| face(place, *id, Some(*id) == kept, vault, act)) }
                if group.len() > FACES {
                    <span class="small muted">{ format!("and {} more", group.len() - FACES) }</span>
                }
            </div>
            <button type="button" class="button button-small" onclick={act.reform(move |_| near::Action::KeepAll(place))}>{ "Keep all" }</button>
        </li>
    }
}

fn face(place: usize, id: SampleId, best: bool, vault: &Vault, act: &Callback<near::Action>) -> Html {
    let label = if best { "Keep only this one; it has the most pixels" } else { "Keep only this one" };
    html! {
        <button type="button" key={id} class={classes!("face", best.then_some("face-best"))} title={label} aria-label={label} onclick={act.reform(move |_| near::Action::Keep(place, id))}>
            { picture(vault, id) }
        </button>
    }
}

/// A thumbnail, or what stands for one.
pub fn picture(vault: &Vault, id: SampleId) -> Html {
    match vault.thumbnail(id) {
        Some(address) => html! { <img src={address} alt="" decoding="async" draggable="false" /> },
        None => icon(Icon::Photo),
    }
}

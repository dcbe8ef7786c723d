//! Held-out photos with what is true of them and what the head said.

use std::rc::Rc;

use yew::prelude::*;

use super::validation::more;
use crate::project::Project;
use crate::view::components::icon::{Icon, icon};
use crate::view::format;
use crate::view::teach::judge::{Action, Pair};
use crate::view::teach::runtime::Vault;

/// [`PhotoGrid`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    /// The photos, in this order.
    pub pairs: Rc<Vec<Pair>>,
    /// Of the head's classes.
    pub names: Rc<Vec<String>>,
    /// So many are shown.
    pub limit: usize,
    pub project: Rc<Project>,
    pub vault: Vault,
    pub act: Callback<Action>,
}

/// The photos.
#[component]
pub fn PhotoGrid(props: &Props) -> Html {
    let Props { pairs, names, limit, project, vault, act } = props;
    let tile = |pair: &Pair| {
        let file = project.sample(pair.sample).map(|sample| sample.name.clone());
        let gone = file.is_none();
        let file = file.unwrap_or_else(|| "removed since".to_owned());
        let name = |class: usize| names.get(class).cloned().unwrap_or_default();
        let right = pair.label == pair.said;
        html! {
            <li
                key={pair.sample.to_string()}
                class={classes!("judge-tile", gone.then_some("judge-gone"))}
                data-testid="judged-photo"
                data-sample={pair.sample.to_string()}
                data-label={name(pair.label)}
                data-said={name(pair.said)}
                data-probability={format!("{:.6}", pair.of_label)}
            >
                { thumbnail(vault.thumbnail(pair.sample), &file) }
                <p class="judge-tile-name" title={file.clone()}>{ &file }</p>
                <p class="judge-tile-line">
                    <span class="judge-own-name" title={name(pair.label)}>{ name(pair.label) }</span>
                    <span>{ format::percent(pair.of_label) }</span>
                </p>
                <p class={classes!("judge-tile-line", if right { "judge-tile-right" } else { "judge-tile-wrong" })}>
                    if right {
                        <span class="judge-own-name">{ "said so, too" }</span>
                    } else {
                        <span class="judge-own-name" title={name(pair.said)}>{ format!("said {}", name(pair.said)) }</span>
                        <span>{ format::percent(pair.of_said) }</span>
                    }
                </p>
            </li>
        }
    };
    html! {
        <>
            <ol class="judge-tiles">{ for pairs.iter().take(*limit).map(tile) }</ol>
            { more((*limit).min(pairs.len()), pairs.len(), act) }
        </>
    }
}

/// A photo's thumbnail, or a sign where there is none.
pub(super) fn thumbnail(address: Option<String>, name: &str) -> Html {
    html! {
        <div class="judge-thumb">
            if let Some(address) = address {
                <img src={address} alt={format!("Photo {name}")} loading="lazy" decoding="async" />
            } else {
                { icon(Icon::Photo) }
            }
        </div>
    }
}

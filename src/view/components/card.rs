//! One photo: its picture, and the five most probable classes, or why there are none.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::{Prediction, TopItem};
use crate::view::photos::{Photo, PhotoState};
use crate::view::state::Action;
use crate::view::{format, spoken};

use super::bar::bar;
use super::icon::{Icon, icon};
use super::messages::error_words;

/// [`Card`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub photo: Rc<Photo>,
    /// The Tab key comes to this card; the arrow keys go on from it.
    pub current: bool,
    pub act: Callback<Action>,
}

/// Rows that a card has, also while it waits.
const ROWS: usize = 5;

/// The card.
#[component]
pub fn Card(props: &Props) -> Html {
    let Props { photo, current, act } = props;
    let id = photo.id;
    let tab = if *current { "0" } else { "-1" };
    let remove = act.reform(move |()| Action::Remove(id));
    let on_key = {
        let remove = remove.clone();
        Callback::from(move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "Delete" | "Backspace") {
                event.prevent_default();
                remove.emit(());
            }
        })
    };
    html! {
        <li
            class={classes!("card", "photo", format!("photo-{}", photo.state.word()))}
            tabindex={tab}
            data-testid="prediction"
            data-number={photo.id.to_string()}
            data-photo={photo.name.clone()}
            data-state={photo.state.word()}
            data-backbone={photo.prediction.as_ref().map(|found| found.backbone.clone())}
            data-device={photo.prediction.as_ref().map(|found| format::device_word(found.device))}
            aria-label={spoken::photo(photo)}
            onkeydown={on_key}
        >
            <div class="side">
                <div class="picture">
                    if let Some(address) = &photo.thumbnail {
                        <img src={address.clone()} alt={format!("Photo {}", photo.name)} decoding="async" />
                    } else {
                        { icon(if photo.state == PhotoState::Failed { Icon::Warning } else { Icon::Photo }) }
                    }
                    <button
                        type="button"
                        class="remove"
                        tabindex={tab}
                        aria-label={format!("Remove {}", photo.name)}
                        title="Remove (Delete)"
                        onclick={remove.reform(|_| ())}
                    >
                        { icon(Icon::Cross) }
                    </button>
                </div>
                <p class="photo-name" title={photo.name.clone()}>{ &photo.name }</p>
                <p class="photo-foot">{ foot(photo) }</p>
            </div>
            {
                match (&photo.error, &photo.prediction) {
                    (Some(error), _) if photo.state == PhotoState::Failed => html! {
                        <p class="photo-error" data-testid="message" data-kind={format::kind(error.kind)}>{ error_words(error) }</p>
                    },
                    (_, Some(found)) => html! {
                        <ol class="top">
                            { for found.top.iter().take(ROWS).enumerate().map(|(place, item)| top_item(place, item)) }
                        </ol>
                    },
                    (_, None) => html! {
                        <div class="top" aria-hidden="true">{ for (0..ROWS).map(|_| html! { <div class="top-empty" /> }) }</div>
                    },
                }
            }
        </li>
    }
}

fn top_item(place: usize, item: &TopItem) -> Html {
    let name = format::class_name(&item.label);
    html! {
        <li
            key={place}
            class={classes!("top-item", (place == 0).then_some("top-first"))}
            data-testid="top-item"
            data-index={item.index.to_string()}
            data-id={item.id.clone()}
            data-label={item.label.clone()}
            data-probability={format!("{:.6}", item.probability)}
        >
            <span class="top-name" title={item.label.clone()}>{ name }</span>
            <span class="top-share">{ format::percent(item.probability) }</span>
            { bar(f64::from(item.probability), "bar-share") }
            if let Some(id) = &item.id {
                <span class="top-id" title="The class in WordNet">{ id }</span>
            }
        </li>
    }
}

fn foot(photo: &Photo) -> String {
    match (photo.state, photo.prediction.as_deref()) {
        (PhotoState::Done, Some(Prediction { size: [width, height], decode_ms, network_ms, .. })) => {
            format!("{width} × {height} · {}", format::milliseconds(decode_ms + network_ms))
        }
        (PhotoState::Working, _) => "Looking …".to_owned(),
        (PhotoState::Waiting, Some(_)) => "Waiting again".to_owned(),
        (PhotoState::Waiting, None) => "Waiting".to_owned(),
        (PhotoState::Failed, _) => format!("{} · not classified", format::bytes(photo.size)),
        (PhotoState::Done, None) => String::new(),
    }
}

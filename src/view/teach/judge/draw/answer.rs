//! What was found in a photo: a person's own classes, beside what the network itself would say.

use std::rc::Rc;

use yew::prelude::*;

use crate::protocol::{BackboneCard, HeadCard, OwnItem, OwnPrediction, Prediction, TopItem};
use crate::view::components::bar::bar;
use crate::view::format;

/// [`Answer`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub prediction: Rc<Prediction>,
    pub judge_head: Option<Rc<HeadCard>>,
    /// As it is now; the photo may have been tried with another.
    pub threshold: Option<f32>,
    /// Of the head's classes, as they are called now.
    pub names: Rc<Vec<String>>,
    pub backbone: Option<BackboneCard>,
}

/// Classes of each kind that are shown.
const ROWS: usize = 5;

/// Both lists.
#[component]
pub fn Answer(props: &Props) -> Html {
    let Props { prediction, judge_head, backbone, .. } = props;
    let (network, classes) = backbone
        .as_ref()
        .filter(|card| card.name == prediction.backbone)
        .map_or((prediction.backbone.clone(), "its own classes".to_owned()), |card| {
            (card.title.clone(), card.classes.clone())
        });
    html! {
        <div class="judge-answer">
            {
                match &prediction.own {
                    Some(own) => owns(own, props),
                    None => html! {
                        <p class="small" role="status">{ without(judge_head.as_deref(), &prediction.backbone) }</p>
                    },
                }
            }
            <div class="judge-network">
                <p class="judge-network-title" title={format!("The five most probable of the classes that {network} was made for")}>
                    { format!("{network} itself") }<span class="muted">{ format!(" · {classes}") }</span>
                </p>
                <ol class="judge-network-list">{ for prediction.top.iter().take(ROWS).map(theirs) }</ol>
            </div>
        </div>
    }
}

fn owns(own: &OwnPrediction, props: &Props) -> Html {
    let Props { threshold, names, .. } = props;
    let none = threshold.map_or(own.none, |threshold| own.familiarity < threshold);
    html! {
        <div class="judge-own">
            if none {
                <p class="judge-none" role="status">{ "None of these" }</p>
                <p class="small muted">{ "It is unlike the photos you taught. If it had to be one of your classes:" }</p>
            }
            <ol
                class={classes!("judge-own-list", none.then_some("judge-own-unlikely"))}
                data-testid="own-prediction"
                data-none={none.to_string()}
                data-familiarity={format!("{:.6}", own.familiarity)}
                aria-label="Your classes"
            >
                { for own.top.iter().take(ROWS).enumerate().map(|(place, item)| own_item(place, item, names, none)) }
            </ol>
            { familiarity(own, *threshold, none) }
        </div>
    }
}

fn own_item(place: usize, item: &OwnItem, names: &[String], none: bool) -> Html {
    let name = names.get(item.index).unwrap_or(&item.label).clone();
    html! {
        <li
            key={place}
            class={classes!("judge-own-item", (place == 0 && !none).then_some("judge-own-first"))}
            data-testid="own-item"
            data-index={item.index.to_string()}
            data-label={name.clone()}
            data-probability={format!("{:.6}", item.probability)}
        >
            <span class="judge-own-name" title={name.clone()}>{ name }</span>
            <span class="judge-own-share">{ format::percent(item.probability) }</span>
            { bar(item.probability.into(), "bar-share") }
        </li>
    }
}

fn theirs(item: &TopItem) -> Html {
    html! {
        <li class="judge-network-item">
            <span class="judge-own-name" title={item.label.clone()}>{ format::class_name(&item.label) }</span>
            <span class="judge-own-share">{ format::percent(item.probability) }</span>
        </li>
    }
}

fn familiarity(own: &OwnPrediction, threshold: Option<f32>, none: bool) -> Html {
    let known = threshold.filter(|at| *at > f32::MIN);
    let beside = match (known, none) {
        (Some(at), true) => format!(", below the threshold of {at:.2}"),
        (Some(at), false) => format!(", above the threshold of {at:.2}"),
        (None, _) => String::new(),
    };
    html! {
        <details class="judge-familiar">
            <summary>{ format!("Familiarity {:.2}{beside}", own.familiarity) }</summary>
            <p class="small muted">
                { "Familiarity says how much a photo looks to the network like those you taught. Probabilities always add up to " }
                { "100\u{a0}%, also for a photo of something else; its low familiarity gives it away. The threshold is set under “None of these” below." }
            </p>
        </details>
    }
}

fn without(head: Option<&HeadCard>, backbone: &str) -> String {
    match head {
        Some(head) if head.backbone != backbone => format!(
            "Your head was trained on {}; the network in use is {backbone}. Choose the former again, or train anew.",
            head.backbone
        ),
        Some(_) => "The engine has no head yet; it is on its way.".to_owned(),
        None => "No head is trained yet.".to_owned(),
    }
}

//! One box of the network's picture: pressed by pointer or Enter, reached by the arrow keys.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::Action;
use super::network::{HEIGHT, Network, Part, Place, State};

/// Room for the marks above the boxes.
pub const ABOVE: f64 = 22.0;
/// What a press on a block does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// The block and those behind it are trained.
    TrainFrom,
    /// Its output is what the head learns on.
    FeaturesAt,
}

/// The box of a part with what a press on it does; without `act` it only says what it is.
pub fn block(
    network: &Network,
    place: usize,
    part: &Part,
    at: Place,
    (is_stop, does): (bool, Does),
    pointed: &UseStateHandle<Option<usize>>,
    act: Option<&Callback<Action>>,
) -> Html {
    let is_head = place + 1 == network.parts.len();
    let count = network.parts.len();
    let action = match does {
        Does::FeaturesAt if is_head => None,
        Does::FeaturesAt => Some((Action::FeaturesAt(place), "Take the features here")),
        // The head stands behind the last block in use.
        Does::TrainFrom if is_head => Some((Action::TrainFrom(network.used), "Train the head alone")),
        Does::TrainFrom if part.state == State::Unused => None,
        Does::TrainFrom => Some((Action::TrainFrom(place), "Train from here on")),
    };
    let action = action.zip(act.cloned());
    let label = match &action {
        Some(((_, words), _)) => format!("{}. {words}", part.words()),
        None => part.words(),
    };
    let press = action.map(|((action, _), act)| Callback::from(move |()| act.emit(action.clone())));
    let point = |to: Option<usize>| {
        let pointed = pointed.clone();
        move || pointed.set(to)
    };
    let (enter, leave) = (point(Some(place)), point(None));
    let (focus, blur) = (enter.clone(), leave.clone());
    let pressed = press.clone();
    let keys = Callback::from(move |event: KeyboardEvent| {
        let to = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => (place + 1).min(count - 1),
            "ArrowLeft" | "ArrowDown" => place.saturating_sub(1),
            "Home" => 0,
            "End" => count - 1,
            "Enter" | " " => {
                event.prevent_default();
                if let Some(press) = &pressed {
                    press.emit(());
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        let svg =
            event.current_target().and_then(|of| of.dyn_into::<Element>().ok()).and_then(|of| of.parent_element());
        let next = svg.and_then(|svg| svg.query_selector(&format!("[data-place='{to}']")).ok().flatten());
        if let Some(next) = next {
            // Elements of a drawing have the same method.
            let _ = next.unchecked_ref::<HtmlElement>().focus();
        }
    });
    let is_button = press.is_some();
    html! {
        <g
            key={place}
            class={classes!("block", format!("block-{}", part.state.word()), is_button.then_some("block-button"))}
            data-testid="network-block"
            data-name={part.name.clone()}
            data-state={part.state.word()}
            data-place={place.to_string()}
            role={if is_button { "button" } else { "img" }}
            tabindex={if is_stop { "0" } else { "-1" }}
            aria-label={label}
            onclick={move |_: MouseEvent| if let Some(press) = &press { press.emit(()) }}
            onkeydown={keys}
            onpointerenter={move |_: PointerEvent| enter()}
            onpointerleave={move |_: PointerEvent| leave()}
            onfocus={move |_: FocusEvent| focus()}
            onblur={move |_: FocusEvent| blur()}
        >
            <rect class="block-reach" x={(at.x - 1.25).to_string()} y={ABOVE.to_string()} width={(at.width + 2.5).to_string()} height={HEIGHT.to_string()} />
            <rect
                class="block-box"
                x={at.x.to_string()}
                y={(ABOVE + at.y).to_string()}
                width={at.width.to_string()}
                height={at.height.to_string()}
                rx="2"
                fill={(part.state == State::Frozen).then_some("url(#frozen-hatch)")}
            />
        </g>
    }
}

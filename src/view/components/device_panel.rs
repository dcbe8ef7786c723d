//! Where the work is done: a chip in the top bar that says it, and a panel below it to choose.

use yew::prelude::*;

use crate::protocol::{DeviceChoice, DeviceKind};
use crate::view::format;
use crate::view::state::{Action, Engine, Life};

use super::icon::{Icon, icon};
use super::messages::error_words;

/// [`Device`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub engine: Engine,
    pub rate: Option<f64>,
    pub act: Callback<Action>,
}

const CHOICES: [(DeviceChoice, &str, &str); 3] = [
    (DeviceChoice::Auto, "Automatic", "the GPU where it is there and computes rightly, else the CPU"),
    (DeviceChoice::Gpu, "GPU", "the graphics processor, through WebGPU"),
    (DeviceChoice::Cpu, "CPU", "the processor, with SIMD; works everywhere"),
];

/// The chip and its panel.
#[component]
pub fn Device(props: &Props) -> Html {
    let Props { engine, rate, act } = props;
    let name = engine.device.as_ref().map(|device| device.name.clone()).filter(|name| !name.is_empty());
    let kind = engine.device.as_ref().map(|device| format::device_word(device.kind));
    let is_fallback = engine.device.as_ref().is_some_and(|device| device.fallback.is_some());
    html! {
        <>
            <button
                type="button"
                class={classes!("chip", is_fallback.then_some("chip-warning"))}
                popovertarget="device-panel"
                data-testid="device"
                data-device={kind}
                data-name={name.clone()}
                title={name.clone().unwrap_or_else(|| "Where the work is done".to_owned())}
            >
                { icon(if is_fallback { Icon::Warning } else { Icon::Chip }) }
                <span>{ words(engine, *rate) }</span>
            </button>
            <div id="device-panel" popover="auto" class="popover" role="dialog" aria-labelledby="device-title">
                <h2 id="device-title">{ "Where the work is done" }</h2>
                <p>
                    {
                        match (&engine.device, name) {
                            (Some(device), Some(name)) => format!("Now on the {}: {name}.", plain(device.kind)),
                            (Some(device), None) => format!("Now on the {}.", plain(device.kind)),
                            (None, _) => "The engine is being started.".to_owned(),
                        }
                    }
                </p>
                if let Some(error) = engine.device.as_ref().and_then(|device| device.fallback.as_ref()) {
                    <p class="warning-text">{ error_words(error) }</p>
                }
                <fieldset class="choices">
                    <legend class="visually-hidden">{ "Device" }</legend>
                    {
                        for CHOICES.iter().map(|&(choice, title, about)| html! {
                            <label class="choice">
                                <input
                                    type="radio"
                                    name="device"
                                    checked={engine.choice == choice}
                                    onchange={act.reform(move |_| Action::ChooseDevice(choice))}
                                />
                                <span><strong>{ title }</strong>{ ": " }{ about }</span>
                            </label>
                        })
                    }
                </fieldset>
                <p class="small muted">{ "Both give the same results; photos on the page are classified again when you change it." }</p>
            </div>
        </>
    }
}

fn words(engine: &Engine, rate: Option<f64>) -> Html {
    let plain = match (&engine.device, engine.life) {
        (_, Life::GivenUp) => "Engine stopped".to_owned(),
        (Some(device), _) => {
            let name = format::device(device.kind);
            // A narrow screen has no room for the rate; beside the photos it stands, too.
            return match rate {
                Some(rate) => {
                    html! { <>{ name }<span class="chip-more">{ format!(" · {}\u{a0}photos/s", format::rate(rate)) }</span></> }
                }
                None => html! { name },
            };
        }
        (None, Life::Starting) if engine.received > 0 => format!("Engine · {}", format::bytes(engine.received)),
        (None, Life::Starting) => "Engine starts …".to_owned(),
        (None, Life::Running) => "Testing the device …".to_owned(),
    };
    html! { plain }
}

fn plain(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Cpu => "CPU",
        DeviceKind::Gpu => "GPU",
    }
}

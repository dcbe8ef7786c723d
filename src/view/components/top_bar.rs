//! The bar at the top: mark, places, device, what was sent (nothing), theme, projector mode.

use yew::prelude::*;

use crate::view::state::{Action, Engine, Place, Theme};

use super::device_panel::Device;
use super::icon::{Icon, icon, mark};

/// Turns projector mode on and off, anywhere on the page. No letter, which would be in the way of typing.
pub const PROJECTOR_KEY: &str = "F8";

/// [`TopBar`]
#[derive(Debug, PartialEq, Properties)]
pub struct Props {
    pub engine: Engine,
    pub rate: Option<f64>,
    pub theme: Theme,
    pub projector: bool,
    pub place: Place,
    pub act: Callback<Action>,
}

/// The bar.
#[component]
pub fn TopBar(props: &Props) -> Html {
    let Props { engine, rate, theme, projector, place, act } = props;
    let link = |to: Place, name: &str| {
        let current = (*place == to).then_some("page");
        html! { <a href={format!("#{}", to.word())} aria-current={current} class="place" data-testid={format!("place-{}", to.word())}>{ name }</a> }
    };
    let (drawing, now) = match theme {
        Theme::Auto => (Icon::HalfCircle, "as the system has it"),
        Theme::Light => (Icon::Sun, "light"),
        Theme::Dark => (Icon::Moon, "dark"),
    };
    let theme_label = format!("Theme: {now}. Change it.");
    html! {
        <header class="top-bar">
            <span class="brand">{ mark() }<span class="brand-name">{ "Graft" }</span></span>
            <nav class="places" aria-label="Places">
                { link(Place::Look, "Look") }{ link(Place::Teach, "Teach") }{ link(Place::Lab, "Lab") }
            </nav>
            <div class="top-right">
                <Device engine={engine.clone()} rate={*rate} {act} />
                <button type="button" class="chip" popovertarget="sent-panel" aria-label="0 bytes sent: what that means">
                    { icon(Icon::Shield) }<span>{ "0 bytes" }<span class="chip-more">{ " sent" }</span></span>
                </button>
                <div id="sent-panel" popover="auto" class="popover" role="dialog" aria-labelledby="sent-title">
                    <h2 id="sent-title">{ "0 bytes of your photos were sent" }</h2>
                    <p>{ "Your photos are read, and looked at, by this page on your machine. There is no server that could receive them." }</p>
                    <p>
                        { "You need not take our word for it: the page carries a Content-Security-Policy, which your browser enforces. It lets the page connect to \
                           no other address than the one it came from, and there it only fetches its own program and the networks." }
                    </p>
                    <p class="small muted">{ "To see for yourself, open the browser's developer tools, or go offline once the page is there: it goes on working." }</p>
                </div>
                <button type="button" class="chip chip-icon" data-testid="theme" aria-label={theme_label.clone()} title={theme_label} onclick={act.reform(|_| Action::NextTheme)}>
                    { icon(drawing) }
                </button>
                <button
                    type="button"
                    class="chip chip-icon"
                    data-testid="projector"
                    aria-label="Projector mode"
                    aria-pressed={projector.to_string()}
                    aria-keyshortcuts={PROJECTOR_KEY}
                    title={format!("Projector mode: letters half as large again, and nothing around the photos ({PROJECTOR_KEY})")}
                    onclick={act.reform(|_| Action::Projector)}
                >
                    { icon(Icon::Projector) }
                </button>
            </div>
        </header>
    }
}

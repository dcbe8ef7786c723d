//! Does what the part asks of the browser.

use js_sys::ArrayBuffer;

use super::{Action, Effect};
use crate::protocol::TeachEvent;
use crate::view::app::Msg;
use crate::view::teach::TeachAction;
use crate::view::teach::runtime::TeachRuntime;
use crate::view::{browser, state as view};

/// How long it stays on the page what was done last.
const SAID_MS: i32 = 20_000;

/// Does one thing.
pub fn run(runtime: &mut TeachRuntime, effect: Effect) {
    match effect {
        Effect::Forget(samples) => samples.iter().for_each(|sample| runtime.vault.forget(*sample)),
        Effect::UnsayLater(number) => {
            let tell = runtime.tell.clone();
            browser::after(SAID_MS, move || {
                tell.emit(Msg::Do(view::Action::Teach(TeachAction::Classes(Action::Unsay(number)))));
            });
        }
    }
}

/// Takes what came beside an event, before the state hears of the event.
pub fn take(_runtime: &mut TeachRuntime, _engine: usize, _event: &TeachEvent, _data: &ArrayBuffer) {}

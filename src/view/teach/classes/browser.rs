//! Does what the part asks of the browser.

use js_sys::ArrayBuffer;

use super::Effect;
use crate::protocol::TeachEvent;
use crate::view::teach::runtime::TeachRuntime;

/// Does one thing.
pub fn run(runtime: &mut TeachRuntime, effect: Effect) {
    match effect {
        Effect::Forget(samples) => samples.iter().for_each(|sample| runtime.vault.forget(*sample)),
    }
}

/// Takes what came beside an event, before the state hears of the event.
pub fn take(_runtime: &mut TeachRuntime, _engine: usize, _event: &TeachEvent, _data: &ArrayBuffer) {}

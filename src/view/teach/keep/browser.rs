//! Does what the part asks of the browser.

use js_sys::ArrayBuffer;

use super::Effect;
use crate::protocol::TeachEvent;
use crate::view::teach::TeachAction;
use crate::view::teach::runtime::TeachRuntime;

/// Does one thing.
pub fn run(_runtime: &mut TeachRuntime, effect: Effect) {
    match effect {}
}

/// Takes what came beside an event, before the state hears of the event.
pub fn take(_runtime: &mut TeachRuntime, _engine: usize, _event: &TeachEvent, _data: &ArrayBuffer) {}

/// Takes what a person gave; gives what is to be done about it.
pub fn give(_runtime: &mut TeachRuntime, _file: web_sys::File) -> Vec<TeachAction> {
    Vec::new()
}

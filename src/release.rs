//! Memory of JavaScript given back at once. A browser collects garbage when it sees fit, which for buffers of megabytes is long after they made the peak.

use js_sys::{ArrayBuffer, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Gives the memory of a buffer back, which is empty from then on; nobody may need it any more. Without `ArrayBuffer.prototype.transfer`
/// (Chrome before 114, Firefox before 122, Safari before 17.4) it goes when the browser collects it.
pub fn release(buffer: &ArrayBuffer) {
    let transfer = Reflect::get(buffer, &"transfer".into()).ok().and_then(|found| found.dyn_into::<Function>().ok());
    if let Some(transfer) = transfer {
        let _ = transfer.call1(buffer, &JsValue::from(0)); // a buffer that was given away already throws, and has no memory
    }
}

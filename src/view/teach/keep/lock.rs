//! One tab at a time keeps the project. Where the browser has no locks (a page over plain http, site data that is blocked), storage itself does
//! it: the counter in it, or that there is none.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

use crate::view::browser;

#[wasm_bindgen]
extern "C" {
    /// Web Locks: `then` is called when the lock is ours; it is held until the promise that `then` gives is settled.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request(name: &str, options: &Object, then: &Function) -> Result<Promise, JsValue>;
}

const NAME: &str = "graft.project";
/// How long another tab's lock is waited for, milliseconds: that tab may be closing.
const PATIENCE_MS: i32 = 1000;
/// The same after a reload, where the lock is most likely that of the page before, which lets go when all that it held is gone.
const PATIENCE_AFTER_RELOAD_MS: i32 = 5000;

/// Gives the lock back when called.
pub type Release = Function;

/// Takes the lock; `None` if another tab has it, unless `steal`. `lost` is called when another tab steals it.
pub async fn take(steal: bool, lost: impl Fn() + 'static) -> Option<Release> {
    let mut let_go = None;
    let held = Promise::new(&mut |resolve, _| let_go = Some(resolve));
    let release = let_go?;
    let options = Object::new();
    let waiting = Rc::new(Cell::new(true));
    let given_up = Rc::new(Cell::new(false));
    if steal {
        let _ = Reflect::set(&options, &"steal".into(), &true.into());
    } else if let Ok(abort) = AbortController::new() {
        let _ = Reflect::set(&options, &"signal".into(), &abort.signal());
        let (waiting, given_up) = (waiting.clone(), given_up.clone());
        let patience_ms = if was_reloaded() { PATIENCE_AFTER_RELOAD_MS } else { PATIENCE_MS };
        browser::after(patience_ms, move || {
            if waiting.get() {
                given_up.set(true);
                abort.abort();
            }
        });
    }
    let mut asked = None;
    let granted = Promise::new(&mut |resolve, _| {
        let (held, waiting) = (held.clone(), waiting.clone());
        let then = Closure::once_into_js(move |_: JsValue| -> JsValue {
            waiting.set(false);
            let _ = resolve.call0(&JsValue::NULL);
            held.into()
        });
        asked = Some(request(NAME, &options, then.unchecked_ref()));
    });
    let Some(Ok(ended)) = asked else { return Some(release) };
    // `ended` fails before the lock was ours where it was given up, and where the browser gives no locks at all: then `then` is never called.
    let first = JsFuture::from(Promise::race(&Array::of2(&granted, &ended))).await;
    waiting.set(false);
    if first.is_err() {
        return (!given_up.get()).then_some(release);
    }
    spawn_local(async move {
        // It ends well when it is given back, badly when it is stolen.
        if JsFuture::from(ended).await.is_err() {
            lost();
        }
    });
    Some(release)
}

/// Was the page reloaded, rather than opened?
fn was_reloaded() -> bool {
    let kind = || -> Option<String> {
        let performance = browser::window().performance()?;
        let entries: Function = Reflect::get(&performance, &"getEntriesByType".into()).ok()?.dyn_into().ok()?;
        let entries: Array = entries.call1(&performance, &JsValue::from_str("navigation")).ok()?.dyn_into().ok()?;
        Reflect::get(&entries.get(0), &"type".into()).ok()?.as_string()
    };
    kind().as_deref() == Some("reload")
}

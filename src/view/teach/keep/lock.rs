//! One tab at a time keeps the project. Where the browser has no locks (a page over plain http), the counter in storage does it.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::view::browser;

#[wasm_bindgen]
extern "C" {
    /// Web Locks: `then` is called with the lock, or null; the lock is held until the promise that it gives is settled.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request(name: &str, options: &Object, then: &Function) -> Result<Promise, JsValue>;
}

const NAME: &str = "graft.project";
/// A tab that was just reloaded may not have let go yet.
const TRIES: usize = 4;
const BETWEEN_MS: i32 = 250;

/// Gives the lock back when called.
pub type Release = Function;

/// Takes the lock; `None` if another tab has it, unless `steal`. `lost` is called when another tab steals it.
pub async fn take(steal: bool, lost: impl Fn() + Clone + 'static) -> Option<Release> {
    for attempt in 0..TRIES {
        if attempt > 0 {
            let pause = Promise::new(&mut |resolve, _| {
                browser::after(BETWEEN_MS, move || drop(resolve.call0(&JsValue::NULL)));
            });
            let _ = JsFuture::from(pause).await;
        }
        if let Some(release) = once(steal, lost.clone()).await {
            return Some(release);
        }
    }
    None
}

async fn once(steal: bool, lost: impl Fn() + 'static) -> Option<Release> {
    let mut let_go = None;
    let held = Promise::new(&mut |resolve, _| let_go = Some(resolve));
    let release = let_go?;
    let options = Object::new();
    let _ = Reflect::set(&options, &if steal { "steal" } else { "ifAvailable" }.into(), &true.into());
    let mut asked = None;
    let granted = Promise::new(&mut |resolve, _| {
        let held = held.clone();
        let then = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let _ = resolve.call1(&JsValue::NULL, &(!lock.is_null()).into());
            if lock.is_null() { JsValue::UNDEFINED } else { held.into() }
        });
        asked = Some(request(NAME, &options, then.unchecked_ref()));
    });
    match asked {
        Some(Ok(ended)) => {
            let has = JsFuture::from(granted).await.is_ok_and(|has| has.is_truthy());
            spawn_local(async move {
                // It ends well when it is given back, badly when it is stolen.
                if JsFuture::from(ended).await.is_err() {
                    lost();
                }
            });
            has.then_some(release)
        }
        _ => Some(release),
    }
}

//! The engine's worker, from the page's side.

use js_sys::{Array, ArrayBuffer, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};
use yew::Callback;

use crate::protocol::{Command, Event};
use crate::view::json;

#[wasm_bindgen]
extern "C" {
    /// A fresh worker; the first time the one that `boot.js` started along with the page.
    #[wasm_bindgen(js_namespace = graft, js_name = engine)]
    fn start_worker() -> Worker;

    /// One that only embeds; it takes over the program that the first one compiled.
    #[wasm_bindgen(js_namespace = graft, js_name = embedder)]
    fn start_embedder() -> Worker;
}

/// What comes from the engine.
#[derive(Debug)]
pub enum FromEngine {
    /// An event, with the bytes that its documentation promises.
    Event(Event, Option<ArrayBuffer>),
    /// So many bytes of its code are here.
    Progress(u64),
    /// It stopped, and the browser says why.
    Stopped(String),
}

/// A running worker; it ends when this is dropped.
#[derive(Debug)]
pub struct Engine {
    worker: Worker,
    _listener: Closure<dyn Fn(JsValue)>,
}

impl Engine {
    /// Starts the main worker, which tells what happens to it.
    pub fn start(tell: Callback<FromEngine>) -> Self {
        Self::listen(start_worker(), tell)
    }

    #[cfg(feature = "teach")]
    /// Starts a further worker, which tells what happens to it.
    pub fn start_embedder(tell: Callback<FromEngine>) -> Self {
        Self::listen(start_embedder(), tell)
    }

    fn listen(worker: Worker, tell: Callback<FromEngine>) -> Self {
        let listener = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            if let Some(said) = understood(&event) {
                tell.emit(said);
            }
        });
        let listen: &js_sys::Function = listener.as_ref().unchecked_ref();
        worker.set_onmessage(Some(listen));
        worker.set_onerror(Some(listen));
        // What it said before this program ran.
        if let Ok(early) = Reflect::get(&worker, &"early".into()).and_then(JsCast::dyn_into::<Array>) {
            for event in early.iter() {
                let _ = listen.call1(&JsValue::NULL, &event);
            }
            early.set_length(0);
        }
        Self { worker, _listener: listener }
    }

    /// Sends a command, with the bytes (which are then gone from here) or the file that its documentation asks for.
    pub fn send(&self, command: &Command, data: Option<JsValue>) -> Result<(), JsValue> {
        let text = serde_json::to_string(command).map_err(|error| JsValue::from(error.to_string()))?;
        let (message, transfer) = (Object::new(), Array::new());
        Reflect::set(&message, &"text".into(), &text.into())?;
        if let Some(data) = data {
            Reflect::set(&message, &"data".into(), &data)?;
            if data.is_instance_of::<ArrayBuffer>() {
                transfer.push(&data);
            }
        }
        self.worker.post_message_with_transfer(&message, &transfer)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn understood(event: &JsValue) -> Option<FromEngine> {
    if let Some(error) = event.dyn_ref::<ErrorEvent>() {
        let message = error.message();
        return Some(FromEngine::Stopped(if message.is_empty() {
            "its code could not be fetched".to_owned()
        } else {
            message
        }));
    }
    let Some(message) = event.dyn_ref::<MessageEvent>() else {
        // A worker whose script cannot be fetched says so with a bare event.
        return Some(FromEngine::Stopped("its code could not be fetched".to_owned()));
    };
    let field = |name: &str| Reflect::get(&message.data(), &name.into()).unwrap_or(JsValue::UNDEFINED);
    if let Some(received) = field("received").as_f64() {
        return Some(FromEngine::Progress(received as u64));
    }
    let text = field("text").as_string()?;
    match json::read(&text) {
        Ok(event) => Some(FromEngine::Event(event, field("data").dyn_into().ok())),
        Err(error) => Some(FromEngine::Stopped(format!("it said what the page does not understand: {}", error))),
    }
}

//! One further engine that only embeds: a worker with the backbone in use, on the CPU.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;
use yew::Callback;

use super::Action;
use crate::protocol::{BackboneCard, Command, DeviceChoice, Event, TeachCommand};
use crate::view::app::Msg;
use crate::view::engine::{Engine, FromEngine};
use crate::view::networks::Fetching;
use crate::view::teach::TeachAction;
use crate::view::{state, weights};

/// First digits of the checksum that the name of a file of the registry ends in.
const DIGITS: usize = 16;

/// A running embedder; it ends when this is dropped.
#[derive(Debug)]
pub struct Embedder {
    engine: Rc<Engine>,
}

/// A message of this part of Teach.
pub fn does(action: Action) -> Msg {
    Msg::Do(state::Action::Teach(TeachAction::Intake(action)))
}

impl Embedder {
    /// Starts the worker, opens its device and loads the backbone; tells when it can take photos, when it cannot, and what it says of photos.
    pub fn start(number: usize, card: BackboneCard, tell: Callback<Msg>) -> Self {
        let heard = tell.clone();
        let engine = Rc::new(Engine::start_embedder(Callback::from(move |said| {
            if let Some(msg) = understood(number, said) {
                heard.emit(msg);
            }
        })));
        let lost = move |_| tell.emit(does(Action::EmbedderLost(number)));
        if let Err(thrown) = engine.send(&Command::OpenDevice { device: DeviceChoice::Cpu }, None) {
            lost(thrown);
        }
        let waiting = Rc::downgrade(&engine);
        spawn_local(async move {
            let load = Command::LoadBackbone { file: card.file.clone(), sha256: Some(card.sha256.clone()) };
            match bytes_of(card).await {
                Ok(bytes) => {
                    // It may have been ended meanwhile.
                    let Some(engine) = waiting.upgrade() else { return };
                    if let Err(thrown) = engine.send(&load, Some(bytes)) {
                        lost(thrown);
                    }
                }
                Err(thrown) => lost(thrown),
            }
        });
        Self { engine }
    }

    /// Sends a command. One that cannot be sent is found out by the next one that can.
    pub fn send(&self, command: TeachCommand, data: Option<JsValue>) {
        let _ = self.engine.send(&Command::Teach(command), data);
    }
}

fn understood(number: usize, said: FromEngine) -> Option<Msg> {
    match said {
        FromEngine::Event(Event::Teach(event), data) => Some(Msg::FromEmbedder(number, event, data)),
        FromEngine::Event(Event::BackboneReady { .. }, _) => Some(does(Action::EmbedderReady(number))),
        FromEngine::Event(Event::BackboneFailed { .. } | Event::CommandFailed { .. } | Event::Crashed { .. }, _)
        | FromEngine::Stopped(_) => Some(does(Action::EmbedderLost(number))),
        FromEngine::Event(..) | FromEngine::Progress(_) => None,
    }
}

/// The weight file: the browser's copy, as the main engine had it. A file of a person's own is only there.
async fn bytes_of(card: BackboneCard) -> Result<JsValue, JsValue> {
    if !card.sha256.get(..DIGITS).is_some_and(|digits| card.file.contains(digits)) {
        return Err("a weight file that only the main engine has".into());
    }
    let wanted = Fetching {
        number: 0,
        key: card.name,
        file: card.file,
        sha256: Some(card.sha256),
        received: 0,
        total: card.bytes,
        started_ms: 0.0,
        past_cache: false,
    };
    let abort = AbortController::new()?;
    let arrived = weights::fetch(&wanted, None, &abort.signal(), |_, _| {}).await;
    arrived.map(|arrived| arrived.bytes.into()).map_err(|error| error.to_string().into())
}

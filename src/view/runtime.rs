//! Does what the state asks for: the engine, files, weight files, the browser's memory. Whatever comes of it comes back as a [`Msg`].

use std::collections::HashMap;

use js_sys::{ArrayBuffer, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, File, Url};
use yew::Callback;

use crate::error::{Error, ErrorKind};
use crate::protocol::{Command, Event};

use super::app::Msg;
use super::browser;
use super::engine::{Engine, FromEngine};
use super::networks::{self, Fetching};
use super::photos::NewPhoto;
use super::state::{Action, Effect};
use super::teach::runtime::TeachRuntime;
use super::teach::{TeachEffect, judge};
use super::weights;

/// How long a message that offers Undo, or only tells that something was done, stays.
const MESSAGE_MS: i32 = 20_000;

#[wasm_bindgen]
extern "C" {
    /// Fetches the program that can do more than look; rejected with what was found instead. See `boot.js`.
    #[wasm_bindgen(js_namespace = graft, js_name = fetchWhole)]
    fn fetch_whole() -> Promise;
}

/// Everything that lives outside the state: the worker, files and addresses.
#[derive(Debug)]
pub struct Runtime {
    tell: Callback<Msg>,
    engine: Option<Engine>,
    /// Tells a worker that runs from one that was replaced while its last words were on their way.
    engine_number: usize,
    photos: HashMap<u64, Kept>,
    next_photo: u64,
    /// Weight files of a person's own; the first has the key `own-1`.
    own_weights: Vec<File>,
    /// A weight file that came but is not with the engine yet, with its fetch's number.
    weights: Option<(u64, ArrayBuffer)>,
    fetching: Option<AbortController>,
    /// What Teach needs.
    pub teach: TeachRuntime,
}

/// What belongs to a photo on the page.
#[derive(Debug)]
struct Kept {
    file: File,
    /// The `blob:` address of its thumbnail.
    thumbnail: Option<String>,
}

impl Runtime {
    /// A runtime that tells what happens.
    pub fn new(tell: Callback<Msg>) -> Self {
        Self {
            teach: TeachRuntime::new(tell.clone()),
            tell,
            engine: None,
            engine_number: 0,
            photos: HashMap::new(),
            next_photo: 1,
            own_weights: Vec::new(),
            weights: None,
            fetching: None,
        }
    }

    /// Takes files in: photos to be added, and weight files to be tried.
    pub fn take_files(&mut self, files: Vec<File>) -> Vec<Action> {
        let (weights, photos): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| file.name().to_ascii_lowercase().ends_with(".safetensors"));
        let mut actions = Vec::new();
        if !photos.is_empty() {
            actions.push(Action::Add(photos.into_iter().map(|file| self.take_photo(file)).collect()));
        }
        for file in weights {
            let (name, bytes) = (file.name(), file.size() as u64);
            self.own_weights.push(file);
            actions.push(Action::OwnWeights(networks::own_key(self.own_weights.len()), name, bytes));
        }
        actions
    }

    fn take_photo(&mut self, file: File) -> NewPhoto {
        let id = self.next_photo;
        self.next_photo += 1;
        let new = NewPhoto { id, name: file.name(), size: file.size() as u64, modified: file.last_modified() as u64 };
        self.photos.insert(id, Kept { file, thumbnail: None });
        new
    }

    /// What the engine said, as an action; `None` if it comes from one that was replaced.
    pub fn heard(&mut self, engine_number: usize, said: FromEngine) -> Option<Action> {
        if engine_number != self.engine_number {
            return None;
        }
        Some(match said {
            FromEngine::Event(Event::Teach(event), data) => Action::Teach(self.teach.heard(0, event, data)?),
            FromEngine::Event(event, data) => {
                let thumbnail = data.and_then(|jpeg| self.keep_thumbnail(&event, &jpeg));
                Action::Engine(event, thumbnail)
            }
            FromEngine::Progress(received) => Action::EngineProgress(received),
            FromEngine::Stopped(why) => Action::EngineStopped(why),
        })
    }

    fn keep_thumbnail(&mut self, event: &Event, jpeg: &ArrayBuffer) -> Option<String> {
        let Event::Predicted { photo, .. } = event else { return None };
        if *photo >= judge::FIRST_PHOTO {
            return self.teach.tries.keep_thumbnail(*photo, jpeg);
        }
        // A photo that was removed needs none, and another network's result has the same picture.
        let kept = self.photos.get_mut(photo).filter(|kept| kept.thumbnail.is_none())?;
        kept.thumbnail = Some(browser::jpeg_address(jpeg).ok()?);
        kept.thumbnail.clone()
    }

    /// A weight file came; gives the action that says so.
    pub fn weights_came(&mut self, number: u64, arrived: weights::Arrived) -> Action {
        self.weights = Some((number, arrived.bytes));
        Action::WeightsArrived(number, arrived.cached)
    }

    /// Fetches the program that can do more than look; tells when it is here, or why it cannot be had. Nothing changes meanwhile.
    pub fn fetch_whole(&self) {
        let tell = self.tell.clone();
        spawn_local(async move {
            let fetched = JsFuture::from(fetch_whole()).await;
            tell.emit(Msg::Whole(fetched.map(drop).map_err(|thrown| not_fetched(&thrown))));
        });
    }

    /// Opens the program that can do more than look, which was fetched, in place of this one, with the photos of this one.
    pub fn open_whole(&mut self) {
        self.engine = None; // its memory goes before another begins
        let mut photos: Vec<_> = self.photos.iter().collect();
        photos.sort_by_key(|(id, _)| **id);
        browser::open_whole(&photos.into_iter().map(|(_, kept)| &kept.file).collect());
    }

    /// Does one thing that the state asks for.
    pub fn run(&mut self, effect: Effect) {
        match effect {
            Effect::StartEngine => self.start_engine(),
            Effect::Send(command) => self.send(&command, None),
            Effect::SendPhoto(photo, command) => {
                let file = self.photos.get(&photo).map(|kept| JsValue::from(&kept.file));
                self.send(&command, file);
            }
            Effect::SendWeights(number, command) => {
                if let Some((_, bytes)) = self.weights.take_if(|(held, _)| *held == number) {
                    self.send(&command, Some(bytes.into()));
                }
            }
            Effect::FetchNetworks => {
                let tell = self.tell.clone();
                spawn_local(async move { tell.emit(Msg::Do(Action::Networks(weights::list().await))) });
            }
            Effect::FetchWeights(fetching) => self.fetch_weights(fetching),
            Effect::StopFetching => self.stop_fetching(),
            Effect::DropCached(file) => spawn_local(async move { weights::drop_cached(&file).await }),
            Effect::KeepCached(files) => spawn_local(async move { weights::keep_cached(&files).await }),
            Effect::Forget(photos) => photos.iter().for_each(|photo| self.forget(*photo)),
            Effect::Store(key, text) => browser::remember(key, &text),
            Effect::ShowTheme(theme) => browser::show_theme(theme.word()),
            Effect::ShowProjector(on) => browser::show_projector(on),
            Effect::Focus(focus) => browser::focus_if_lost(focus.selector()),
            Effect::Teach(effect) => self.run_teach(effect),
            Effect::DismissLater(message) => dismiss_later(self.tell.clone(), message),
        }
    }

    fn run_teach(&mut self, effect: TeachEffect) {
        if let TeachEffect::TryPhoto { photo, name, top } = effect {
            let file = self.teach.tries.file(photo).map(JsValue::from);
            return self.send(&Command::Classify { photo, name, top }, file);
        }
        // Messages to embedders are sent by Teach itself.
        if let Some((0, command, data)) = self.teach.run(effect) {
            self.send(&Command::Teach(command), data);
        }
    }

    fn start_engine(&mut self) {
        // The one before ends first: two at a time would need twice the memory.
        self.engine = None;
        self.engine_number += 1;
        let (tell, number) = (self.tell.clone(), self.engine_number);
        self.engine = Some(Engine::start(Callback::from(move |said| tell.emit(Msg::FromEngine(number, said)))));
    }

    fn send(&mut self, command: &Command, data: Option<JsValue>) {
        let Some(engine) = &self.engine else { return };
        if let Err(thrown) = engine.send(command, data) {
            self.tell.emit(Msg::Do(Action::EngineStopped(browser::words(&thrown))));
        }
    }

    fn fetch_weights(&mut self, fetching: Fetching) {
        self.stop_fetching();
        let Ok(abort) = AbortController::new() else { return };
        let signal = abort.signal();
        self.fetching = Some(abort);
        let own = networks::own_number(&fetching.key)
            .and_then(|number| self.own_weights.get(number.checked_sub(1)?).cloned());
        let tell = self.tell.clone();
        spawn_local(async move {
            let number = fetching.number;
            let progress = |received, total| tell.emit(Msg::Do(Action::WeightsProgress(number, received, total)));
            tell.emit(match weights::fetch(&fetching, own, &signal, progress).await {
                Ok(arrived) => Msg::Weights(number, arrived),
                Err(error) => Msg::Do(Action::WeightsFailed(number, error)),
            });
        });
    }

    fn stop_fetching(&mut self) {
        if let Some(abort) = self.fetching.take() {
            abort.abort();
        }
    }

    fn forget(&mut self, photo: u64) {
        if let Some(Kept { thumbnail: Some(address), .. }) = self.photos.remove(&photo) {
            let _ = Url::revoke_object_url(&address);
        }
    }
}

fn not_fetched(thrown: &JsValue) -> Error {
    let found = if browser::window().navigator().on_line() {
        browser::words(thrown)
    } else {
        "that this machine is offline".to_owned()
    };
    let expected = "an answer of the server that gave this page";
    let cure = "Check the connection, then open it again. The photos and results here stay.";
    Error::new(ErrorKind::Network, "The program of Teach and Lab", expected, found, cure)
}

/// Takes a message down after a while; not from under the fingers of a person who is at its button.
fn dismiss_later(tell: Callback<Msg>, message: u64) {
    browser::after(MESSAGE_MS, move || {
        if browser::has_focus(&format!("[data-notice='{message}']")) {
            dismiss_later(tell, message);
        } else {
            tell.emit(Msg::Do(Action::Expire(message)));
        }
    });
}

//! Does what the part asks of the browser, and keeps the files of photos that are tried.

use std::collections::HashMap;

use js_sys::ArrayBuffer;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, Url};

use super::{Action, Effect, FIRST_PHOTO, NewTry};
use crate::error::{Error, ErrorKind};
use crate::protocol::TeachEvent;
use crate::view::app::Msg;
use crate::view::browser;
use crate::view::state::Action as PageAction;
use crate::view::teach::TeachAction;
use crate::view::teach::runtime::{Given, TeachRuntime};

/// Files and thumbnails of photos that are tried, by their numbers.
#[derive(Debug, Default)]
pub struct TriedFiles {
    held: HashMap<u64, (File, Option<String>)>,
    count: u64,
}

impl TriedFiles {
    fn take(&mut self, file: File) -> u64 {
        let photo = FIRST_PHOTO + self.count;
        self.count += 1;
        self.held.insert(photo, (file, None));
        photo
    }

    /// The file of a photo.
    pub fn file(&self, photo: u64) -> Option<&File> {
        self.held.get(&photo).map(|(file, _)| file)
    }

    /// Keeps a thumbnail; gives its `blob:` address. The camera's pictures go at once, and a photo that is tried again has one.
    pub fn keep_thumbnail(&mut self, photo: u64, jpeg: &ArrayBuffer) -> Option<String> {
        let (_, thumbnail) = self.held.get_mut(&photo).filter(|(file, held)| held.is_none() && !is_frame(file))?;
        *thumbnail = browser::jpeg_address(jpeg).ok();
        thumbnail.clone()
    }

    fn forget(&mut self, photo: u64) {
        if let Some((_, Some(address))) = self.held.remove(&photo) {
            let _ = Url::revoke_object_url(&address);
        }
    }
}

/// The name of the live camera's pictures.
pub const FRAME: &str = "live.jpg";

fn is_frame(file: &File) -> bool {
    file.name() == FRAME
}

/// Does one thing.
pub fn run(runtime: &mut TeachRuntime, effect: Effect) {
    match effect {
        Effect::Forget(photos) => photos.into_iter().for_each(|photo| runtime.tries.forget(photo)),
        Effect::AddTo(photo, class) => {
            if let Some(file) = runtime.tries.file(photo) {
                runtime.tell.emit(Msg::Given(Given::Photos(Some(class), vec![file.clone()])));
            }
        }
        Effect::Copy(text) => {
            let tell = runtime.tell.clone();
            spawn_local(async move {
                tell.emit(Msg::Do(match browser::copy(&text).await {
                    Ok(()) => PageAction::Say("The table is in the clipboard; a spreadsheet takes it.".to_owned()),
                    Err(thrown) => {
                        let cure = "Download the CSV instead; it holds the same table.";
                        failed("The clipboard", "that this page may write to it", &thrown, cure)
                    }
                }));
            });
        }
        Effect::Save(name, text) => {
            if let Err(thrown) = browser::save(&name, "text/csv;charset=utf-8", &text) {
                let what = "that this page may save a file";
                runtime.tell.emit(Msg::Do(failed(&name, what, &thrown, "Copy the table instead.")));
            }
        }
    }
}

fn failed(subject: &str, expected: &str, thrown: &JsValue, cure: &str) -> PageAction {
    PageAction::ButtonFailed(Error::new(ErrorKind::Io, subject, expected, browser::words(thrown), cure))
}

/// Takes what came beside an event, before the state hears of the event.
pub fn take(_runtime: &mut TeachRuntime, _engine: usize, _event: &TeachEvent, _data: &ArrayBuffer) {}

/// Takes photos that are to be tried; gives what is to be done about them.
pub fn give(runtime: &mut TeachRuntime, files: Vec<File>) -> Vec<TeachAction> {
    // The list keeps few; more would only be read and let go.
    let files = files.into_iter().take(super::KEPT);
    let new: Vec<NewTry> = files
        .map(|file| {
            let name = file.name();
            NewTry { photo: runtime.tries.take(file), name }
        })
        .collect();
    if new.is_empty() { Vec::new() } else { vec![TeachAction::Judge(Action::Try(new))] }
}

/// Takes the newest picture of the camera.
pub fn give_frame(runtime: &mut TeachRuntime, file: File) -> Vec<TeachAction> {
    vec![TeachAction::Judge(Action::Frame(runtime.tries.take(file)))]
}

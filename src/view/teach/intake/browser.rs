//! Does what the part asks of the browser.

use std::collections::HashMap;

use js_sys::{Array, ArrayBuffer};
use wasm_bindgen::JsValue;
use web_sys::{Blob, File};

use super::embedder::Embedder;
use super::{Action, Effect, FileId, Late, NewFile, example};
use crate::error::{Error, ErrorKind};
use crate::project::{Role, SampleId};
use crate::protocol::{Skipped, TeachCommand, TeachEvent};
use crate::view::browser;
use crate::view::input::Found;
use crate::view::teach::runtime::{Given, Outgoing, TeachRuntime};
use crate::view::teach::{TeachAction, keep};

/// How long embedders are kept when nothing waits any more: the next photos may be on their way.
const IDLE_MS: i32 = 5000;

/// What this part holds outside its state.
#[derive(Debug, Default)]
pub struct Hands {
    /// Files that are no samples yet.
    files: HashMap<FileId, File>,
    next_file: FileId,
    /// Entries of the open zip file that are wanted.
    unpacking: HashMap<usize, SampleId>,
    embedders: HashMap<usize, Embedder>,
    /// Answers of the main engine that concern a project that is gone.
    late: Late,
}

impl Hands {
    /// Does what an engine says concern anybody? Answers about a project that is gone, and of an embedder that was ended, do not.
    pub fn concerns(&mut self, engine: usize, event: &TeachEvent) -> bool {
        if engine != 0 {
            return self.embedders.contains_key(&engine);
        }
        match event {
            TeachEvent::Embedded { sample, .. } | TeachEvent::SampleFailed { sample, .. } => !self.late.is(*sample),
            _ => true,
        }
    }

    /// Sends a command to an embedder.
    pub fn send(&self, engine: usize, command: TeachCommand, data: Option<JsValue>) {
        if let Some(embedder) = self.embedders.get(&engine) {
            embedder.send(command, data);
        }
    }

    fn take(&mut self, file: File, path: String) -> NewFile {
        self.next_file += 1;
        let new = NewFile { file: self.next_file, path, bytes: file.size() as u64 };
        self.files.insert(self.next_file, file);
        new
    }
}

/// Does one thing; what is to be sent to the main engine comes back.
pub fn run(runtime: &mut TeachRuntime, effect: Effect) -> Option<Outgoing> {
    match effect {
        Effect::CountCores => {
            let cores = browser::window().navigator().hardware_concurrency() as usize;
            act(runtime, Action::Cores(cores.max(1)));
        }
        Effect::Keep(files) => {
            for (file, sample) in files {
                if let Some(file) = runtime.intake.files.remove(&file) {
                    runtime.vault.change(sample, |kept| kept.photo = Some(file.into()));
                }
            }
        }
        Effect::Drop(files) => files.iter().for_each(|file| drop(runtime.intake.files.remove(file))),
        Effect::OpenZip { number, file, name } => {
            let data = runtime.intake.files.get(&file)?.clone();
            return Some((0, TeachCommand::OpenZip { number, name }, Some(data.into())));
        }
        Effect::Unpack(wanted) => runtime.intake.unpacking = wanted.into_iter().collect(),
        Effect::StartEmbedder(number, card) => {
            let embedder = Embedder::start(number, *card, runtime.tell.clone());
            runtime.intake.embedders.insert(number, embedder);
        }
        Effect::EndEmbedder(number) => drop(runtime.intake.embedders.remove(&number)),
        Effect::LookAtPoolLater(number) => {
            let tell = runtime.tell.clone();
            browser::after(IDLE_MS, move || tell.emit(super::embedder::does(Action::PoolIdle(number))));
        }
        Effect::ForgetEmbeddings => runtime.vault.forget_embeddings(),
        Effect::Forget(sample) => runtime.vault.forget(sample),
        Effect::Ignore(photos) => runtime.intake.late.expect(photos),
        Effect::NothingDue => runtime.intake.late.none(),
        Effect::DrawExample => example::draw(runtime.tell.clone()),
    }
    None
}

fn act(runtime: &TeachRuntime, action: Action) {
    runtime.act(TeachAction::Intake(action));
}

/// Takes what came beside an event, before the state hears of the event.
pub fn take(runtime: &mut TeachRuntime, _engine: usize, event: &TeachEvent, data: &ArrayBuffer) {
    let TeachEvent::Unpacked { index } = event else { return };
    let Some(sample) = runtime.intake.unpacking.remove(index) else { return };
    if let Ok(photo) = Blob::new_with_buffer_source_sequence(&Array::of1(data)) {
        runtime.vault.change(sample, |kept| kept.photo = Some(photo));
    }
}

/// Takes what a person gave; gives what is to be done about it.
pub fn give(runtime: &mut TeachRuntime, given: Given) -> Vec<TeachAction> {
    let (class, role, in_folders, found) = match given {
        Given::Photos(class, files) => {
            let found = files.into_iter().map(|file| Found { path: file.name(), file });
            (class, Role::Auto, false, found.collect())
        }
        Given::Folder(found) => (None, Role::Auto, true, found),
        Given::ValidationFolder(found) => (None, Role::Validation, true, found),
        Given::Try(_) | Given::Frame(_) | Given::Project(_) => return Vec::new(),
    };
    let (mut zips, mut photos, mut others, mut actions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let none_given = found.is_empty();
    for Found { path, file } in found {
        let ends = |ending: &str| path.to_ascii_lowercase().ends_with(ending);
        if ends(".graft") {
            actions.extend(keep::browser::give(runtime, file));
        } else if ends(".zip") {
            zips.push(runtime.intake.take(file, path));
        } else if ends(".safetensors") {
            let reason = "a weight file: drop it in the place Look".to_owned();
            others.push(Skipped { path, reason });
        } else {
            photos.push(runtime.intake.take(file, path));
        }
    }
    let mut also = Vec::new();
    if !others.is_empty() {
        also.push(Action::Skipped(others));
    }
    if !zips.is_empty() {
        also.push(Action::Zips(zips, role));
    }
    // An empty folder is worth a word; one that held a zip file alone is not empty.
    if !photos.is_empty() || (none_given && in_folders) {
        also.push(if in_folders { Action::Folder(photos, role) } else { Action::Photos(class, photos) });
    } else {
        also.push(Action::Reading(None));
    }
    actions.extend(also.into_iter().map(TeachAction::Intake));
    actions
}

/// A folder that was let go could not be read; `words` are the browser's.
pub fn unreadable(words: String) -> TeachAction {
    TeachAction::Intake(Action::Failed(Error::new(
        ErrorKind::Io,
        "The folder",
        "that this page may read it",
        words,
        "Choose it with the button “Choose a folder”, or give it as a zip file.",
    )))
}

//! What belongs to Teach outside its state: the samples' files, thumbnails and embeddings, the embedding engines, files on their way.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{ArrayBuffer, Float32Array};
use web_sys::{Blob, File, Url};
use yew::Callback;

use super::{TeachAction, TeachEffect, classes, intake, judge, keep, training};
use crate::project::{ClassId, SampleId};
use crate::protocol::{TeachCommand, TeachEvent};
use crate::view::app::Msg;
use crate::view::browser;
use crate::view::input::{Found, FromWindow};
use crate::view::state::Action;

/// Files that a person gave, and what they are for.
#[derive(Debug, Clone)]
pub enum Given {
    /// Photos for a class; `None`: unsorted. Zip files of a folder of classes may be among them.
    Photos(Option<ClassId>, Vec<File>),
    /// Files of a folder whose sub-folders are the classes, or zip files of such a folder.
    Folder(Vec<Found>),
    /// The same as validation samples.
    ValidationFolder(Vec<Found>),
    /// Photos to be tried.
    Try(Vec<File>),
    /// The newest picture of the live camera, to be tried.
    Frame(File),
    /// A `.graft` file to be opened.
    Project(File),
}

/// What is kept of a sample.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// The photo.
    pub photo: Option<Blob>,
    /// Its thumbnail (JPEG).
    pub thumbnail: Option<ArrayBuffer>,
    /// The `blob:` address of the thumbnail, made when it is first shown: a browser takes milliseconds for each.
    address: Option<String>,
    /// Its embedding `[E]` by the project's backbone.
    pub embedding: Option<Float32Array>,
}

/// Everything that is kept of samples, by id. A handle: clones are the same vault.
#[derive(Debug, Clone, Default)]
pub struct Vault(Rc<RefCell<HashMap<SampleId, Kept>>>);

impl PartialEq for Vault {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Vault {
    /// The `blob:` address of a thumbnail.
    pub fn thumbnail(&self, sample: SampleId) -> Option<String> {
        let mut held = self.0.borrow_mut();
        let kept = held.get_mut(&sample)?;
        if kept.address.is_none() {
            kept.address = browser::jpeg_address(kept.thumbnail.as_ref()?).ok();
        }
        kept.address.clone()
    }

    /// The photo.
    pub fn photo(&self, sample: SampleId) -> Option<Blob> {
        self.0.borrow().get(&sample)?.photo.clone()
    }

    /// The embedding.
    pub fn embedding(&self, sample: SampleId) -> Option<Float32Array> {
        self.0.borrow().get(&sample)?.embedding.clone()
    }

    /// What is kept of a sample.
    pub fn get(&self, sample: SampleId) -> Option<Kept> {
        self.0.borrow().get(&sample).cloned()
    }

    /// Changes what is kept of a sample.
    pub fn change<T>(&self, sample: SampleId, change: impl FnOnce(&mut Kept) -> T) -> T {
        change(self.0.borrow_mut().entry(sample).or_default())
    }

    /// Keeps a thumbnail.
    pub fn keep_thumbnail(&self, sample: SampleId, jpeg: ArrayBuffer) {
        self.change(sample, |kept| {
            if let Some(old) = kept.address.take() {
                let _ = Url::revoke_object_url(&old);
            }
            kept.thumbnail = Some(jpeg);
        });
    }

    /// Lets go of a sample.
    pub fn forget(&self, sample: SampleId) {
        if let Some(Kept { address: Some(address), .. }) = self.0.borrow_mut().remove(&sample) {
            let _ = Url::revoke_object_url(&address);
        }
    }

    /// Lets go of all samples.
    pub fn clear(&self) {
        let samples: Vec<SampleId> = self.0.borrow().keys().copied().collect();
        samples.into_iter().for_each(|sample| self.forget(sample));
    }

    /// Lets go of all embeddings: they are of another backbone.
    pub fn forget_embeddings(&self) {
        self.0.borrow_mut().values_mut().for_each(|kept| kept.embedding = None);
    }
}

/// What Teach needs of the browser.
#[derive(Debug)]
pub struct TeachRuntime {
    /// Says what happens.
    pub tell: Callback<Msg>,
    /// What is kept of samples.
    pub vault: Vault,
    /// Files that came in, and the engines that only embed.
    pub intake: intake::browser::Hands,
    /// The head in use, as it is kept (safetensors).
    pub head: Option<ArrayBuffer>,
    /// The head of the run that ended last; whether it comes into use is not known here.
    pub trained: Option<ArrayBuffer>,
    /// Storage, and files on their way.
    pub keep: keep::browser::Keeping,
    /// Files and thumbnails of photos that are tried.
    pub tries: judge::browser::TriedFiles,
}

/// A message for an engine: which, the command, what travels beside it.
pub type Outgoing = (usize, TeachCommand, Option<wasm_bindgen::JsValue>);

impl TeachRuntime {
    /// A runtime that tells what happens.
    pub fn new(tell: Callback<Msg>) -> Self {
        let (intake, keep, tries) = Default::default();
        Self { tell, vault: Vault::default(), intake, head: None, trained: None, keep, tries }
    }

    /// Another project's photos, thumbnails and embeddings take the place of those of the one before.
    pub fn use_vault(&mut self, vault: Vault) {
        std::mem::replace(&mut self.vault, vault).clear();
    }

    /// Says that something happened.
    pub fn act(&self, action: TeachAction) {
        self.tell.emit(Msg::Do(Action::Teach(action)));
    }

    /// Takes files that a person gave; gives what is to be done about them.
    pub fn give(&mut self, given: Given) -> Vec<Action> {
        match given {
            Given::Try(files) => judge::browser::give(self, files),
            Given::Frame(file) => judge::browser::give_frame(self, file),
            Given::Project(file) => keep::browser::give(self, file),
            given => intake::browser::give(self, given),
        }
        .into_iter()
        .map(Action::Teach)
        .collect()
    }

    /// Takes what came from the window while a person is in this place; gives what is to be done about it.
    pub fn from_window(&mut self, from: FromWindow) -> Vec<Action> {
        match from {
            FromWindow::Files(files, class) => self.give(Given::Photos(class, files)),
            FromWindow::Folders(found, unread) => {
                let mut actions = self.give(Given::Folder(found));
                if !unread.is_empty() {
                    actions.push(Action::Teach(TeachAction::Intake(intake::Action::Skipped(unread))));
                }
                actions
            }
            FromWindow::Reading(count) => {
                vec![Action::Teach(TeachAction::Intake(intake::Action::Reading(Some(count))))]
            }
            FromWindow::Unreadable(words) => vec![Action::Teach(intake::browser::unreadable(words))],
            FromWindow::Over(_) => Vec::new(),
        }
    }

    /// What an engine said: takes what came beside it to where it belongs, and gives the action that says so; `None` if it concerns nobody
    /// any more.
    pub fn heard(&mut self, engine: usize, event: TeachEvent, data: Option<ArrayBuffer>) -> Option<TeachAction> {
        if !self.intake.concerns(engine, &event) {
            return None;
        }
        let mut numbers = None;
        if let Some(data) = data {
            match &event {
                TeachEvent::Embedded { sample, length, .. } => self.keep_embedded(*sample, *length, &data),
                TeachEvent::Evaluated { .. } => numbers = Some(Float32Array::new(&data).to_vec().into()),
                TeachEvent::Trained { .. } => self.trained = Some(data.clone()),
                _ => {}
            }
            intake::browser::take(self, engine, &event, &data);
            classes::browser::take(self, engine, &event, &data);
            training::browser::take(self, engine, &event, &data);
            judge::browser::take(self, engine, &event, &data);
            keep::browser::take(self, engine, &event, &data);
        }
        Some(TeachAction::Engine { engine, event: Box::new(event), numbers })
    }

    fn keep_embedded(&mut self, sample: SampleId, length: usize, data: &ArrayBuffer) {
        // It may have been removed for good meanwhile.
        if self.vault.photo(sample).is_none() {
            return;
        }
        let bytes = u32::try_from(length * size_of::<f32>()).unwrap_or(u32::MAX);
        // A copy of its own, so that the thumbnail's bytes go.
        let embedding = Float32Array::new(&data.slice_with_end(0, bytes));
        self.vault.change(sample, |kept| kept.embedding = Some(embedding));
        self.vault.keep_thumbnail(sample, data.slice(bytes));
    }

    /// Does one thing; what is to be sent to the main engine comes back.
    pub fn run(&mut self, effect: TeachEffect) -> Option<Outgoing> {
        let (engine, command, data) = self.outgoing(effect)?;
        if engine == 0 {
            return Some((engine, command, data));
        }
        self.intake.send(engine, command, data);
        None
    }

    fn outgoing(&mut self, effect: TeachEffect) -> Option<Outgoing> {
        match effect {
            TeachEffect::Send(engine, command) => {
                let data =
                    matches!(command, TeachCommand::LoadHead).then(|| self.head.as_ref().map(|head| head.slice(0)));
                return Some((engine, command, data.flatten().map(Into::into)));
            }
            TeachEffect::SendPhoto(engine, sample, command) => {
                let Some(photo) = self.vault.photo(sample) else {
                    self.act(TeachAction::Intake(intake::Action::PhotoGone(engine, sample)));
                    return None;
                };
                return Some((engine, command, Some(photo.into())));
            }
            TeachEffect::SendEmbeddings(samples) => return self.embeddings(samples),
            // The outer runtime's, as it is no command of Teach.
            TeachEffect::TryPhoto { .. } => {}
            TeachEffect::Intake(effect) => return intake::browser::run(self, effect),
            TeachEffect::Classes(effect) => classes::browser::run(self, effect),
            TeachEffect::Training(effect) => return training::browser::run(self, effect),
            TeachEffect::Judge(effect) => judge::browser::run(self, effect),
            TeachEffect::Keep(effect) => return keep::browser::run(self, effect),
        }
        None
    }

    /// All embeddings that are kept for these samples, in one buffer.
    fn embeddings(&self, samples: Vec<SampleId>) -> Option<Outgoing> {
        let held: Vec<(SampleId, Float32Array)> =
            samples.into_iter().filter_map(|sample| Some((sample, self.vault.embedding(sample)?))).collect();
        let length = held.first()?.1.length();
        let held: Vec<_> = held.into_iter().filter(|(_, row)| row.length() == length).collect();
        let all = Float32Array::new_with_length(length * u32::try_from(held.len()).unwrap_or(0));
        let mut at = 0;
        for (_, row) in &held {
            all.set(row, at);
            at += length;
        }
        let samples = held.into_iter().map(|(sample, _)| sample).collect();
        Some((0, TeachCommand::SetEmbeddings { samples }, Some(all.buffer().into())))
    }
}

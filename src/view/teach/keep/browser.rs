//! Does what the part asks of the browser.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Date, Float32Array, Reflect, Uint8Array};
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, File, IdbDatabase, StorageEstimate, StorageManager};
use yew::Callback;

use super::lock::{self, Release};
use super::store::{Belongings, Failure, Shelf, Unreadable};
use super::transit::Transit;
use super::{Action, Effect, Found, Room, Stored, Written, database, thumbnails};
use crate::error::{Error, ErrorKind};
use crate::project::{FORMAT_VERSION, Project, SampleId};
use crate::protocol::{TeachCommand, TeachEvent};
use crate::view::app::Msg;
use crate::view::teach::TeachAction;
use crate::view::teach::runtime::{Outgoing, TeachRuntime, Vault};
use crate::view::{browser, format, state};

/// Where it stands that a person wants nothing kept.
const SWITCH: &str = "graft.keep";
const OFF: &str = "off";
/// Photos from which on the browser is asked not to clear this page's storage when room gets short.
const WORTH_KEEPING: usize = 20;

/// What this part needs of the browser.
#[derive(Debug, Default)]
pub struct Keeping {
    shelf: Rc<Shelf>,
    /// What was read from storage, until the page takes it or does not.
    read: Rc<RefCell<Option<Belongings>>>,
    transit: Transit,
    /// Gives back the right to keep the project, if this tab has it.
    release: Rc<RefCell<Option<Release>>>,
    /// Was the browser asked to hold on to this page's storage?
    asked: Cell<bool>,
}

/// Says what happened.
#[derive(Clone)]
struct Tell(Callback<Msg>);

impl Tell {
    fn act(&self, action: Action) {
        self.0.emit(Msg::Do(state::Action::Teach(TeachAction::Keep(action))));
    }
}

/// Does one thing; what is to be sent to the main engine comes back.
pub fn run(runtime: &mut TeachRuntime, effect: Effect) -> Option<Outgoing> {
    let tell = Tell(runtime.tell.clone());
    let keeping = &runtime.keep;
    match effect {
        Effect::Open { steal } => open(keeping, tell, steal),
        Effect::TakeStored => {
            if let Some(Belongings { vault, head }) = keeping.read.take() {
                runtime.use_vault(vault);
                runtime.head = head;
            }
        }
        Effect::LeaveStored => {
            keeping.read.take();
            give_back(keeping.release.take());
        }
        Effect::Supersede => {
            keeping.read.take();
            keeping.shelf.turn();
        }
        Effect::Later(ms) => browser::after(ms as i32, move || tell.act(Action::Due)),
        Effect::Save { project, page } => {
            if project.samples.len() >= WORTH_KEEPING && !keeping.asked.replace(true) {
                ask_to_persist();
            }
            save(keeping, runtime.vault.clone(), runtime.head.clone(), project, page, tell);
        }
        Effect::Remember(on) => browser::remember(SWITCH, if on { "on" } else { OFF }),
        Effect::Erase => erase(keeping, tell),
        Effect::ForgetAll => {
            runtime.use_vault(Vault::default());
            runtime.head = None;
        }
        Effect::Measure => spawn_local(async move {
            if let Some(room) = room().await {
                tell.act(Action::Room(room));
            }
        }),
        Effect::PackPhoto(sample) => match runtime.vault.photo(sample) {
            Some(photo) => return Some((0, TeachCommand::PackPhoto { sample }, Some(photo.into()))),
            None => tell.act(Action::NoPhoto(sample)),
        },
        Effect::Download(name) => {
            let parts: Array = keeping.transit.parts.borrow().iter().collect();
            let saved = blob(&parts, "application/zip").and_then(|file| browser::save_blob(&name, &file));
            if let Err(thrown) = saved {
                tell.act(Action::Failed(not_saved(&name, &thrown)));
            }
        }
        Effect::DropParts => keeping.transit.clear(),
        Effect::SendFile(command) => {
            let file = keeping.transit.send(&command)?;
            return Some((0, command, Some(file.into())));
        }
        Effect::Replace { photos, embedded, head_bytes } => replace(runtime, &photos, &embedded, head_bytes),
        Effect::MakeThumbnails(samples) => thumbnails::make(runtime.vault.clone(), samples, move || {
            tell.act(Action::Thumbnails);
        }),
        Effect::Choose { name, gently } => {
            if !(gently && browser::parameter("backbone").is_some()) {
                tell.0.emit(Msg::Do(state::Action::Choose(name)));
            }
        }
    }
    None
}

/// Takes what came beside an event, before the state hears of the event.
pub fn take(runtime: &mut TeachRuntime, _engine: usize, event: &TeachEvent, data: &ArrayBuffer) {
    let transit = &runtime.keep.transit;
    match event {
        TeachEvent::Packed { .. } => transit.parts.borrow_mut().extend(bytes_blob(data, "")),
        TeachEvent::GraftOpened { number, .. } if transit.awaits(*number) => {
            *transit.opened.borrow_mut() = Some(data.clone());
        }
        // Photos of a zip file come by the same event, and are not for this part.
        TeachEvent::Unpacked { index } if transit.opened.borrow().is_some() => {
            if let Some(photo) = bytes_blob(data, "") {
                transit.photos.borrow_mut().insert(*index, photo);
            }
        }
        TeachEvent::File { name } => {
            let saved = bytes_blob(data, "application/octet-stream")
                .ok_or_else(|| JsValue::from("no memory"))
                .and_then(|file| browser::save_blob(name, &file));
            if let Err(thrown) = saved {
                Tell(runtime.tell.clone()).act(Action::Failed(not_saved(name, &thrown)));
            }
        }
        _ => {}
    }
}

/// Takes a file that a person gave; gives what is to be done about it.
pub fn give(runtime: &mut TeachRuntime, file: File) -> Vec<TeachAction> {
    let name = file.name();
    *runtime.keep.transit.file.borrow_mut() = Some(file);
    vec![TeachAction::Keep(Action::Open(name))]
}

fn open(keeping: &Keeping, tell: Tell, steal: bool) {
    if browser::remembered(SWITCH).as_deref() == Some(OFF) {
        return tell.act(Action::Opened(Found::Off));
    }
    let (shelf, arrived, release) = (keeping.shelf.clone(), keeping.read.clone(), keeping.release.clone());
    spawn_local(async move {
        let lost = {
            let (tell, release, shelf) = (tell.clone(), release.clone(), shelf.clone());
            move || {
                release.take();
                shelf.turn(); // a write under way ends
                tell.act(Action::Taken);
            }
        };
        let mine = release.borrow().is_some();
        if !mine {
            let Some(lock) = lock::take(steal, lost).await else { return tell.act(Action::Opened(Found::Elsewhere)) };
            *release.borrow_mut() = Some(lock);
        }
        let progress = |done, total| tell.act(Action::Read(done, total));
        let found = match read(&shelf, progress).await {
            // Another tab took it meanwhile.
            _ if release.borrow().is_none() => Found::Elsewhere,
            Ok(None) => Found::Here(None),
            Ok(Some((stored, belongings))) => {
                *arrived.borrow_mut() = Some(belongings);
                Found::Here(Some(Box::new(stored)))
            }
            Err(Unreadable::Thrown(thrown)) => Found::Denied(denied(&thrown)),
            Err(Unreadable::Newer(version)) => Found::Denied(Error::new(
                ErrorKind::Io,
                "The project in this browser",
                format!("version {FORMAT_VERSION} or earlier"),
                format!("version {version}, of a newer Graft"),
                "It stays as it is; what you do now is not kept. Reload the page without its cache for the newer Graft.",
            )),
            Err(Unreadable::Damaged(why)) => Found::Denied(Error::new(
                ErrorKind::Io,
                "The project in this browser",
                "what this page wrote",
                why,
                "It stays as it is; what you do now is not kept. “Delete everything” in the menu begins anew.",
            )),
        };
        tell.act(Action::Opened(found));
    });
}

async fn read(shelf: &Shelf, progress: impl Fn(usize, usize)) -> Result<Option<(Stored, Belongings)>, Unreadable> {
    let database = connection(shelf).await?;
    shelf.read(&database, progress).await
}

/// Lets other tabs keep the project.
fn give_back(release: Option<Release>) {
    if let Some(release) = release {
        let _ = release.call0(&JsValue::NULL);
    }
}

/// The database, opened where it is not.
async fn connection(shelf: &Shelf) -> Result<IdbDatabase, JsValue> {
    if let Some(database) = &*shelf.database.borrow() {
        return Ok(database.clone());
    }
    let database = database::open().await?;
    *shelf.database.borrow_mut() = Some(database.clone());
    Ok(database)
}

fn save(keeping: &Keeping, vault: Vault, head: Option<ArrayBuffer>, project: Rc<Project>, page: Value, tell: Tell) {
    let shelf = keeping.shelf.clone();
    spawn_local(async move {
        let began = browser::now_ms();
        let outcome = match connection(&shelf).await {
            Ok(database) => shelf.write(&database, &vault, &project, &page, head).await,
            Err(thrown) => Err(thrown.into()),
        };
        let took_ms = browser::now_ms() - began;
        let result = match outcome {
            Ok(unreadable) => Ok(Written { at: time_of_day(), unreadable }),
            Err(Failure::Superseded) => Ok(Written { at: time_of_day(), unreadable: Vec::new() }),
            Err(Failure::Conflict) => return tell.act(Action::Taken),
            Err(Failure::Thrown(thrown)) => {
                // Whatever is wrong with this connection, the next try gets another.
                if let Some(database) = shelf.database.take() {
                    database.close();
                }
                Err(not_kept(&thrown).await)
            }
        };
        tell.act(Action::Wrote(result, took_ms));
    });
}

fn erase(keeping: &Keeping, tell: Tell) {
    let shelf = &keeping.shelf;
    let off = browser::remembered(SWITCH).as_deref() == Some(OFF);
    // Without a project to keep there is nothing to keep from other tabs.
    if off {
        give_back(keeping.release.take());
    }
    shelf.emptied();
    if let Some(database) = shelf.database.take() {
        database.close();
    }
    spawn_local(async move {
        let refused = |thrown: JsValue| {
            Error::new(
                ErrorKind::Io,
                "The project in this browser",
                "that it can be deleted",
                browser::words(&thrown),
                "Delete this page's data in the browser's settings.",
            )
        };
        tell.act(Action::Erased(database::delete().await.map_err(refused)));
    });
}

fn replace(runtime: &mut TeachRuntime, photos: &[(SampleId, usize)], embedded: &[SampleId], head_bytes: usize) {
    let vault = Vault::default();
    let mut arrived = runtime.keep.transit.photos.take();
    for (sample, index) in photos {
        if let Some(photo) = arrived.remove(index) {
            vault.change(*sample, |kept| kept.photo = Some(photo));
        }
    }
    runtime.keep.shelf.turn();
    runtime.use_vault(vault);
    runtime.head = None;
    let Some(data) = runtime.keep.transit.opened.take() else { return };
    let head = u32::try_from(head_bytes).unwrap_or(0).min(data.byte_length());
    let numbers = data.byte_length() - head;
    if head > 0 {
        runtime.head = Some(data.slice_with_end(numbers, data.byte_length()));
    }
    let samples = u32::try_from(embedded.len()).unwrap_or(0);
    if samples > 0 && numbers % (samples * 4) == 0 {
        let row = numbers / samples;
        for (place, sample) in (0_u32..).zip(embedded) {
            let values = Float32Array::new(&data.slice_with_end(place * row, (place + 1) * row));
            runtime.vault.change(*sample, |kept| kept.embedding = Some(values));
        }
    }
}

fn bytes_blob(data: &ArrayBuffer, kind: &str) -> Option<Blob> {
    blob(&Array::of1(&Uint8Array::new(data)), kind).ok()
}

fn blob(parts: &Array, kind: &str) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    Blob::new_with_blob_sequence_and_options(parts, &options)
}

/// `navigator.storage`, which a page over plain http has not, though the type says it is there.
fn manager() -> Option<StorageManager> {
    Reflect::get(&browser::window().navigator(), &"storage".into()).ok()?.dyn_into().ok()
}

fn ask_to_persist() {
    if let Some(Ok(asked)) = manager().map(|manager| manager.persist()) {
        spawn_local(async move { drop(JsFuture::from(asked).await) }); // a no changes nothing here
    }
}

async fn room() -> Option<Room> {
    let estimate: StorageEstimate = JsFuture::from(manager()?.estimate().ok()?).await.ok()?.unchecked_into();
    let number = |name: &str| Reflect::get(&estimate, &name.into()).ok()?.as_f64();
    Some(Room { used: number("usage")? as u64, quota: number("quota")? as u64 })
}

/// Hours and minutes, here and now.
fn time_of_day() -> String {
    let now = Date::new_0();
    format!("{:02}:{:02}", now.get_hours(), now.get_minutes())
}

fn denied(thrown: &JsValue) -> Error {
    Error::new(
        ErrorKind::Io,
        "Keeping the project",
        "a browser that stores it",
        format!("“{}”", browser::words(thrown).trim_end_matches('.')),
        "This browser keeps nothing here. Everything works, but is gone when the tab is closed: save the project as a .graft file before \
         that. A private window, or a setting that blocks cookies and site data, may be the reason.",
    )
}

async fn not_kept(thrown: &JsValue) -> Error {
    if !database::is_full(thrown) {
        return Error::new(
            ErrorKind::Io,
            "Keeping the project",
            "that this browser can write it",
            browser::words(thrown),
            "Nothing is lost while this tab is open, and it is tried again by itself. To be safe, save the project as a .graft file.",
        );
    }
    let found = match room().await {
        Some(Room { used, quota }) => {
            format!("that {} of the {} for this page are used", format::bytes(used), format::bytes(quota))
        }
        None => "that there is none left".to_owned(),
    };
    Error::new(
        ErrorKind::Io,
        "This browser's storage",
        "room for the project",
        found,
        "Nothing is lost while this tab is open, and it is tried again by itself. Save the project as a .graft file, delete photos that are not \
         needed, or make room on the disk.",
    )
}

fn not_saved(name: &str, thrown: &JsValue) -> Error {
    let cure = "Try again, or allow downloads for this page.";
    Error::new(ErrorKind::Io, name, "that this page may save a file", browser::words(thrown), cure)
}

//! Files from everywhere in the window: dropped, with folders as deep as they go, and pasted.

mod folders;

use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::{ClipboardEvent, DragEvent, Element, Event, File, FileList, FilePropertyBag, FileSystemEntry};
use yew::Callback;

use super::browser;
use super::skip::skip_reason;
use crate::project::ClassId;
use crate::protocol::Skipped;

/// An element with this attribute, a class's id, takes what is dropped on it, or pasted while it has the focus, for that class.
pub const DROP_CLASS: &str = "data-drop-class";

/// A file of a folder.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its path from the folder that was given, that folder included, `/` between; the name alone for a file that is in none.
    pub path: String,
    /// The file.
    pub file: File,
}

/// What comes from the window.
#[derive(Debug)]
pub enum FromWindow {
    /// Files are held over the window, or no more.
    Over(bool),
    /// Files were let go, or pasted; on the card of a class or elsewhere.
    Files(Vec<File>, Option<ClassId>),
    /// Folders were let go, and perhaps files; so many files were found so far.
    Reading(usize),
    /// All that was found in folders that were let go, and what of it cannot be read.
    Folders(Vec<Found>, Vec<Skipped>),
    /// A folder could not be read; the browser's words.
    Unreadable(String),
}

/// The files of a list.
pub fn files(list: Option<FileList>) -> Vec<File> {
    list.map(|list| (0..list.length()).filter_map(|place| list.item(place)).collect()).unwrap_or_default()
}

/// The files that the program before this one handed over.
pub fn handed() -> Vec<File> {
    browser::handed().iter().filter_map(|file| file.dyn_into().ok()).collect()
}

#[cfg(feature = "teach")]
/// The files of an input, with their paths where it is one for folders.
pub fn found(list: Option<FileList>) -> Vec<Found> {
    let path =
        |file: &File| js_sys::Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
    let found = files(list)
        .into_iter()
        .map(|file| Found { path: path(&file).filter(|path| !path.is_empty()).unwrap_or_else(|| file.name()), file });
    found.collect()
}

/// The photos of a folder, for a place that knows no classes, and what is none.
pub fn photos_of(found: Vec<Found>) -> (Vec<File>, Vec<Skipped>) {
    let (mut photos, mut left_out) = (Vec::new(), Vec::new());
    for Found { path, file } in found {
        match skip_reason(&path) {
            None => photos.push(file),
            Some(reason) => left_out.push(Skipped { path, reason: reason.to_owned() }),
        }
    }
    (photos, left_out)
}

/// Listens to the window for as long as the page lives.
pub fn listen(tell: &Callback<FromWindow>) {
    on("dragover", tell, |event: &DragEvent, tell| {
        if carries_files(event) {
            event.prevent_default(); // else the browser would open the file
            over(true, tell);
        }
    });
    on("dragleave", tell, |event: &DragEvent, tell| {
        // Within the page the pointer only goes from one element to another.
        if event.related_target().is_none() {
            over(false, tell);
        }
    });
    on("drop", tell, |event: &DragEvent, tell| {
        if carries_files(event) {
            over(false, tell);
            if !taken(event) {
                event.prevent_default();
                dropped(event, tell);
            }
        }
    });
    let count = std::cell::Cell::new(0);
    on("paste", tell, move |event: &ClipboardEvent, tell| {
        let pasted = files(event.clipboard_data().and_then(|data| data.files()));
        if pasted.is_empty() || taken(event) {
            return;
        }
        event.prevent_default();
        let named = pasted.into_iter().map(|file| {
            count.set(count.get() + 1);
            // Every picture in the clipboard is called image.png.
            if file.name() == "image.png" { renamed(&file, &format!("pasted {}.png", count.get())) } else { file }
        });
        tell.emit(FromWindow::Files(named.collect(), class_under(event)));
    });
}

/// Has an element taken the files for itself? It says so by preventing the default.
fn taken(event: &Event) -> bool {
    event.default_prevented()
}

/// Files are held over the window, or no more: styles know it by an attribute.
fn over(over: bool, tell: &Callback<FromWindow>) {
    if let Some(root) = browser::window().document().and_then(|document| document.document_element()) {
        let _ = root.toggle_attribute_with_force("data-files-over", over);
    }
    tell.emit(FromWindow::Over(over));
}

fn dropped(event: &DragEvent, tell: &Callback<FromWindow>) {
    let Some(data) = event.data_transfer() else { return };
    // The browser takes them back when this event is over, so that all are taken now.
    let items = data.items();
    let entries: Vec<FileSystemEntry> =
        (0..items.length()).filter_map(|place| items.get(place)?.webkit_get_as_entry().ok().flatten()).collect();
    if entries.iter().any(FileSystemEntry::is_directory) {
        folders::read(entries, tell.clone());
    } else {
        tell.emit(FromWindow::Files(files(data.files()), class_under(event)));
    }
}

/// The class on whose card the files were let go, or that has the focus.
fn class_under(event: &Event) -> Option<ClassId> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest(&format!("[{DROP_CLASS}]")).ok()??.get_attribute(DROP_CLASS)?.parse().ok()
}

/// Are files held? Not a thumbnail that is dragged within the page: browsers offer any picture as a file, too.
pub fn carries_files(event: &DragEvent) -> bool {
    let Some(data) = event.data_transfer() else { return false };
    let kinds: Vec<String> = data.types().iter().filter_map(|kind| JsString::from(kind).as_string()).collect();
    let ours = |kind: &String| kind.starts_with("application/x-graft") || kind == "text/html";
    kinds.iter().any(|kind| kind == "Files") && !kinds.iter().any(ours)
}

fn renamed(file: &File, name: &str) -> File {
    let options = FilePropertyBag::new();
    options.set_type(&file.type_());
    let parts = js_sys::Array::of1(file);
    File::new_with_blob_sequence_and_options(&parts, name, &options).unwrap_or_else(|_| file.clone())
}

fn on<E: JsCast>(name: &str, tell: &Callback<FromWindow>, act: impl Fn(&E, &Callback<FromWindow>) + 'static) {
    let tell = tell.clone();
    let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| act(event.unchecked_ref(), &tell));
    let _ = browser::window().add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    listener.forget(); // as long as the page
}

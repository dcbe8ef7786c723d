//! Files from everywhere in the window: dropped, pasted.

use wasm_bindgen::prelude::*;
use web_sys::{ClipboardEvent, DragEvent, Event, File, FileList, FilePropertyBag};
use yew::Callback;

use super::browser;

/// What comes from the window.
#[derive(Debug)]
pub enum FromWindow {
    /// Files are held over the window, or no more.
    Over(bool),
    /// Files were let go, or pasted.
    Files(Vec<File>),
}

/// The files of a list.
pub fn files(list: Option<FileList>) -> Vec<File> {
    list.map(|list| (0..list.length()).filter_map(|place| list.item(place)).collect()).unwrap_or_default()
}

/// Listens to the window for as long as the page lives.
pub fn listen(tell: &Callback<FromWindow>) {
    on("dragover", tell, |event: &DragEvent, tell| {
        if carries_files(event) {
            event.prevent_default(); // else the browser would open the file
            tell.emit(FromWindow::Over(true));
        }
    });
    on("dragleave", tell, |event: &DragEvent, tell| {
        // Within the page the pointer only goes from one element to another.
        if event.related_target().is_none() {
            tell.emit(FromWindow::Over(false));
        }
    });
    on("drop", tell, |event: &DragEvent, tell| {
        if carries_files(event) {
            tell.emit(FromWindow::Over(false));
            if !taken(event) {
                event.prevent_default();
                tell.emit(FromWindow::Files(files(event.data_transfer().and_then(|data| data.files()))));
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
        tell.emit(FromWindow::Files(named.collect()));
    });
}

/// Has an element taken the files for itself? It says so by preventing the default.
fn taken(event: &Event) -> bool {
    event.default_prevented()
}

/// Are files held?
pub(super) fn carries_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().iter().any(|kind| kind == "Files"))
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

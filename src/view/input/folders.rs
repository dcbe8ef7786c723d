//! Folders that were let go over the page, read as deep as they go.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry, FileSystemFileEntry};
use yew::Callback;

use super::{Found, FromWindow};
use crate::protocol::Skipped;
use crate::view::browser;

/// Reads files and folders, and tells what was found: how many on the way, all in the end.
pub fn read(entries: Vec<FileSystemEntry>, tell: Callback<FromWindow>) {
    spawn_local(async move {
        tell.emit(FromWindow::Reading(0));
        tell.emit(match all(entries, &tell).await {
            Ok((found, unread)) => FromWindow::Folders(found, unread),
            Err(thrown) => FromWindow::Unreadable(browser::words(&thrown)),
        });
    });
}

/// Not recursive: a list of what is still to be looked into is as deep as any folder.
async fn all(
    entries: Vec<FileSystemEntry>,
    tell: &Callback<FromWindow>,
) -> Result<(Vec<Found>, Vec<Skipped>), JsValue> {
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    let mut open = vec![entries];
    while let Some(entries) = open.pop() {
        let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(FileSystemEntry::is_directory);
        files_of(&files, &mut found, &mut unread).await?;
        tell.emit(FromWindow::Reading(found.len()));
        for folder in folders {
            let path = path_of(&folder);
            let reader = folder.unchecked_into::<FileSystemDirectoryEntry>().create_reader();
            // A reader gives a hundred at a time, and nothing when there are no more.
            loop {
                let part: Array = match JsFuture::from(some_entries(&reader)).await {
                    Ok(part) => part.unchecked_into(),
                    // One that may not be read is no reason to do without the others.
                    Err(thrown) => {
                        unread.push(unreadable(path, &thrown));
                        break;
                    }
                };
                if part.length() == 0 {
                    break;
                }
                open.push(part.iter().map(JsCast::unchecked_into).collect());
            }
        }
    }
    Ok((found, unread))
}

async fn files_of(
    entries: &[FileSystemEntry],
    found: &mut Vec<Found>,
    unread: &mut Vec<Skipped>,
) -> Result<(), JsValue> {
    let files = Array::new();
    for entry in entries {
        files.push(&file_of(entry.unchecked_ref()));
    }
    let files: Array = JsFuture::from(Promise::all_settled(&files)).await?.unchecked_into();
    for (entry, settled) in entries.iter().zip(files.iter()) {
        let path = path_of(entry);
        let field = |name: &str| Reflect::get(&settled, &name.into()).unwrap_or(JsValue::UNDEFINED);
        match field("value").dyn_into::<File>() {
            Ok(file) => found.push(Found { path, file }),
            Err(_) => unread.push(unreadable(path, &field("reason"))),
        }
    }
    Ok(())
}

/// From the folder that was let go, without a slash before it.
fn path_of(entry: &FileSystemEntry) -> String {
    entry.full_path().trim_start_matches('/').to_owned()
}

fn unreadable(path: String, thrown: &JsValue) -> Skipped {
    Skipped { path, reason: format!("it cannot be read: {}", browser::words(thrown)) }
}

fn file_of(entry: &FileSystemFileEntry) -> Promise {
    Promise::new(&mut |resolve: Function, reject: Function| {
        entry.file_with_callback_and_callback(&resolve, &reject);
    })
}

fn some_entries(reader: &FileSystemDirectoryReader) -> Promise {
    Promise::new(&mut |resolve: Function, reject: Function| {
        if let Err(thrown) = reader.read_entries_with_callback_and_callback(&resolve, &reject) {
            let _ = reject.call1(&JsValue::NULL, &thrown);
        }
    })
}

//! Folders that were let go over the page, read as deep as they go.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry, FileSystemFileEntry};
use yew::Callback;

use super::{Found, FromWindow};
use crate::view::browser;

/// Reads files and folders, and tells what was found: how many on the way, all in the end.
pub fn read(entries: Vec<FileSystemEntry>, tell: Callback<FromWindow>) {
    spawn_local(async move {
        tell.emit(FromWindow::Reading(0));
        tell.emit(match all(entries, &tell).await {
            Ok(found) => FromWindow::Folders(found),
            Err(thrown) => FromWindow::Unreadable(browser::words(&thrown)),
        });
    });
}

/// Not recursive: a list of what is still to be looked into is as deep as any folder.
async fn all(entries: Vec<FileSystemEntry>, tell: &Callback<FromWindow>) -> Result<Vec<Found>, JsValue> {
    let mut found = Vec::new();
    let mut open = vec![entries];
    while let Some(entries) = open.pop() {
        let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(FileSystemEntry::is_directory);
        found.extend(files_of(files).await?);
        tell.emit(FromWindow::Reading(found.len()));
        for folder in folders {
            let reader = folder.unchecked_into::<FileSystemDirectoryEntry>().create_reader();
            // A reader gives a hundred at a time, and nothing when there are no more.
            loop {
                let part: Array = JsFuture::from(some_entries(&reader)).await?.unchecked_into();
                if part.length() == 0 {
                    break;
                }
                open.push(part.iter().map(JsCast::unchecked_into).collect());
            }
        }
    }
    Ok(found)
}

async fn files_of(entries: Vec<FileSystemEntry>) -> Result<Vec<Found>, JsValue> {
    let files = Array::new();
    for entry in &entries {
        files.push(&file_of(entry.unchecked_ref()));
    }
    let files: Array = JsFuture::from(Promise::all(&files)).await?.unchecked_into();
    let found = entries.iter().zip(files.iter()).map(|(entry, file)| Found {
        path: entry.full_path().trim_start_matches('/').to_owned(),
        file: file.unchecked_into(),
    });
    Ok(found.collect())
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

//! Brings weight files and the list of them to the page: from the browser's cache, the server, or a person's disk.
//!
//! The cache is the browser's Cache API, which a page over plain http has not; there the HTTP cache does what it can. A weight file's name
//! holds its checksum, so what is kept under a name never grows old; the list is kept for when the network is away.

use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob, Cache, CacheStorage, File, Request, RequestInit, Response};

use crate::error::{Error, ErrorKind, Result};
use crate::protocol::BackboneCard;

use super::browser;
use super::json;
use super::networks::Fetching;

const CACHE: &str = "graft-models-1";
const LIST: &str = "models/index.json";
/// A server that sends nothing for so long is not waited for.
const STALLED_MS: i32 = 30_000;

/// A weight file that is here.
#[derive(Debug)]
pub struct Arrived {
    /// Its bytes.
    pub bytes: ArrayBuffer,
    /// Are they the browser's copy?
    pub cached: bool,
}

/// The list of networks; the copy of an earlier visit where the server cannot be reached.
pub async fn list() -> Result<Vec<BackboneCard>> {
    let cache = open_cache().await;
    let text = match fetch_text(LIST).await {
        Ok(text) => text,
        Err(error) => match kept_text(cache.as_ref(), LIST).await {
            Some(text) => text,
            None => return Err(error),
        },
    };
    let cards = json::read(&text).map_err(|error| {
        let found = if text.trim_start().starts_with('<') { "a web page".to_owned() } else { error.to_string() };
        let cure = "Whoever serves this page: run `make build`, which writes the list, and serve dist/ as it is.";
        Error::new(ErrorKind::Registry, LIST, "the list of networks", found, cure)
    })?;
    if let (Some(cache), Ok(copy)) = (cache, Response::new_with_opt_str(Some(&text))) {
        let _ = JsFuture::from(cache.put_with_str(&browser::address(LIST), &copy)).await; // no room: then it is not kept
    }
    Ok(cards)
}

/// A text beside the page.
pub async fn fetch_text(name: &str) -> Result<String> {
    let lost = |thrown: JsValue| unreachable(name, &thrown);
    let response = get(name, None, false).await?;
    let text = JsFuture::from(response.text().map_err(lost)?).await.map_err(lost)?;
    Ok(text.as_string().unwrap_or_default())
}

/// A photo beside the page, as a file.
pub async fn fetch_file(name: &str, title: &str) -> Result<File> {
    let lost = |thrown: JsValue| unreachable(name, &thrown);
    let response = get(name, None, false).await?;
    let blob = JsFuture::from(response.blob().map_err(lost)?).await.map_err(lost)?;
    let options = web_sys::FilePropertyBag::new();
    options.set_last_modified(0.0); // the same sample twice is the same file
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), title, &options).map_err(lost)
}

/// A weight file: a person's own, the browser's copy, or the server's. `progress` is told bytes here and bytes in all.
pub async fn fetch(
    wanted: &Fetching,
    own: Option<File>,
    signal: &AbortSignal,
    progress: impl Fn(u64, u64),
) -> Result<Arrived> {
    if let Some(file) = own {
        let read = JsFuture::from(file.array_buffer()).await.map_err(|thrown| unreadable(&wanted.file, &thrown))?;
        return Ok(Arrived { bytes: read.unchecked_into(), cached: false });
    }
    let name = format!("models/{}", wanted.file);
    let cache = open_cache().await;
    let kept = if wanted.past_cache { None } else { kept_response(cache.as_ref(), &name).await };
    let cached = kept.is_some();
    let mut response = match kept {
        Some(kept) => kept,
        None => get(&name, Some(signal), wanted.past_cache).await?,
    };
    // Compiling the engine's program takes most memory of all that the page does; what nobody can use before is not added to it.
    let _ = JsFuture::from(compiled()).await; // it is only ever resolved
    if cached {
        if let Some(bytes) = bytes_of(&response).await {
            return Ok(Arrived { bytes, cached });
        }
        response = get(&name, Some(signal), wanted.past_cache).await?;
    }
    let bytes = read(&name, &response, wanted.total, progress).await?;
    // A blob lies with the browser rather than in the page's memory.
    let copy = Blob::new_with_buffer_source_sequence(&Array::of1(&bytes));
    if let (Some(cache), Ok(copy)) = (cache, copy.and_then(|copy| Response::new_with_opt_blob(Some(&copy)))) {
        let _ = JsFuture::from(cache.put_with_str(&browser::address(&name), &copy)).await; // no room: then it is not kept
    }
    Ok(Arrived { bytes, cached: false })
}

/// Takes a weight file out of the cache.
pub async fn drop_cached(file: &str) {
    if let Some(cache) = open_cache().await {
        let _ = JsFuture::from(cache.delete_with_str(&browser::address(&format!("models/{file}")))).await;
    }
}

/// Takes everything but the list and these weight files out of the cache.
pub async fn keep_cached(files: &[String]) {
    let Some(cache) = open_cache().await else { return };
    let keep: Vec<String> = files
        .iter()
        .map(|file| format!("models/{file}"))
        .chain([LIST.to_owned()])
        .map(|name| browser::address(&name))
        .collect();
    let Ok(requests) = JsFuture::from(cache.keys()).await else { return };
    for request in Array::from(&requests).iter().filter_map(|request| request.dyn_into::<Request>().ok()) {
        if !keep.contains(&request.url()) {
            let _ = JsFuture::from(cache.delete_with_request(&request)).await;
        }
    }
}

async fn open_cache() -> Option<Cache> {
    // Undefined over plain http, though the type says it is there; an error where a person forbade storage.
    let caches = Reflect::get(&browser::window(), &"caches".into()).ok()?.dyn_into::<CacheStorage>().ok()?;
    JsFuture::from(caches.open(CACHE)).await.ok()?.dyn_into().ok()
}

async fn kept_response(cache: Option<&Cache>, name: &str) -> Option<Response> {
    JsFuture::from(cache?.match_with_str(&browser::address(name))).await.ok()?.dyn_into().ok()
}

async fn bytes_of(kept: &Response) -> Option<ArrayBuffer> {
    JsFuture::from(kept.array_buffer().ok()?).await.ok()?.dyn_into().ok()
}

async fn kept_text(cache: Option<&Cache>, name: &str) -> Option<String> {
    JsFuture::from(kept_response(cache, name).await?.text().ok()?).await.ok()?.as_string()
}

async fn get(name: &str, signal: Option<&AbortSignal>, past_cache: bool) -> Result<Response> {
    let options = RequestInit::new();
    options.set_signal(signal);
    if past_cache {
        options.set_cache(web_sys::RequestCache::Reload);
    }
    let asked = browser::window().fetch_with_str_and_init(&browser::address(name), &options);
    let response = match browser::within(STALLED_MS, asked).await {
        Ok(Some(response)) => response.unchecked_into::<Response>(),
        Ok(None) => return Err(stalled(name)),
        Err(thrown) => return Err(unreachable(name, &thrown)),
    };
    if response.ok() {
        return Ok(response);
    }
    let found = format!("the answer {} {}", response.status(), response.status_text()).trim_end().to_owned();
    let cure = if response.status() == 404 {
        "Whoever serves this page: run `make build`, which puts the file into dist/, and serve dist/ as it is."
    } else {
        "Try again in a while."
    };
    Err(Error::new(ErrorKind::Network, name, "the file beside the page", found, cure))
}

#[wasm_bindgen]
extern "C" {
    /// Resolved when the engine's program is compiled, or cannot be had; see `boot.js`.
    #[wasm_bindgen(js_namespace = graft)]
    fn compiled() -> Promise;

    /// A `ReadableStream`, whose binding in web-sys would panic where it reads into no given buffer.
    type Body;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn reader(this: &Body, options: &JsValue) -> std::result::Result<Reader, JsValue>;

    /// Its reader, of either kind: one that reads into no given buffer does not look at what `read` is given.
    type Reader;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader, into: &Uint8Array) -> std::result::Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> std::result::Result<Promise, JsValue>;
}

/// Reads a response part by part. `total` is what the registry says; a server that compresses tells another length.
///
/// The parts come straight into one buffer where the browser can do that: others would lie about, a second copy of the file, until the browser
/// next collects garbage.
async fn read(name: &str, response: &Response, total: u64, progress: impl Fn(u64, u64)) -> Result<ArrayBuffer> {
    let lost = |thrown: &JsValue| unreachable(name, thrown);
    let body: Body = response.body().ok_or_else(|| lost(&"an empty answer".into()))?.unchecked_into();
    let in_place = Object::new();
    Reflect::set(&in_place, &"mode".into(), &"byob".into()).map_err(|thrown| lost(&thrown))?;
    let (reader, is_in_place) = match body.reader(&in_place) {
        Ok(reader) => (reader, true),
        Err(_) => (body.reader(&JsValue::UNDEFINED).map_err(|thrown| lost(&thrown))?, false),
    };
    let mut whole = Uint8Array::new_with_length(u32::try_from(total).unwrap_or(0));
    let mut received = 0_u32;
    loop {
        // Behind the length that was told there should be nothing: one byte of room shows it.
        let is_full = received == whole.length();
        let room = if is_full { Uint8Array::new_with_length(1) } else { whole.subarray(received, whole.length()) };
        let asked = reader.read(&room).map_err(|thrown| lost(&thrown))?;
        let part = match browser::within(STALLED_MS, asked).await {
            Ok(Some(part)) => part,
            Ok(None) => {
                let _ = reader.cancel();
                return Err(stalled(name));
            }
            Err(thrown) => return Err(lost(&thrown)),
        };
        let field = |field: &str| Reflect::get(&part, &field.into()).unwrap_or(JsValue::UNDEFINED);
        let came = field("value").dyn_into::<Uint8Array>().unwrap_or_else(|_| Uint8Array::new_with_length(0));
        let is_there = is_in_place && !is_full;
        if is_there {
            whole = Uint8Array::new(&came.buffer()); // the same memory, which each read hands on
        }
        if field("done").is_truthy() {
            break;
        }
        let end = received.saturating_add(came.length());
        if end > whole.length() {
            let longer = Uint8Array::new_with_length(end.max(whole.length().saturating_mul(2)));
            longer.set(&whole, 0);
            whole = longer;
        }
        if !is_there {
            whole.set(&came, received);
        }
        received = end;
        progress(u64::from(received), total);
    }
    // A file of another length than the list says is cut to what came; the engine looks at its checksum.
    Ok(if received == whole.length() { whole.buffer() } else { whole.slice(0, received).buffer() })
}

fn unreachable(name: &str, thrown: &JsValue) -> Error {
    let found = if browser::window().navigator().on_line() {
        format!("no answer ({})", browser::words(thrown))
    } else {
        "that this machine is offline".to_owned()
    };
    let cure = "Check the connection, then try again. What was fetched before works without one.";
    Error::new(ErrorKind::Network, name, "an answer of the server that gave this page", found, cure)
}

fn stalled(name: &str) -> Error {
    let found = format!("nothing for {} seconds", STALLED_MS / 1000);
    Error::new(
        ErrorKind::Network,
        name,
        "an answer of the server that gave this page",
        found,
        "Check the connection, then try again.",
    )
}

fn unreadable(file: &str, thrown: &JsValue) -> Error {
    let cure = "It may have been moved or changed since it was chosen: choose it again.";
    Error::new(ErrorKind::Io, file, "a file that can be read", browser::words(thrown), cure)
}

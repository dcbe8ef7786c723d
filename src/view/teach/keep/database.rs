//! The browser's database (IndexedDB), with futures in the place of its events.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbKeyRange, IdbRequest, IdbTransaction, IdbTransactionMode};

use crate::project::SampleId;
use crate::view::browser;

const NAME: &str = "graft";
const VERSION: u32 = 1;

/// Single values: `state` (JSON), `head` (`ArrayBuffer`), `counter` (number of writes, by which one tab notices another).
pub const PROJECT: &str = "project";
/// Photos (`Blob`).
pub const PHOTOS: &str = "photos";
/// Thumbnails (`ArrayBuffer`: browsers write thousands of small blobs slowly).
pub const THUMBNAILS: &str = "thumbnails";
/// Embeddings: `{ backbone, values: Float32Array }`.
pub const EMBEDDINGS: &str = "embeddings";
/// What belongs to samples. The key is `[generation, sample]`: another project in the place of one has another generation, so that both can be
/// there while one takes over from the other.
pub const OF_SAMPLES: [&str; 3] = [PHOTOS, THUMBNAILS, EMBEDDINGS];

/// Opens the database; makes it where there is none.
pub async fn open() -> Result<IdbDatabase, JsValue> {
    // A browser that is told to keep nothing throws at the first touch, or has no such thing.
    let factory = browser::window().indexed_db()?.ok_or("this browser has no IndexedDB")?;
    let request = factory.open_with_u32(NAME, VERSION)?;
    let opened = request.clone();
    let upgrade = Closure::once_into_js(move || {
        if let Ok(database) = opened.result().and_then(JsCast::dyn_into::<IdbDatabase>) {
            for store in [PROJECT, PHOTOS, THUMBNAILS, EMBEDDINGS] {
                let _ = database.create_object_store(store); // fails where it is there
            }
        }
    });
    request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
    let database: IdbDatabase = done(&request).await?.dyn_into()?;
    // Another tab deletes everything: this one must not stand in the way.
    let closing = database.clone();
    let close = Closure::once_into_js(move || closing.close());
    database.set_onversionchange(Some(close.unchecked_ref()));
    Ok(database)
}

/// Deletes the database, with all that is in it.
pub async fn delete() -> Result<(), JsValue> {
    let Some(factory) = browser::window().indexed_db()? else { return Ok(()) };
    let request = factory.delete_database(NAME)?;
    done(&request).await.map(drop)
}

/// The request's result, when it is there.
pub async fn done(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let answered = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    match JsFuture::from(answered).await {
        Ok(_) => request.result(),
        Err(event) => Err(request.error().ok().flatten().map_or(event, JsValue::from)),
    }
}

/// Waits until all of a transaction is in storage.
pub async fn finished(transaction: &IdbTransaction) -> Result<(), JsValue> {
    let ended = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    match JsFuture::from(ended).await {
        Ok(_) => Ok(()),
        Err(event) => Err(transaction.error().map_or(event, JsValue::from)),
    }
}

/// A transaction that may write to these stores.
pub fn writing(database: &IdbDatabase, stores: &[&str]) -> Result<IdbTransaction, JsValue> {
    let stores: Array = stores.iter().map(|store| JsValue::from_str(store)).collect();
    database.transaction_with_str_sequence_and_mode(&stores, IdbTransactionMode::Readwrite)
}

/// A sample's key.
pub fn key(generation: u32, sample: SampleId) -> JsValue {
    Array::of2(&generation.into(), &(sample as f64).into()).into()
}

/// All keys of a generation.
pub fn keys_of(generation: u32) -> Result<IdbKeyRange, JsValue> {
    // A list comes after every number.
    IdbKeyRange::bound(&Array::of1(&generation.into()), &Array::of2(&generation.into(), &Array::new()))
}

/// All keys before a generation.
pub fn keys_before(generation: u32) -> Result<IdbKeyRange, JsValue> {
    IdbKeyRange::upper_bound_with_open(&Array::of1(&generation.into()), true)
}

/// Did this fail for want of room?
pub fn is_full(thrown: &JsValue) -> bool {
    thrown.dyn_ref::<DomException>().is_some_and(|error| error.name() == "QuotaExceededError")
}

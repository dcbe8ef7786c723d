//! What changed since the last write.

use std::rc::Rc;

use js_sys::{ArrayBuffer, Object, Reflect};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, IdbDatabase};

use super::Shelf;
use crate::project::{Project, SampleId};
use crate::view::teach::keep::database::{
    EMBEDDINGS, OF_SAMPLES, PHOTOS, PROJECT, THUMBNAILS, done, finished, is_full, key, keys_before, writing,
};
use crate::view::teach::keep::ledger::Held;
use crate::view::teach::runtime::Vault;

/// Photos, and bytes of photos, that are written at once: what a full storage refuses as a whole.
const PHOTOS_AT_ONCE: usize = 64;
const BYTES_AT_ONCE: f64 = 32e6;
/// Thumbnails and embeddings that are written at once.
const SMALL_AT_ONCE: usize = 500;

/// Why a write failed.
#[derive(Debug)]
pub enum Failure {
    /// The browser's words.
    Thrown(JsValue),
    /// Another tab wrote in between.
    Conflict,
    /// The project was replaced or deleted in between: nothing is to be written.
    Superseded,
}

impl From<JsValue> for Failure {
    fn from(thrown: JsValue) -> Self {
        Self::Thrown(thrown)
    }
}

/// The value of `state`.
#[derive(Serialize)]
struct Written<'a> {
    generation: u32,
    project: &'a Project,
    page: &'a Value,
}

impl Shelf {
    /// Writes what storage lacks. Gives the names of photos that could not be read.
    pub async fn write(
        &self,
        database: &IdbDatabase,
        vault: &Vault,
        project: &Project,
        page: &Value,
        head: Option<ArrayBuffer>,
    ) -> Result<Vec<String>, Failure> {
        let generation = self.generation.get();
        let ledger = self.ledger.borrow().clone();
        // Not by the generation, which is the same again when a project was taken by another tab and taken back.
        let still = || {
            if Rc::ptr_eq(&self.ledger.borrow(), &ledger) { Ok(()) } else { Err(Failure::Superseded) }
        };
        let held = |sample| {
            vault.get(sample).map_or_else(Held::default, |kept| Held {
                photo: kept.photo.is_some(),
                thumbnail: kept.thumbnail.is_some(),
                embedding: kept.embedding.is_some(),
            })
        };
        let plan = ledger.borrow_mut().plan(project, held);

        // What samples have, before the project that names them.
        let mut unreadable = Vec::new();
        for chunk in by_size(&plan.photos, vault) {
            still()?;
            if let Err(thrown) = put(database, PHOTOS, generation, &chunk).await {
                unreadable.extend(one_by_one(database, generation, &chunk, thrown).await?);
            }
            ledger.borrow_mut().photos.extend(chunk.iter().map(|(sample, _)| *sample));
        }
        for sample in &unreadable {
            ledger.borrow_mut().photos.remove(sample);
            ledger.borrow_mut().unreadable.insert(*sample);
        }
        for chunk in plan.thumbnails.chunks(SMALL_AT_ONCE) {
            still()?;
            let thumbnail = |sample: &SampleId| Some((*sample, vault.get(*sample)?.thumbnail?.into()));
            put(database, THUMBNAILS, generation, &chunk.iter().filter_map(thumbnail).collect::<Vec<_>>()).await?;
            ledger.borrow_mut().thumbnails.extend(chunk);
        }
        for chunk in plan.embeddings.chunks(SMALL_AT_ONCE) {
            still()?;
            let backbone = JsValue::from_str(&project.backbone);
            let embedding = |sample: &SampleId| {
                let record = Object::new();
                Reflect::set(&record, &"backbone".into(), &backbone).ok()?;
                let values = vault.embedding(*sample)?;
                Reflect::set(&record, &"values".into(), &values).ok()?;
                Some((*sample, record.into()))
            };
            put(database, EMBEDDINGS, generation, &chunk.iter().filter_map(embedding).collect::<Vec<_>>()).await?;
            ledger.borrow_mut().embeddings.extend(chunk);
        }

        still()?;
        // A photo that storage does not have is not named there.
        let named = if ledger.borrow().unreadable.is_empty() {
            None
        } else {
            let mut named = project.clone();
            named.samples.retain(|sample| !ledger.borrow().unreadable.contains(&sample.id));
            Some(named)
        };
        let written = Written { generation, project: named.as_ref().unwrap_or(project), page };
        let text = serde_json::to_string(&written).map_err(|error| JsValue::from(error.to_string()))?;
        let same = plan.gone.is_empty() && *self.text.borrow() == text && *self.head.borrow() == head;
        if !same {
            let committed = self.commit(database, generation, &text, head.as_ref(), &plan.gone).await;
            // What went wrong is of no account where it is not to be written any more.
            still()?;
            committed?;
            ledger.borrow_mut().forget(&plan.gone);
            *self.text.borrow_mut() = text;
            *self.head.borrow_mut() = head;
        }
        let name = |id: &SampleId| project.sample(*id).map(|sample| sample.name.clone());
        Ok(unreadable.iter().filter_map(name).collect())
    }

    /// The project, and what goes with the samples that it no longer names: all or nothing.
    async fn commit(
        &self,
        database: &IdbDatabase,
        generation: u32,
        text: &str,
        head: Option<&ArrayBuffer>,
        gone: &[SampleId],
    ) -> Result<(), Failure> {
        let known = self.counter.borrow().clone();
        let transaction = writing(database, &[PROJECT, PHOTOS, THUMBNAILS, EMBEDDINGS])?;
        let store = transaction.object_store(PROJECT)?;
        let counter = done(&store.get(&"counter".into())?).await?.as_f64().unwrap_or_default();
        if counter != known.get() {
            let _ = transaction.abort();
            return Err(Failure::Conflict);
        }
        store.put_with_key(&(counter + 1.0).into(), &"counter".into())?;
        store.put_with_key(&text.into(), &"state".into())?;
        match head {
            Some(head) => store.put_with_key(head, &"head".into())?,
            None => store.delete(&"head".into())?,
        };
        for name in OF_SAMPLES {
            let store = transaction.object_store(name)?;
            store.delete(&keys_before(generation)?.into())?;
            for sample in gone {
                store.delete(&key(generation, *sample))?;
            }
        }
        finished(&transaction).await?;
        known.set(counter + 1.0);
        Ok(())
    }
}

/// Photos in chunks of at most so many, and so many bytes.
fn by_size(samples: &[SampleId], vault: &Vault) -> Vec<Vec<(SampleId, JsValue)>> {
    let mut chunks: Vec<Vec<(SampleId, JsValue)>> = Vec::new();
    let mut bytes = f64::INFINITY;
    for sample in samples {
        let Some(photo) = vault.photo(*sample) else { continue };
        if bytes + photo.size() > BYTES_AT_ONCE || chunks.last().is_none_or(|chunk| chunk.len() >= PHOTOS_AT_ONCE) {
            chunks.push(Vec::new());
            bytes = 0.0;
        }
        bytes += photo.size();
        if let Some(chunk) = chunks.last_mut() {
            chunk.push((*sample, photo.into()));
        }
    }
    chunks
}

async fn put(
    database: &IdbDatabase,
    name: &str,
    generation: u32,
    records: &[(SampleId, JsValue)],
) -> Result<(), JsValue> {
    let transaction = writing(database, &[name])?;
    let store = transaction.object_store(name)?;
    for (sample, record) in records {
        store.put_with_key(record, &key(generation, *sample))?;
    }
    finished(&transaction).await
}

/// Some of these photos could not be put: finds out which, and gives those whose files cannot be read. Any other reason is a failure.
async fn one_by_one(
    database: &IdbDatabase,
    generation: u32,
    photos: &[(SampleId, JsValue)],
    thrown: JsValue,
) -> Result<Vec<SampleId>, Failure> {
    if is_full(&thrown) {
        return Err(thrown.into());
    }
    let mut unreadable = Vec::new();
    for photo in photos {
        if let Err(thrown) = put(database, PHOTOS, generation, std::slice::from_ref(photo)).await {
            let readable = match photo.1.dyn_ref::<Blob>() {
                Some(blob) => JsFuture::from(blob.array_buffer()).await.is_ok(),
                None => false,
            };
            if readable {
                return Err(thrown.into());
            }
            unreadable.push(photo.0);
        }
    }
    Ok(unreadable)
}

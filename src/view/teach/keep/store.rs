//! The project in the database: read when the page opens, written as it changes.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Float32Array, Object, Reflect};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, IdbDatabase, IdbKeyRange, IdbObjectStore};

use super::Stored;
use super::database::{
    EMBEDDINGS, OF_SAMPLES, PHOTOS, PROJECT, THUMBNAILS, done, finished, key, keys_before, keys_of, writing,
};
use super::ledger::{Held, Ledger};
use crate::project::{FORMAT_VERSION, Project, SampleId};
use crate::view::json;
use crate::view::teach::runtime::Vault;

/// Records that are read at once.
const READ_AT_ONCE: usize = 500;
/// Photos, and bytes of photos, that are written at once: what a full storage refuses as a whole.
const PHOTOS_AT_ONCE: usize = 64;
const BYTES_AT_ONCE: f64 = 32e6;
/// Thumbnails and embeddings that are written at once.
const SMALL_AT_ONCE: usize = 500;

/// What is known of storage.
#[derive(Debug, Default)]
pub struct Shelf {
    /// The database, while it is open.
    pub database: RefCell<Option<IdbDatabase>>,
    /// What of the samples is in it. Another project has another ledger.
    pub ledger: RefCell<Rc<RefCell<Ledger>>>,
    /// Which project's samples are meant; see [`OF_SAMPLES`].
    pub generation: Cell<u32>,
    /// Writes so far.
    counter: Cell<f64>,
    /// The JSON that was written last.
    text: RefCell<String>,
    /// The head that was written last.
    head: RefCell<Option<ArrayBuffer>>,
}

/// What was read of a project beside itself.
#[derive(Debug)]
pub struct Belongings {
    /// What belongs to its samples.
    pub vault: Vault,
    /// The head's file.
    pub head: Option<ArrayBuffer>,
}

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

/// Why nothing could be read.
#[derive(Debug)]
pub enum Unreadable {
    /// The browser's words.
    Thrown(JsValue),
    /// It was written by a later version of this program.
    Newer(u32),
    /// It is not what this program wrote.
    Damaged(String),
}

impl From<JsValue> for Unreadable {
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

/// The same, read.
#[derive(Deserialize)]
struct Read {
    generation: u32,
    project: Project,
    page: Value,
}

impl Shelf {
    /// Another project takes the place of the one before.
    pub fn turn(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
        *self.ledger.borrow_mut() = Rc::default();
        self.text.borrow_mut().clear();
        *self.head.borrow_mut() = None;
    }

    /// Storage was emptied.
    pub fn emptied(&self) {
        self.turn();
        self.counter.set(0.0);
    }

    /// Reads the project, and what belongs to it: beside what is on the page, whose samples may have the same numbers. `progress` is told samples
    /// read, and samples in all.
    pub async fn read(
        &self,
        database: &IdbDatabase,
        progress: impl Fn(usize, usize),
    ) -> Result<Option<(Stored, Belongings)>, Unreadable> {
        let store = database.transaction_with_str(PROJECT)?.object_store(PROJECT)?;
        let text = done(&store.get(&"state".into())?).await?.as_string();
        let counter = done(&store.get(&"counter".into())?).await?.as_f64();
        let head = done(&store.get(&"head".into())?).await?.dyn_into::<ArrayBuffer>().ok();
        self.emptied();
        self.counter.set(counter.unwrap_or_default());
        let Some(text) = text else { return Ok(None) };
        let Read { generation, project, page } =
            json::read(&text).map_err(|error| Unreadable::Damaged(error.to_string()))?;
        if project.version > FORMAT_VERSION {
            return Err(Unreadable::Newer(project.version));
        }
        self.generation.set(generation);
        let named: HashSet<SampleId> = project.samples.iter().map(|sample| sample.id).collect();
        let total = named.len();
        let vault = Vault::default();
        let reader = Reader { database, generation, named: &named };
        let mut embedded = Vec::new();
        reader
            .each(EMBEDDINGS, |sample, record| {
                let field = |name: &str| Reflect::get(&record, &name.into()).unwrap_or_default();
                if field("backbone").as_string().as_deref() == Some(&project.backbone)
                    && let Ok(values) = field("values").dyn_into::<Float32Array>()
                {
                    vault.change(sample, |kept| kept.embedding = Some(values));
                    embedded.push(sample);
                }
            })
            .await?;
        let mut thumbnails = HashSet::new();
        reader
            .each(THUMBNAILS, |sample, record| {
                if let Ok(jpeg) = record.dyn_into() {
                    vault.keep_thumbnail(sample, jpeg);
                    thumbnails.insert(sample);
                }
            })
            .await?;
        let mut photos = HashSet::new();
        reader
            .each(PHOTOS, |sample, record| {
                if let Ok(blob) = record.dyn_into::<Blob>() {
                    vault.change(sample, |kept| kept.photo = Some(blob));
                    photos.insert(sample);
                    if photos.len() % READ_AT_ONCE == 0 {
                        progress(photos.len(), total);
                    }
                }
            })
            .await?;
        let missing: Vec<SampleId> = named.iter().filter(|sample| !photos.contains(sample)).copied().collect();
        missing.iter().for_each(|sample| vault.forget(*sample));
        embedded.retain(|sample| photos.contains(sample));
        *self.ledger.borrow().borrow_mut() = Ledger {
            photos,
            thumbnails,
            embeddings: embedded.iter().copied().collect(),
            backbone: project.backbone.clone(),
            unreadable: HashSet::new(),
        };
        *self.head.borrow_mut() = head.clone();
        *self.text.borrow_mut() = text;
        Ok(Some((Stored { project, page, missing, embedded }, Belongings { vault, head })))
    }

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
            self.commit(database, generation, &text, head.as_ref(), &plan.gone).await?;
            still()?;
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
        let transaction = writing(database, &[PROJECT, PHOTOS, THUMBNAILS, EMBEDDINGS])?;
        let store = transaction.object_store(PROJECT)?;
        let counter = done(&store.get(&"counter".into())?).await?.as_f64().unwrap_or_default();
        if counter != self.counter.get() {
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
        self.counter.set(counter + 1.0);
        Ok(())
    }
}

/// Reads what belongs to the samples of a project.
struct Reader<'a> {
    database: &'a IdbDatabase,
    generation: u32,
    named: &'a HashSet<SampleId>,
}

impl Reader<'_> {
    /// Calls back with each record; deletes those of samples that the project does not name: a write was cut off before it was whole.
    async fn each(&self, name: &str, mut take: impl FnMut(SampleId, JsValue)) -> Result<(), JsValue> {
        let open =
            || -> Result<IdbObjectStore, JsValue> { self.database.transaction_with_str(name)?.object_store(name) };
        let range = keys_of(self.generation)?;
        let keys: Array = done(&open()?.get_all_keys_with_key(&range)?).await?.dyn_into()?;
        let keys: Vec<JsValue> = keys.iter().collect();
        let mut orphans = Vec::new();
        for chunk in keys.chunks(READ_AT_ONCE) {
            let (Some(first), Some(last)) = (chunk.first(), chunk.last()) else { continue };
            let range = IdbKeyRange::bound(first, last)?;
            let records: Array = done(&open()?.get_all_with_key(&range)?).await?.dyn_into()?;
            for (key, record) in chunk.iter().zip(records.iter()) {
                let sample = key.dyn_ref::<Array>().and_then(|key| key.get(1).as_f64()).unwrap_or(-1.0);
                if sample >= 0.0 && self.named.contains(&(sample as SampleId)) {
                    take(sample as SampleId, record);
                } else {
                    orphans.push(key);
                }
            }
        }
        if !orphans.is_empty() {
            let transaction = writing(self.database, &[name])?;
            let store = transaction.object_store(name)?;
            for key in orphans {
                store.delete(key)?;
            }
            finished(&transaction).await?;
        }
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
    if super::database::is_full(&thrown) {
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

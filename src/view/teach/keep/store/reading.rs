//! What an earlier visit kept.

use std::collections::HashSet;

use js_sys::{Array, ArrayBuffer, Float32Array, Reflect};
use serde::Deserialize;
use serde_json::Value;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, IdbDatabase, IdbKeyRange, IdbObjectStore};

use super::Shelf;
use crate::project::{FORMAT_VERSION, Project, SampleId};
use crate::view::json;
use crate::view::teach::keep::Stored;
use crate::view::teach::keep::database::{EMBEDDINGS, PHOTOS, PROJECT, THUMBNAILS, done, finished, keys_of, writing};
use crate::view::teach::keep::ledger::Ledger;
use crate::view::teach::runtime::Vault;

/// Records that are read at once.
const READ_AT_ONCE: usize = 500;

/// What was read of a project beside itself.
#[derive(Debug)]
pub struct Belongings {
    /// What belongs to its samples.
    pub vault: Vault,
    /// The head's file.
    pub head: Option<ArrayBuffer>,
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

/// The value of `state`, which a write has put there.
#[derive(Deserialize)]
struct Read {
    generation: u32,
    project: Project,
    page: Value,
}

impl Shelf {
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
        self.counter.borrow().set(counter.unwrap_or_default());
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

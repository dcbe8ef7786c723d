//! Files that hold many: a person's zip of photos, and the project's own `.graft` files.
//!
//! A `.graft` file is a zip file, so that anyone can look into it; everything in it is of a format that others read. Version 1 holds
//!
//! | entry | what |
//! |---|---|
//! | `photos/<id>-<name>` | the photos as they came, less their metadata unless asked; stored, as photos are packed already |
//! | `embeddings.safetensors` | `embeddings` F32 `[N, E]` and `samples` U64 `[N]`; metadata `backbone` |
//! | `head.safetensors` | the trained head, as [`Trained`](crate::protocol::TeachEvent::Trained) gave it |
//! | `graft.json` | the [`Project`](crate::project::Project) and where all this is; it comes last, when it is known which photos were written |
//!
//! Only `graft.json` must be there. `docs/graft-format.md` tells it all for readers of other languages.
//!
//! Every reader here is given hostile files: what a zip file claims is bounded ([`limits`]), what is unpacked is bounded by the claim, and a file
//! that is damaged or foreign is refused with nothing changed.

mod directory;
pub mod limits;
mod manifest;
mod metadata;
mod names;
mod open;
mod parts;
mod read;
mod table;
mod tensors;
mod trouble;
mod unpack;
mod validate;
mod write;
mod zip_in;

pub mod npy;

pub use metadata::without_metadata;
pub use names::may_be_photo;
pub use parts::Parts;
pub use read::{GraftFile, GraftReader};
pub use table::EmbeddingTable;
pub use tensors::GraftEmbeddings;
pub use write::GraftWriter;
pub use zip_in::ZipPhotos;

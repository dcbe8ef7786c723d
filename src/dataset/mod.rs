//! What the embeddings of a person's photos say before anything is trained: near-duplicates, clusters, and who is held out.
//!
//! Everything here works on plain rows of numbers ([`Rows`]) and is seeded. Sums are taken in one order and without fused
//! multiply-add, so that a browser and a terminal find the same groups, clusters and splits. What takes long is a struct with
//! `step()`, which does about 50 ms of work and says whether it is done: the worker answers the page in between.

mod cluster;
mod kmeans;
mod near_duplicates;
mod nearest;
mod principal;
mod rows;
mod shots;
mod silhouette;
mod split;

pub(crate) use cluster::shuffle;
pub use cluster::{Clustering, Clusters, MOST_CLUSTERS};
pub use near_duplicates::{NearDuplicates, near_duplicates};
pub use nearest::Nearest;
#[cfg(test)]
pub(crate) use rows::tests::clouds;
pub(crate) use rows::{Panels, add_scaled, normalise};
pub use rows::{Rows, dot, hellinger};
pub use shots::shots;
pub use split::{Split, SplitRequest, folds, split};

//! From the engine to the page.

use super::*;

/// What the engine tells about a person's own classes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TeachEvent {
    /// A photo was embedded. Beside it: `length` f32, then a JPEG thumbnail (at most 160 pixels a side).
    Embedded {
        /// The photo's number.
        sample: SampleId,
        /// What is known of it now.
        facts: SampleFacts,
        /// The embedding's length.
        length: usize,
        /// Milliseconds from file to pixels ready for the network.
        decode_ms: f64,
        /// Milliseconds of the network.
        network_ms: f64,
    },
    /// A photo could not be embedded; the next ones go on.
    SampleFailed {
        /// The photo's number.
        sample: SampleId,
        /// Why.
        error: Error,
    },
    /// Training begins.
    TrainingStarted {
        /// The page's number for the run.
        run: u32,
        /// Who is on which side.
        split: SplitReport,
        /// Numbers to be trained.
        parameters: usize,
    },
    /// Epochs that were finished since the last message.
    Epochs {
        /// The run.
        run: u32,
        /// In order.
        rows: Vec<EpochRow>,
    },
    /// How the head does on held-out samples. Beside it: logits, f32 `[N, C]`.
    Evaluated {
        /// The run.
        run: u32,
        /// The samples.
        evaluation: Evaluation,
    },
    /// Training is over and its head in use, also where it went wrong after a first epoch ([`TrainSummary::failed`]). Beside it: the head's file
    /// (safetensors).
    Trained {
        /// The run.
        run: u32,
        /// What it came to.
        summary: TrainSummary,
        /// The head.
        head: HeadCard,
    },
    /// Training could not begin, or went wrong before there was a head to keep; the head before stays in use.
    TrainingFailed {
        /// The run.
        run: u32,
        /// Why.
        error: Error,
    },
    /// A head is in use.
    HeadReady {
        /// The head.
        head: HeadCard,
    },
    /// A head's file was refused; none is in use.
    HeadFailed {
        /// Why.
        error: Error,
    },
    /// Near-duplicates: groups of two or more.
    NearDuplicates {
        /// The question's number.
        number: u32,
        /// The groups, the largest first.
        groups: Vec<Vec<SampleId>>,
    },
    /// The clusters, the largest first.
    Clustered {
        /// The question's number.
        number: u32,
        /// Members of each, the nearest to the centre first.
        clusters: Vec<Vec<SampleId>>,
        /// Where k was to be suggested: each k tried with its mean silhouette (Rousseeuw 1987), −1 to 1.
        tried: Vec<(usize, f32)>,
    },
    /// Labels that look wrong, the most suspect first.
    Suspects {
        /// The question's number.
        number: u32,
        /// At most a fifth of the samples.
        suspects: Vec<Suspect>,
    },
    /// A file is ready. Beside it: its bytes.
    File {
        /// Its name.
        name: String,
    },
    /// A part of a `.graft` file. Beside it: the part; the parts in order are the file.
    Packed {
        /// The photo that was put in, if any.
        sample: Option<SampleId>,
        /// Is this the last part?
        done: bool,
    },
    /// A zip file is open.
    ZipOpened {
        /// The question's number.
        number: u32,
        /// What can be taken out: files that may be photos, in the order of their paths.
        entries: Vec<ZipEntry>,
        /// What cannot.
        skipped: Vec<Skipped>,
    },
    /// A `.graft` file is open. Beside it: f32 `[N, E]` of the samples in `embedded`, then the head's file (`head_bytes` bytes).
    GraftOpened {
        /// The question's number.
        number: u32,
        /// The project.
        project: Box<Project>,
        /// What the page had put beside it.
        page: serde_json::Value,
        /// Where each sample's photo is.
        photos: Vec<(SampleId, ZipEntry)>,
        /// Samples whose embeddings are in the file.
        embedded: Vec<SampleId>,
        /// Length of the head's file; 0 where there is none.
        head_bytes: usize,
    },
    /// An entry was taken out. Beside it: its bytes.
    Unpacked {
        /// [`ZipEntry::index`].
        index: usize,
    },
    /// An entry could not be taken out; the others can.
    UnpackFailed {
        /// [`ZipEntry::index`].
        index: usize,
        /// Why.
        error: Error,
    },
    /// A zip or `.graft` file was refused; nothing was changed.
    ZipFailed {
        /// The question's number.
        number: u32,
        /// Why.
        error: Error,
    },
    /// About training more than a head.
    Tune(TuneEvent),
    /// Another command about a person's own classes failed.
    Failed {
        /// Why.
        error: Error,
    },
}

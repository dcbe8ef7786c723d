//! The messages about a person's own classes: embedding, training, judging, archives.
//!
//! As everywhere, the text is JSON and large data travels beside it; each message says what. Numbers beside a message are
//! little-endian f32, row by row.

use serde::{Deserialize, Serialize};

use super::tune::{TuneCommand, TuneEvent};
use crate::error::Error;
use crate::project::{Project, SampleId, SplitKind, TrainSettings};

/// Samples with their classes, as a command about them takes them. All samples must have been embedded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labelled {
    /// The classes' names; a label is an index into this.
    pub classes: Vec<String>,
    /// The samples.
    pub samples: Vec<SampleId>,
    /// Class of each sample, an index into `classes`.
    pub labels: Vec<u32>,
    /// Samples of a validation folder: where there are any, they alone are the validation samples.
    #[serde(default)]
    pub validation: Vec<SampleId>,
}

/// What is known of a photo once it was decoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleFacts {
    /// sha256 of the file, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Width and height as a person sees it, pixels.
    pub size: [u32; 2],
    /// Has it no colour?
    pub grey: bool,
}

/// One pass over the training samples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EpochRow {
    /// Counted from 1.
    pub epoch: usize,
    /// Mean cross-entropy over the training samples, as they were met (natural logarithm; smoothing and class weights included).
    pub train_loss: f32,
    /// Share of the training samples that were right when they were met, 0–1.
    pub train_accuracy: f32,
    /// Mean cross-entropy over the validation samples; `None` where there are none.
    pub val_loss: Option<f32>,
    /// Share of the validation samples that are right, 0–1.
    pub val_accuracy: Option<f32>,
    /// Seconds since training began.
    pub seconds: f64,
}

/// Which samples were trained on, and which held out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SplitReport {
    /// How they were told apart.
    pub kind: SplitKind,
    /// Trained on.
    pub training: Vec<SampleId>,
    /// Held out.
    pub validation: Vec<SampleId>,
    /// Groups of near-duplicates that were kept on one side.
    pub groups: usize,
    /// Groups that were too large to stay whole: the class's name and how many samples the group had.
    pub cut: Vec<(String, usize)>,
    /// What a person should know: a class too small to hold any sample out, say. Full sentences.
    pub notes: Vec<String>,
}

/// When photos count as "none of these".
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Rejection {
    /// A photo whose familiarity is below this is none of the classes.
    pub threshold: f32,
    /// Share of the validation photos that this turns away wrongly, 0–1.
    pub false_rejections: f32,
}

/// What training came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainSummary {
    /// The epoch whose head was kept: the one of the lowest validation loss. 0: what was gone on from, as no epoch was better.
    pub best_epoch: usize,
    /// Epochs trained.
    pub epochs: usize,
    /// Why it ended: `done`, `early` (no better epoch for a while) or `stopped` (a person).
    pub ended: Ended,
    /// Validation accuracy of the kept head; `None` where nothing was held out.
    pub val_accuracy: Option<f32>,
    /// Numbers in the whole network that the head is part of, frozen ones included; for a head on frozen features those of the head.
    pub parameters: usize,
    /// Numbers that were trained.
    #[serde(default)]
    pub trainable: usize,
    /// Steps in all.
    #[serde(default)]
    pub steps: u64,
    /// Steps a second, readbacks included.
    pub steps_per_second: f64,
    /// Seconds in all, pauses not counted.
    pub seconds: f64,
}

/// Why training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ended {
    /// All epochs were trained.
    Done,
    /// The validation loss got no better for a while.
    Early,
    /// A person stopped it.
    Stopped,
}

/// A head that can be used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeadCard {
    /// The backbone whose embeddings it takes.
    pub backbone: String,
    /// Its classes.
    pub classes: Vec<String>,
    /// Divides the logits before softmax so that probabilities mean what they say (Guo et al. 2017); 1 where nothing was held out.
    pub temperature: f32,
    /// When photos count as none of the classes; `None` where nothing was held out.
    pub rejection: Option<Rejection>,
    /// The network that makes its embeddings, where that is not the backbone as it is.
    #[serde(default)]
    pub network: Option<NetworkCard>,
}

/// A network of a person's own: the backbone with some blocks trained or left away, or one from random weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkCard {
    /// Its layers, as [`crate::architecture::Design::parse`] reads them.
    pub design: String,
    /// The block whose pooled output is the embedding; `None`: the last one's.
    pub features_at: Option<usize>,
    /// The first block that was trained; those before it are the backbone's. As many as there are blocks: none was.
    pub trained_from: usize,
}

/// How the head does on held-out samples. Beside it travel its logits `[N, C]`, before the temperature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The samples, `N` of them.
    pub samples: Vec<SampleId>,
    /// Their classes, indices into the head's.
    pub labels: Vec<u32>,
    /// How familiar each is, for thresholds of "none of these"; higher is more familiar.
    pub familiarity: Vec<f32>,
    /// Temperatures fitted on other samples than they are applied to, one a sample, so that what a reliability plot shows is honest.
    pub temperatures: Vec<f32>,
}

/// One class of a person's own with its probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnItem {
    /// The head's output unit.
    pub index: usize,
    /// The class's name.
    pub label: String,
    /// Calibrated, 0–1.
    pub probability: f32,
}

/// What a person's own head says about a photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnPrediction {
    /// The most probable classes, the first the most probable.
    pub top: Vec<OwnItem>,
    /// How familiar the photo is; below the threshold it is none of the classes.
    pub familiarity: f32,
    /// Is it none of the classes?
    pub none: bool,
}

/// A sample that seems to be in the wrong class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suspect {
    /// The sample.
    pub sample: SampleId,
    /// Its class now, an index into the classes asked about.
    pub label: u32,
    /// Where it seems to belong.
    pub suggested: u32,
    /// Probability of its class by heads that did not see it (cross-validation), 0–1.
    pub own_probability: f32,
    /// Probability of the suggested class, likewise.
    pub suggested_probability: f32,
    /// Share of its nearest neighbours that are of its class, 0–1.
    pub neighbours: f32,
    /// How suspect it is; the list is sorted by it, the most suspect first.
    pub score: f32,
}

/// An entry of a zip file that can be taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZipEntry {
    /// Its place in the zip file.
    pub index: usize,
    /// Its path, `/` between folders, never leading out.
    pub path: String,
    /// Its size, unpacked, bytes.
    pub bytes: u64,
}

/// A file that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its path.
    pub path: String,
    /// Why, in plain words.
    pub reason: String,
}

/// What the page asks about a person's own classes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TeachCommand {
    /// Decode and embed a photo; the embedding is also kept. Beside it: the `File` or `Blob`. Answer: [`TeachEvent::Embedded`] or
    /// [`TeachEvent::SampleFailed`].
    Embed {
        /// The photo's number.
        sample: SampleId,
        /// The file's name, for messages.
        name: String,
    },
    /// Keep these embeddings, made before by the loaded backbone. Beside it: f32 `[N, E]`.
    SetEmbeddings {
        /// The samples, `N` of them.
        samples: Vec<SampleId>,
    },
    /// Forget the embeddings of these samples; of all if the list is empty.
    Forget {
        /// The samples.
        samples: Vec<SampleId>,
    },

    /// Train a head. Answer: [`TeachEvent::TrainingStarted`], [`TeachEvent::Epochs`] a few times a second, then [`TeachEvent::Evaluated`] and
    /// [`TeachEvent::Trained`]; or [`TeachEvent::TrainingFailed`]. Other commands are carried out in between.
    Train {
        /// The page's number for this run.
        run: u32,
        /// What to train on.
        data: Labelled,
        /// How.
        settings: TrainSettings,
        /// Start from the head in use, class by class of the same name, rather than from a new one. Where samples are held out it is kept if no epoch
        /// is better: see [`TrainSummary::best_epoch`].
        go_on: bool,
    },
    /// About training more than a head.
    Tune(TuneCommand),
    /// Pause training, or go on. No answer.
    PauseTraining {
        /// Pause?
        paused: bool,
    },
    /// Stop training; the best head so far is kept, and the answers of [`TeachCommand::Train`] follow.
    StopTraining,
    /// Use this head. Beside it: the file that came with [`TeachEvent::Trained`]. Answer: [`TeachEvent::HeadReady`] or [`TeachEvent::HeadFailed`].
    LoadHead,
    /// Use no head.
    DropHead,
    /// Judge the head in use on these samples. Answer: [`TeachEvent::Evaluated`].
    Evaluate {
        /// The run it belongs to; it comes back.
        run: u32,
        /// What to judge it on. The classes must be the head's.
        data: Labelled,
    },
    /// From now on photos less familiar than this are none of the classes.
    SetThreshold {
        /// See [`Rejection::threshold`].
        threshold: f32,
    },

    /// Group near-duplicates. Answer: [`TeachEvent::NearDuplicates`].
    FindNearDuplicates {
        /// Among which samples.
        samples: Vec<SampleId>,
    },
    /// Cluster embeddings (k-means). Answer: [`TeachEvent::Clustered`].
    Cluster {
        /// Which samples.
        samples: Vec<SampleId>,
        /// How many clusters; `None`: suggest.
        k: Option<usize>,
        /// Decides the first centres.
        seed: u32,
    },
    /// Which labels look wrong? Answer: [`TeachEvent::Suspects`].
    FindSuspects {
        /// Among which samples.
        data: Labelled,
        /// Decides the folds.
        seed: u32,
    },

    /// Write the embeddings with labels and file names. Answer: [`TeachEvent::File`].
    WriteEmbeddings {
        /// Which.
        data: Labelled,
        /// Their file names.
        names: Vec<String>,
        /// `csv` or `npz`.
        format: EmbeddingsFormat,
    },

    /// Begin a `.graft` file. Photos follow one by one as [`TeachCommand::PackPhoto`], then [`TeachCommand::PackEnd`].
    PackBegin {
        /// The project.
        project: Box<Project>,
        /// Everything else that the page wants back when the file is opened: runs and their curves.
        page: serde_json::Value,
        /// Keep the photos' metadata (EXIF: place, camera, time)? Left out otherwise, but for the orientation.
        keep_metadata: bool,
    },
    /// Put a photo in. Beside it: the `Blob`. Answer: [`TeachEvent::Packed`] with the part of the file that is ready.
    PackPhoto {
        /// The sample.
        sample: SampleId,
    },
    /// Put in embeddings and head, and end the file. Answer: [`TeachEvent::Packed`] with the last part and `done`.
    PackEnd,

    /// Open a zip file of photos. Beside it: the `File`. Answer: [`TeachEvent::ZipOpened`] or [`TeachEvent::ZipFailed`]. It stays open until the next.
    OpenZip {
        /// The file's name, for messages.
        name: String,
    },
    /// Take out one entry. Answer: [`TeachEvent::Unpacked`].
    Unpack {
        /// [`ZipEntry::index`].
        index: usize,
    },
    /// Open a `.graft` file. Beside it: the `File`. Answer: [`TeachEvent::GraftOpened`] or [`TeachEvent::ZipFailed`]; nothing is changed by either. Its
    /// photos are then taken out by [`TeachCommand::Unpack`].
    OpenGraft {
        /// The file's name, for messages.
        name: String,
    },
    /// Close the zip file that is open.
    CloseZip,
}

/// How embeddings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EmbeddingsFormat {
    /// A header, then a row a photo.
    Csv,
    /// NumPy's: arrays `embeddings`, `labels`, `classes`, `files`.
    Npz,
}

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
    /// Training is over and its head in use. Beside it: the head's file (safetensors).
    Trained {
        /// The run.
        run: u32,
        /// What it came to.
        summary: TrainSummary,
        /// The head.
        head: HeadCard,
    },
    /// Training could not begin or go on; the head before stays in use.
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
        /// The groups, the largest first.
        groups: Vec<Vec<SampleId>>,
    },
    /// The clusters, the largest first.
    Clustered {
        /// Members of each, the nearest to the centre first.
        clusters: Vec<Vec<SampleId>>,
        /// Where k was to be suggested: each k tried with its mean silhouette (Rousseeuw 1987), −1 to 1.
        tried: Vec<(usize, f32)>,
    },
    /// Labels that look wrong, the most suspect first.
    Suspects {
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
        /// What can be taken out: files that may be photos, in the order of their paths.
        entries: Vec<ZipEntry>,
        /// What cannot.
        skipped: Vec<Skipped>,
    },
    /// A `.graft` file is open. Beside it: f32 `[N, E]` of the samples in `embedded`, then the head's file (`head_bytes` bytes).
    GraftOpened {
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

//! What the messages carry.

use super::*;

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
    /// Steps since training began, those of the head alone counted; 0 in what an earlier version kept: unknown.
    #[serde(default)]
    pub steps: u64,
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
    /// Why it ended: `done`, `early` (no better epoch for a while), `stopped` (a person) or `failed`.
    pub ended: Ended,
    /// What went wrong, where it ended with [`Ended::Failed`].
    #[serde(default)]
    pub failed: Option<Error>,
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
    /// Where the last epoch was trained; `None` in what an earlier version kept.
    #[serde(default)]
    pub device: Option<DeviceKind>,
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
    /// It could not go on after the epoch before; [`TrainSummary::failed`] says why.
    Failed,
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

/// How embeddings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EmbeddingsFormat {
    /// A header, then a row a photo.
    Csv,
    /// NumPy's: arrays `embeddings`, `labels`, `classes`, `files`.
    Npz,
}

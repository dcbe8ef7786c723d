//! From the page to the engine.

use super::*;

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
    /// Forget the embeddings of these samples.
    Forget {
        /// The samples.
        samples: Vec<SampleId>,
    },
    /// Forget all that belongs to the project of before: embeddings, head, what is being trained or searched for. What it was asked is not
    /// answered any more.
    ForgetAll,

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
        /// is better: see [`TrainSummary::best_epoch`](super::TrainSummary::best_epoch).
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
        /// The page's number for this question; it comes back.
        number: u32,
        /// Among which samples.
        samples: Vec<SampleId>,
    },
    /// Cluster embeddings (k-means). Answer: [`TeachEvent::Clustered`].
    Cluster {
        /// The page's number for this question; it comes back.
        number: u32,
        /// Which samples.
        samples: Vec<SampleId>,
        /// How many clusters; `None`: suggest.
        k: Option<usize>,
        /// Decides the first centres.
        seed: u32,
    },
    /// Which labels look wrong? Answer: [`TeachEvent::Suspects`].
    FindSuspects {
        /// The page's number for this question; it comes back.
        number: u32,
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
        /// The page's number for this question; it comes back.
        number: u32,
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
        /// The page's number for this question; it comes back.
        number: u32,
        /// The file's name, for messages.
        name: String,
    },
    /// Close the zip file that is open.
    CloseZip,
}

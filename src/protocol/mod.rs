//! The messages between the page and the engine: plain data, no tensor, no web type.
//!
//! Each message is one JSON text, [`Command`] towards the engine and [`Event`] back: `{"name": {"field": …}}`, or `"name"` where it has no
//! field. Large binary data (photos, weights,
//! thumbnails) travels beside the text as a transferred buffer or a `File`, never inside it; the doc of each message says which.

#[cfg(not(feature = "teach"))]
mod later;
#[cfg(feature = "teach")]
mod teach;
#[cfg(feature = "teach")]
mod tune;

use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(not(feature = "teach"))]
pub use later::{OwnPrediction, Skipped, TeachCommand, TeachEvent};
#[cfg(feature = "teach")]
pub use teach::{
    EmbeddingsFormat, Ended, EpochRow, Evaluation, HeadCard, Labelled, NetworkCard, OwnItem, OwnPrediction, Rejection,
    SampleFacts, Skipped, SplitReport, Suspect, TeachCommand, TeachEvent, TrainSummary, ZipEntry,
};
#[cfg(feature = "teach")]
pub use tune::{Preparing, TuneCommand, TuneEvent};

/// Which device a person asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// WebGPU where it is there and passes its test, the CPU otherwise.
    #[default]
    Auto,
    /// The CPU, with SIMD.
    Cpu,
    /// The GPU; gives way to the CPU, with the reason, where it cannot be used.
    Gpu,
}

/// A device that computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// The processor, with SIMD.
    Cpu,
    /// The graphics processor, through WebGPU (in a browser) or Vulkan, Metal or DirectX (natively).
    Gpu,
}

/// The device in use, and why it is this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceReport {
    /// Which device computes.
    pub kind: DeviceKind,
    /// Its name as people know it: the adapter's description, or "CPU (SIMD)".
    pub name: String,
    /// Why the GPU is not in use, in plain words with the cure; `None` where it is, or where nobody asked for it.
    pub fallback: Option<Error>,
}

/// One backbone as the chooser shows it. `models/index.json` beside the page is a list of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackboneCard {
    /// The name that selects it, such as `mobilenet-v2`.
    pub name: String,
    /// The name people read, such as "MobileNetV2 1.0".
    pub title: String,
    /// What its classes are: "ImageNet, 1000 classes", "965 birds (iNaturalist)".
    pub classes: String,
    /// Its layers, as [`crate::architecture::Design::parse`] reads them: `mobilenet-v2-1.0-224`.
    #[serde(default)]
    pub design: String,
    /// Width and height of the input, pixels.
    pub input: usize,
    /// Trainable numbers, head included.
    pub parameters: usize,
    /// Weight layers (convolutions and the dense head).
    pub depth: usize,
    /// Length of the embedding.
    pub embedding: usize,
    /// Share of 1000 ImageNet photos whose class is the most probable one, 0–1; `None` where it was not measured.
    pub top1: Option<f32>,
    /// The same for the five most probable.
    pub top5: Option<f32>,
    /// How sure it is of photos of its own kind that it was not trained on: the mean of its largest probability, 0–1; `None`: not measured. Where it is
    /// not, `top1` says about the same.
    #[serde(default)]
    pub confidence: Option<f32>,
    /// Of a network that another one taught: shares of held-out photos of which that one's class is its most probable one, and among its five most
    /// probable, 0–1.
    #[serde(default)]
    pub agreement: Option<[f32; 2]>,
    /// The weight file's name beside `index.json`; it ends in the first 16 digits of its sha256, so that it can be cached for ever.
    pub file: String,
    /// Size of the weight file, bytes.
    pub bytes: u64,
    /// sha256 of the weight file, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// SPDX licence of the weights.
    pub licence: String,
    /// Where the weights come from.
    pub source: String,
}

/// One class with its probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TopItem {
    /// The network's output unit.
    pub index: usize,
    /// WordNet id such as `n02110341`; `None` where the class has none.
    pub id: Option<String>,
    /// The name in the class list.
    pub label: String,
    /// Softmax over all units, 0–1.
    pub probability: f32,
}

/// What the engine found in one photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The most probable classes, the first the most probable.
    pub top: Vec<TopItem>,
    /// The backbone's name.
    pub backbone: String,
    /// Where it was computed.
    pub device: DeviceKind,
    /// Width and height of the photo as a person sees it (EXIF orientation obeyed), pixels.
    pub size: [u32; 2],
    /// Milliseconds from file to pixels ready for the network.
    pub decode_ms: f64,
    /// Milliseconds of the network, readback included.
    pub network_ms: f64,
    /// What the person's own head says, where there is one for this backbone.
    #[serde(default)]
    pub own: Option<OwnPrediction>,
}

/// Largest differences from a reference, one line a tensor compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What was compared: a stage's, or a kernel's, name.
    pub name: String,
    /// Largest absolute difference.
    pub error: f32,
    /// Largest absolute value of the reference.
    pub scale: f32,
}

impl Comparison {
    /// The largest difference as a share of the reference's largest value.
    pub fn relative(&self) -> f32 {
        self.error / self.scale.max(f32::MIN_POSITIVE)
    }
}

/// What the page, a test or a benchmark asks of the engine. Commands are carried out one after another, in the order they came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(target_pointer_width = "64", expect(clippy::large_enum_variant, reason = "one is there at a time"))]
pub enum Command {
    /// Open a device and test it. Answer: [`Event::DeviceReady`]. Sent first, and again to change the device.
    OpenDevice {
        /// The device asked for.
        device: DeviceChoice,
    },
    /// Take this weight file. Beside it: the file's bytes (`ArrayBuffer`, transferred). Answer: [`Event::BackboneReady`] or
    /// [`Event::BackboneFailed`], which leaves the backbone before in use.
    LoadBackbone {
        /// The file's name, for messages.
        file: String,
        /// The checksum it must have (from `index.json`); `None` for a file that a person dropped.
        sha256: Option<String>,
    },
    /// Say what is in a photo. Beside it: the `File` or `Blob`. Answer: [`Event::Predicted`] or [`Event::PhotoFailed`].
    Classify {
        /// The page's own number for the photo; it comes back in the answer.
        photo: u64,
        /// The file's name, for messages.
        name: String,
        /// How many classes to give.
        top: usize,
    },
    /// Time the loaded backbone on a device. Answer: [`Event::Measured`].
    Measure {
        /// The device to time; both can be timed whichever is in use.
        device: DeviceKind,
        /// Photos in a batch.
        batch: usize,
        /// How often to repeat after one warm-up run; the median counts.
        repeats: usize,
    },
    /// Compare every stage of the loaded backbone with a golden file: for tests, as [`Self::CompareKernels`] is. Beside it: the safetensors bytes (`ArrayBuffer`). Answer: [`Event::Compared`].
    CompareGolden,
    /// Compare every kernel with its CPU reference on awkward shapes. Answer: [`Event::Compared`].
    CompareKernels,
    /// About a person's own classes.
    Teach(TeachCommand),
}

impl Command {
    /// Its name.
    pub fn name(&self) -> CommandName {
        match self {
            Self::OpenDevice { .. } => CommandName::OpenDevice,
            Self::LoadBackbone { .. } => CommandName::LoadBackbone,
            Self::Classify { .. } => CommandName::Classify,
            Self::Measure { .. } => CommandName::Measure,
            Self::CompareGolden => CommandName::CompareGolden,
            Self::CompareKernels => CommandName::CompareKernels,
            Self::Teach(_) => CommandName::Teach,
        }
    }
}

/// A command's name, for whoever waits for its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandName {
    /// [`Command::OpenDevice`]
    OpenDevice,
    /// [`Command::LoadBackbone`]
    LoadBackbone,
    /// [`Command::Classify`]
    Classify,
    /// [`Command::Measure`]
    Measure,
    /// [`Command::CompareGolden`]
    CompareGolden,
    /// [`Command::CompareKernels`]
    CompareKernels,
    /// [`Command::Teach`]
    Teach,
    /// What came was no command.
    Unknown,
}

/// What the engine tells the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The engine's code has arrived and runs; it waits for commands.
    Started,
    /// It works on what takes long and has no result to tell yet. At most one every few seconds: whoever watches over the engine takes long silence
    /// for its end.
    Alive,
    /// A device is open and has passed its test.
    DeviceReady {
        /// Which one, and why.
        report: DeviceReport,
    },
    /// The GPU went away in the middle of work. The engine goes on with the CPU and does again what was lost; a
    /// [`Event::DeviceReady`] with the CPU follows.
    DeviceLost {
        /// What happened, and the cure.
        error: Error,
    },
    /// A backbone is in use.
    BackboneReady {
        /// Its card, read from the file itself (`top1`, `top5` come from its metadata).
        card: Box<BackboneCard>,
    },
    /// A weight file was refused.
    BackboneFailed {
        /// Why.
        error: Error,
    },
    /// A photo's classes. Beside it: a JPEG thumbnail (`ArrayBuffer`; at most 320 pixels a side, aspect kept).
    Predicted {
        /// The number the page gave.
        photo: u64,
        /// What was found.
        prediction: Prediction,
    },
    /// A photo could not be classified; the next ones go on.
    PhotoFailed {
        /// The number the page gave.
        photo: u64,
        /// Why.
        error: Error,
    },
    /// Milliseconds of one batch.
    Measured {
        /// The backbone timed.
        backbone: String,
        /// The device timed.
        device: DeviceKind,
        /// Photos in a batch.
        batch: usize,
        /// Median milliseconds of a batch, readback included.
        median_ms: f64,
        /// The fastest batch.
        min_ms: f64,
    },
    /// The result of a comparison.
    Compared {
        /// Where the compared side was computed.
        device: DeviceKind,
        /// One line a tensor.
        comparisons: Vec<Comparison>,
    },
    /// A command, or a part of it that has no answer of its own, failed.
    CommandFailed {
        /// Which.
        command: CommandName,
        /// Why.
        error: Error,
    },
    /// About a person's own classes.
    Teach(TeachEvent),
    /// The engine is about to stop: a defect of ours. The page starts it again.
    Crashed {
        /// The panic's text.
        message: String,
    },
}

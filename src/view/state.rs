//! What the page knows, what can happen to it, and what it then asks of the browser: plain data, no web type.

use crate::error::Error;
use crate::protocol::{BackboneCard, Command, DeviceChoice, DeviceReport, Event, Skipped};

use super::networks::{Fetching, Networks};
use super::notices::{Notices, Offer};
use super::photos::{NewPhoto, Photos};
use super::teach::{Teach, TeachAction, TeachEffect};
use super::timings::Timings;

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Dark ink on paper.
    Light,
    /// Light ink on dark.
    Dark,
}

impl Theme {
    /// As it is kept between visits, and as `data-theme` has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads [`Theme::word`]; anything else is the system's.
    pub fn from_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }

    /// The one after this in the switch.
    pub fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }
}

/// Where on the page a person is; the address says it, too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// What is in a photo?
    #[default]
    Look,
    /// Classes of a person's own.
    Teach,
    /// Runs on these classes, side by side.
    Lab,
}

impl Place {
    /// As it stands in the address, after `#`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Teach => "teach",
            Self::Lab => "lab",
        }
    }

    /// What the window's tab is called there.
    pub fn title(self) -> &'static str {
        match self {
            Self::Look => "Look: what is in a photo? · Graft",
            Self::Teach => "Teach: your own classes · Graft",
            Self::Lab => "Lab: runs side by side · Graft",
        }
    }

    /// Reads [`Place::word`]; anything else is the first place.
    pub fn from_word(word: &str) -> Self {
        match word {
            "teach" => Self::Teach,
            "lab" => Self::Lab,
            _ => Self::Look,
        }
    }

    /// Is this about a project, with its classes and what is trained on them?
    pub fn has_project(self) -> bool {
        self != Self::Look
    }
}

/// Where the keyboard's focus goes when what had it goes off the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The place itself.
    Place,
    /// The chooser of networks.
    Chooser,
    /// The button that opens the camera.
    Camera,
    /// A photo's card.
    Photo(u64),
    /// What the message with this number offers to do.
    Offer(u64),
    /// The button that closes the message with this number.
    Close(u64),
}

impl Focus {
    /// The element, as CSS selects it.
    pub fn selector(self) -> String {
        match self {
            Self::Place => "#place".to_owned(),
            Self::Chooser => "#backbone".to_owned(),
            Self::Camera => "[data-testid=camera]".to_owned(),
            Self::Photo(id) => format!("[data-number='{id}']"),
            Self::Offer(id) => format!("[data-notice='{id}'] .button"),
            Self::Close(id) => format!("[data-notice='{id}'] .button-bare"),
        }
    }
}

/// How the engine lives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Life {
    /// Its code is on its way.
    #[default]
    Starting,
    /// It answers.
    Running,
    /// It stopped too often; only a person starts it again.
    GivenUp,
}

/// The engine, as the page sees it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Engine {
    /// How it lives.
    pub life: Life,
    /// The device asked for.
    pub choice: DeviceChoice,
    /// The device in use; `None` before it is open.
    pub device: Option<DeviceReport>,
    /// `OpenDevice` commands without an answer yet.
    pub opening: usize,
    /// `Measure` commands without an answer yet.
    pub measuring: usize,
    /// Bytes of its code that are here, while it starts.
    pub received: u64,
    /// Crashes since it last finished something.
    pub crashes: u8,
    /// Ticks of the watch since it last gave a sign.
    pub silent: u8,
    /// The GPU was given up because the engine crashed while opening it.
    pub gpu_given_up: bool,
    /// A person asked for another device, and photos are to be classified again when it is open.
    pub again_when_open: bool,
}

/// An example photo of our own, `samples/samples.json` lists them.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct Sample {
    /// The file's name beside the list.
    pub file: String,
    /// What it shows.
    pub title: String,
    /// Who made it.
    #[serde(default)]
    pub credit: String,
}

/// What the page knows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// The engine and its device.
    pub engine: Engine,
    /// The networks.
    pub networks: Networks,
    /// The photos and their queue.
    pub photos: Photos,
    /// The messages.
    pub notices: Notices,
    /// What a photo takes here.
    pub timings: Timings,
    /// Example photos.
    pub samples: Vec<Sample>,
    /// Light or dark.
    pub theme: Theme,
    /// Letters and lines are half as large again, and nothing but the place is shown.
    pub projector: bool,
    /// A folder is being read; so many files were found so far.
    pub reading: Option<usize>,
    /// Where a person is.
    pub place: Place,
    /// A person's own classes.
    pub teach: Teach,
    /// The network and device that Teach was last told of.
    pub teach_with: Option<super::photos::MadeBy>,
    /// Is the camera's picture on the page?
    pub camera: bool,
    /// The page's clock when something last happened, milliseconds.
    pub now_ms: f64,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// The page is there. What the address and the browser's memory say.
    Opened {
        /// `?device=`
        device: DeviceChoice,
        /// `?backbone=`
        backbone: Option<String>,
        /// [`Timings::to_json`] of an earlier visit.
        timings: Option<String>,
        /// The theme of an earlier visit.
        theme: Theme,
        /// Was the page as a projector needs it?
        projector: bool,
    },
    /// Five seconds went by.
    Tick,
    /// The engine said something; with it the `blob:` address of a thumbnail.
    Engine(Event, Option<String>),
    /// This much of the engine's code is here, bytes.
    EngineProgress(u64),
    /// The engine stopped without a word of its own; the browser's text about it.
    EngineStopped(String),
    /// The list of networks.
    Networks(Result<Vec<BackboneCard>, Error>),
    /// The example photos.
    Samples(Vec<Sample>),
    /// A part of a weight file: the fetch's number, bytes here, bytes in all.
    WeightsProgress(u64, u64, u64),
    /// A whole weight file: the fetch's number, and whether it is the browser's copy.
    WeightsArrived(u64, bool),
    /// No weight file.
    WeightsFailed(u64, Error),
    /// A person stopped the fetch of a weight file.
    StopFetching,
    /// A person chose a network by its key.
    Choose(String),
    /// A person gave a weight file: its key, name and size in bytes.
    OwnWeights(String, String, u64),
    /// A person chose a device.
    ChooseDevice(DeviceChoice),
    /// A person wants the network timed on each device.
    Measure,
    /// Files came.
    Add(Vec<NewPhoto>),
    /// A folder is being read; so many files were found so far. `None`: it is read.
    Reading(Option<usize>),
    /// A folder was read.
    FolderRead {
        /// Photos in it.
        photos: usize,
        /// What is no photo.
        left_out: Vec<Skipped>,
        /// What cannot be read.
        unread: Vec<Skipped>,
    },
    /// A person removed a photo.
    Remove(u64),
    /// A person removed all.
    Clear,
    /// A person stopped the queue, or lets it go on.
    Stop(bool),
    /// A person pressed the button beside a message.
    Take(Offer),
    /// A person closed a message.
    Dismiss(u64),
    /// A message goes, as its time is over.
    Expire(u64),
    /// The camera's picture is wanted, or not.
    Camera(bool),
    /// The camera cannot be used.
    CameraFailed(Error),
    /// Something is to be said about what a button did.
    Say(String),
    /// What a button does failed.
    ButtonFailed(Error),
    /// A person chose the next theme.
    NextTheme,
    /// A person wants the page as a projector needs it, or no more.
    Projector,
    /// A person went to a place.
    Go(Place),
    /// Something about a person's own classes.
    Teach(TeachAction),
}

/// What the page asks of the browser and of the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Start the engine, in place of one that may be there.
    StartEngine,
    /// Send a command.
    Send(Command),
    /// Send a photo's file with this command.
    SendPhoto(u64, Command),
    /// Read `models/index.json`.
    FetchNetworks,
    /// Read a weight file, from the cache, the server or a person's disk.
    FetchWeights(Fetching),
    /// Stop reading.
    StopFetching,
    /// Send what a fetch brought with this command.
    SendWeights(u64, Command),
    /// Take this weight file out of the browser's cache.
    DropCached(String),
    /// Take all but these weight files out of the browser's cache.
    KeepCached(Vec<String>),
    /// Let go of these photos' files and thumbnails.
    Forget(Vec<u64>),
    /// Keep a text between visits.
    Store(&'static str, String),
    /// Show a theme.
    ShowTheme(Theme),
    /// Show the page as a projector needs it, or as usual.
    ShowProjector(bool),
    /// Give the focus to an element once the page is drawn, if it is nowhere by then.
    Focus(Focus),
    /// Something about a person's own classes.
    Teach(TeachEffect),
    /// Take a message down after a while.
    DismissLater(u64),
}

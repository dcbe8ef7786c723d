//! Settings, Train, live curves, runs.
//!
//! The newest run is the current one, the earlier ones are drawn as ghosts behind it. Settings are part of the project; what else is to be
//! kept between visits is given by [`Training::to_json`].

pub mod advice;
pub mod augmenting;
pub mod compare;
pub mod curves;
pub mod evidence;
pub mod fields;
pub mod going_on;
pub mod head;
pub mod kept;
pub mod limits;
pub mod network;
pub mod preparing;
pub mod rates;
pub mod ready;
pub mod run;
pub mod scratch;
pub mod way;
pub mod words;

mod deeper;
mod field_words;
mod heard;
mod reduce;
mod tuned;

#[cfg(target_arch = "wasm32")]
mod advice_panel;
#[cfg(target_arch = "wasm32")]
mod augment_panel;
#[cfg(target_arch = "wasm32")]
mod block;
#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod chart;
#[cfg(target_arch = "wasm32")]
mod control;
#[cfg(target_arch = "wasm32")]
mod form;
#[cfg(target_arch = "wasm32")]
mod messages;
#[cfg(target_arch = "wasm32")]
pub mod panel;
#[cfg(target_arch = "wasm32")]
mod picture;
#[cfg(target_arch = "wasm32")]
mod rate_panel;
#[cfg(target_arch = "wasm32")]
mod runs;
#[cfg(target_arch = "wasm32")]
mod ways;

#[cfg(test)]
mod tests;

use std::rc::Rc;

use crate::error::Error;
use crate::project::{Augmentation, ClassId, SampleId, Way};
use crate::protocol::{DeviceKind, SplitReport};

use advice::Likened;
use augmenting::{Preview, Tiles};
use fields::{Draft, Field};
use head::Head;
use preparing::Progress;
use rates::Search;
use ready::Ask;
use run::Run;

/// So many runs are kept; the oldest go first.
pub const MAX_RUNS: usize = 20;

/// The state of this part.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Training {
    /// The runs, the newest last.
    pub runs: Vec<Rc<Run>>,
    /// The head in use; `None` before the first was trained.
    pub head: Option<Rc<Head>>,
    /// What goes on.
    pub phase: Phase,
    /// What was typed into a field and not understood, and why.
    pub drafts: Vec<Draft>,
    /// Train was pressed in vain; what stands in its way is shown until it is gone.
    pub refused: Option<Ask>,
    /// Something went wrong in the last run.
    pub failure: Option<Rc<Error>>,
    /// The run that was deleted last, and its place: it can be brought back.
    pub deleted: Option<(usize, Rc<Run>)>,
    /// Is the loss drawn on a logarithmic axis?
    pub log_loss: bool,
    /// What is done before the first step of the run in progress, or of the search for a rate.
    pub preparing: Option<Progress>,
    /// The engine stopped after this epoch of the run in progress, and with it was lost what was trained: the run began again.
    pub begun_again: Option<usize>,
    /// The newest search for a learning rate.
    pub search: Option<Search>,
    /// What augmentation does, shown on a photo.
    pub preview: Preview,
    /// How alike the photos are to those that the network knows.
    pub likened: Likened,
    /// How often the engine stopped while it trained the newest run.
    crashes: u8,
    /// Where it will be trained, once that is known: a GPU takes more memory.
    pub device: Option<DeviceKind>,
    /// The engine is new and may have to be given the head first.
    head_on_its_way: bool,
    /// The number of the newest run ever.
    last_number: u32,
}

/// What goes on.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Phase {
    /// Nothing.
    #[default]
    Idle,
    /// Training begins when photos and engine are ready.
    Waiting {
        /// What was asked for.
        ask: Ask,
        /// The run that the engine lost, and that is trained again from the start.
        again: Option<u32>,
    },
    /// A run is being trained.
    Running(Live),
}

/// A run in progress.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// Its number.
    pub run: u32,
    /// What was asked for.
    pub ask: Ask,
    /// A person paused it.
    pub paused: bool,
    /// A person stopped it; the engine is about to finish.
    pub stopping: bool,
    /// The ids of its classes.
    pub classes: Rc<Vec<ClassId>>,
    /// Samples with their classes, sorted by sample.
    pub taught: Rc<Vec<(SampleId, ClassId)>>,
    /// Who is on which side; `None` before the engine began.
    pub split: Option<Rc<SplitReport>>,
}

/// What a file of the curves is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveFile {
    /// The drawing.
    Svg,
    /// The drawing, as pixels.
    Png,
    /// The numbers of all runs.
    Csv,
}

/// What can happen to this part.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A person filled in a field.
    Set(Field, String),
    /// A person wants the default settings back.
    Reset,
    /// A person pressed Train, or one of the buttons that do it in another way.
    Train(Ask),
    /// Do not wait for photos that are not embedded yet.
    TrainNow,
    /// Do not begin when ready, after all.
    DoNotWait,
    /// Pause, or go on.
    Pause(bool),
    /// Stop; the best head so far is kept.
    Stop,
    /// Draw this run's curves, or not.
    Show(u32, bool),
    /// Name this run.
    Rename(u32, String),
    /// Delete this run.
    Delete(u32),
    /// Bring back the run that was deleted last.
    Undelete,
    /// Take the message about a failure down.
    Dismiss,
    /// Draw the loss on a logarithmic axis, or not.
    LogLoss(bool),
    /// Save the curves as they are drawn at this width, pixels.
    Save(CurveFile, f64),
    /// Whether the page keeps a head's file that can be given to a new engine.
    HeadFile(bool),
    /// Train in this way.
    Way(Way),
    /// Train as the advice has it.
    UseAdvice,
    /// Train this block of the network and those behind it; the head alone behind the last.
    TrainFrom(usize),
    /// Take the features at this block.
    FeaturesAt(usize),
    /// Look for a learning rate.
    FindRate,
    /// Stop looking, and take the result down.
    EndSearch,
    /// Train with the learning rate that was found.
    TakeRate,
    /// Change photos like this.
    Augment(Augmentation),
    /// Show on a photo what augmentation does; on another one if it is shown already.
    ShowChanges,
    /// The picture of a preview is there.
    Previewed(Tiles),
}

/// What this part asks of the browser.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Is there a head's file? Answer: [`Action::HeadFile`].
    AskHeadFile,
    /// The head's file that came last is the one in use. Nobody asks for it after a run whose head is not kept.
    UseTrained,
    /// Save a text: the file's name, its kind, the text.
    SaveText(String, &'static str, String),
    /// Save a drawing as pixels: the file's name, the SVG, its width and height.
    SavePng(String, String, f64, f64),
    /// Give the engine a photo that this run wants, or say that it is gone.
    Supply(u32, SampleId),
    /// Ask the engine to show what these changes do to this photo; another number, other changes.
    Preview(SampleId, Augmentation, u32),
}

impl Training {
    /// The run with this number.
    pub fn run(&self, number: u32) -> Option<&Rc<Run>> {
        self.runs.iter().find(|run| run.number == number)
    }

    /// The current run: the newest that is not there for comparison only, nor the Lab's.
    pub fn current(&self) -> Option<&Rc<Run>> {
        self.runs.iter().rev().find(|run| run.careless_of.is_none() && run.lab.is_none())
    }

    /// The run in progress.
    pub fn live(&self) -> Option<&Live> {
        match &self.phase {
            Phase::Running(live) => Some(live),
            _ => None,
        }
    }

    /// Is this run there for comparison only, so that what the engine says of its head concerns nobody?
    pub fn is_comparison(&self, number: u32) -> bool {
        self.run(number).is_some_and(|run| run.careless_of.is_some() || run.lab.is_some())
    }

    /// Is this entry of the Lab being run, or does it wait to begin?
    pub fn is_about(&self, entry: u32) -> bool {
        match &self.phase {
            Phase::Running(live) => live.ask.lab == Some(entry),
            Phase::Waiting { ask, .. } => ask.lab == Some(entry),
            Phase::Idle => false,
        }
    }

    /// Who was on which side when the head in use was trained.
    pub fn split(&self) -> Option<&SplitReport> {
        self.head.as_ref().map(|head| &head.split)
    }

    /// The search for a learning rate that is on.
    pub fn searching(&self) -> Option<&Search> {
        self.search.as_ref().filter(|search| !search.done)
    }

    /// Does the engine train, look for a rate or change a photo? Or end a run that is paused?
    pub(in crate::view::teach) fn is_awaited(&self) -> bool {
        let trains = self.live().is_some_and(|live| live.stopping || !live.paused);
        trains || self.searching().is_some() || self.preview.awaited
    }

    /// A number for a run or a search that no other had.
    fn next_number(&mut self) -> u32 {
        self.last_number = self.last_number.saturating_add(1);
        self.last_number
    }

    fn run_mut(&mut self, number: u32) -> Option<&mut Run> {
        self.runs.iter_mut().find(|run| run.number == number).map(Rc::make_mut)
    }

    fn live_mut(&mut self) -> Option<&mut Live> {
        match &mut self.phase {
            Phase::Running(live) => Some(live),
            _ => None,
        }
    }
}

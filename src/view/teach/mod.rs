//! The place Teach: a person's own classes. Six parts, each a folder with its state, its actions and what it draws:
//!
//! | part | what |
//! |---|---|
//! | [`intake`] | files, folders, zips and the camera come in; photos go to the engines and come back embedded |
//! | [`classes`] | photos sorted into classes: cards, thumbnails, undo, data sheet, near-duplicates, clusters |
//! | [`training`] | settings, Train, live curves, runs |
//! | [`lab`] | several runs one after another, as one table and curves over one another |
//! | [`judge`] | trying photos, confusion, calibration, "none of these", suspect labels |
//! | [`keep`] | the project in the browser's storage, `.graft` files, deleting everything |
//!
//! State and actions are plain data, tested natively; what draws is for browsers only. What belongs to a photo (file, thumbnail,
//! embedding) is with the runtime (`runtime.rs`), by the sample's id.

pub mod classes;
pub mod intake;
pub mod judge;
pub mod keep;
pub mod lab;
pub mod training;

#[cfg(target_arch = "wasm32")]
pub mod runtime;
#[cfg(target_arch = "wasm32")]
pub mod screen;

use std::rc::Rc;

use crate::error::{Error, Result};
use crate::project::{Edit, History, Project};
use crate::protocol::{BackboneCard, DeviceKind, TeachCommand, TeachEvent};

use super::networks::Networks;
use super::notices::Notices;

/// What the page knows of a person's own classes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Teach {
    /// Classes, samples and settings: what is kept.
    pub project: Rc<Project>,
    /// Counts up whenever `project` changes in any way; tells parts that something is to be kept or drawn anew.
    pub revision: u64,
    /// What can be undone, and done again.
    pub history: History,
    /// The part of this name.
    pub intake: intake::Intake,
    /// The part of this name.
    pub classes: classes::Classes,
    /// The part of this name.
    pub training: training::Training,
    /// The part of this name.
    pub lab: lab::Lab,
    /// The part of this name.
    pub judge: judge::Judge,
    /// The part of this name.
    pub keep: keep::Keep,
    /// Numbers questions to the engine.
    questions: Questions,
}

/// Numbers questions to the engine, so that an answer is never taken for one to another question: of a project that is gone, of a file that was
/// given up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Questions(u32);

impl Questions {
    /// A number that no other question had; never 0.
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(1).max(1);
        self.0
    }
}

/// What is known of the rest of the page, for the parts of Teach.
#[derive(Debug)]
pub struct Around<'a> {
    /// The page's clock, milliseconds.
    pub now_ms: f64,
    /// The messages at the top of the page.
    pub notices: &'a mut Notices,
    /// The networks there are, and which of them is wanted.
    pub networks: &'a Networks,
    /// The backbone in use; `None` before it is ready.
    pub backbone: Option<&'a BackboneCard>,
    /// Where the main engine computes; `None` before it is open.
    pub device: Option<DeviceKind>,
}

/// What can happen in Teach.
#[derive(Debug, Clone, PartialEq)]
pub enum TeachAction {
    /// To the part of this name.
    Intake(intake::Action),
    /// To the part of this name.
    Classes(classes::Action),
    /// To the part of this name.
    Training(training::Action),
    /// To the part of this name.
    Lab(lab::Action),
    /// To the part of this name.
    Judge(judge::Action),
    /// To the part of this name.
    Keep(keep::Action),
    /// An engine said something. Large data beside it is already where it belongs: thumbnails and embeddings are with the runtime, the rest is here.
    Engine {
        /// Which engine: 0 is the main one, others are embedders.
        engine: usize,
        /// What it said.
        event: Box<TeachEvent>,
        /// Numbers that came beside it (logits of [`TeachEvent::Evaluated`]).
        numbers: Option<Rc<[f32]>>,
    },
    /// The main engine, a backbone and a device are ready, or another backbone is: what the engine must know is to be sent to it (again).
    EngineReady,
    /// The main engine stopped; what it was doing is lost.
    EngineLost,
}

/// What Teach asks of the browser and of the engines.
#[derive(Debug, Clone, PartialEq)]
pub enum TeachEffect {
    /// Send a command to an engine; 0 is the main one.
    Send(usize, TeachCommand),
    /// Send a command with the photo of a sample beside it.
    SendPhoto(usize, u64, TeachCommand),
    /// Send the main engine all embeddings that are kept for these samples (with [`TeachCommand::SetEmbeddings`]).
    SendEmbeddings(Vec<u64>),
    /// Send the main engine a photo that a person tries; see [`judge::FIRST_PHOTO`].
    TryPhoto {
        /// Its number.
        photo: u64,
        /// The file's name, for messages.
        name: String,
        /// How many classes to give.
        top: usize,
    },
    /// To the part of this name.
    Intake(intake::Effect),
    /// To the part of this name.
    Classes(classes::Effect),
    /// To the part of this name.
    Training(training::Effect),
    /// To the part of this name.
    Judge(judge::Effect),
    /// To the part of this name.
    Keep(keep::Effect),
}

impl Teach {
    /// Takes in what happened; gives what is to be done about it, in this order. `around` is the rest of the page.
    pub fn reduce(&mut self, action: TeachAction, around: &mut Around) -> Vec<TeachEffect> {
        let before = self.revision;
        // Intake itself knows what its own actions and the engines' answers do to the queue.
        let elsewhere = !matches!(action, TeachAction::Intake(_) | TeachAction::Engine { .. });
        let embedded =
            matches!(&action, TeachAction::Engine { event, .. } if matches!(**event, TeachEvent::Embedded { .. }));
        // What a person says of the judgement is kept, too, though it is no part of the project.
        let judge = matches!(action, TeachAction::Judge(_)).then(|| self.judge.to_json());
        let mut effects = match action {
            TeachAction::Intake(action) => self.reduce_intake(action, around),
            TeachAction::Classes(action) => self.reduce_classes(action, around),
            TeachAction::Training(action) => self.reduce_training(action, around),
            TeachAction::Lab(action) => self.reduce_lab(action, around),
            TeachAction::Judge(action) => self.reduce_judge(action, around),
            TeachAction::Keep(action) => self.reduce_keep(action, around),
            TeachAction::Engine { engine, event, numbers } => self.engine_said(engine, *event, numbers, around),
            TeachAction::EngineReady => {
                let mut effects = self.intake_engine_ready(around);
                effects.extend(self.training_engine_ready(around));
                effects.extend(self.judge_engine_ready(around));
                effects
            }
            TeachAction::EngineLost => {
                let mut effects = self.intake_engine_lost(around);
                self.training_engine_lost();
                effects.extend(self.keep_engine_lost(around));
                self.judge_engine_lost();
                self.classes.engine_stopped();
                effects
            }
        };
        if self.revision != before && elsewhere {
            effects.extend(self.intake_follows(around));
        }
        // Before training goes on with a run that is not to go on.
        self.lab_network_follows(around);
        effects.extend(self.training_follows(around));
        effects.extend(self.lab_follows(around));
        let judged = judge.is_some_and(|judge| judge != self.judge.to_json());
        if self.revision != before || embedded || judged {
            effects.extend(self.project_changed(around));
        }
        effects
    }

    /// Does the main engine owe an answer, or work on what takes long? Then it is to give signs of life.
    pub fn is_awaited(&self) -> bool {
        self.intake.is_awaited()
            || self.classes.is_awaited()
            || self.training.is_awaited()
            || self.judge.is_awaited()
            || self.keep.is_awaited()
    }

    /// Makes a change that a person can undo, and says so where it cannot be made. The label is [`Edit::label`].
    pub fn edit(&mut self, edit: Edit, around: &mut Around) -> Vec<TeachEffect> {
        let label = edit.label(&self.project);
        self.edit_as(label, edit, around)
    }

    /// The same under a label of its own: what the person did, as Undo says it ("Move 3 photos to Bees").
    pub fn edit_as(&mut self, label: impl Into<String>, edit: Edit, around: &mut Around) -> Vec<TeachEffect> {
        self.try_edit(label, edit).unwrap_or_else(|error| self.failed(error, around))
    }

    /// The same for those who say themselves why it cannot be made.
    ///
    /// # Errors
    ///
    /// Those of [`Project::apply`]; nothing was changed then.
    pub fn try_edit(&mut self, label: impl Into<String>, edit: Edit) -> Result<Vec<TeachEffect>> {
        let lost = self.history.make(Rc::make_mut(&mut self.project), label, edit)?;
        self.revision += 1;
        self.classes_follow();
        Ok(Self::forget(lost))
    }

    /// Forgets what can be undone, as another project takes this one's place.
    pub fn forget_history(&mut self) -> Vec<TeachEffect> {
        Self::forget(self.history.clear(&self.project))
    }

    /// These samples are gone for good.
    fn forget(samples: Vec<crate::project::SampleId>) -> Vec<TeachEffect> {
        if samples.is_empty() {
            return Vec::new();
        }
        let command = TeachCommand::Forget { samples: samples.clone() };
        vec![TeachEffect::Classes(classes::Effect::Forget(samples)), TeachEffect::Send(0, command)]
    }

    /// The project, to be changed; whoever calls this changes it. What can be undone goes by [`Teach::edit`] instead: this is for facts
    /// learned of samples, settings and names.
    pub fn project_mut(&mut self) -> &mut Project {
        self.revision += 1;
        Rc::make_mut(&mut self.project)
    }

    /// Each event goes to the part that it is about.
    fn engine_said(
        &mut self,
        engine: usize,
        event: TeachEvent,
        numbers: Option<Rc<[f32]>>,
        around: &mut Around,
    ) -> Vec<TeachEffect> {
        match event {
            TeachEvent::Embedded { .. } | TeachEvent::SampleFailed { .. } => self.intake_heard(engine, event, around),
            // One zip file is open at a time: a project's, or one of photos.
            TeachEvent::ZipOpened { .. }
            | TeachEvent::Unpacked { .. }
            | TeachEvent::UnpackFailed { .. }
            | TeachEvent::ZipFailed { .. }
                if !self.keep.is_opening() =>
            {
                self.intake_heard(engine, event, around)
            }
            TeachEvent::NearDuplicates { .. } | TeachEvent::Clustered { .. } => self.classes_heard(event, around),
            // The head of a run that is there for comparison only is not kept, and that of a run that was given up is not there.
            TeachEvent::Evaluated { run, .. } if self.training.is_comparison(run) || !self.is_judged(run) => Vec::new(),
            TeachEvent::Trained { run, .. } if self.training.is_comparison(run) => self.training_heard(event, around),
            TeachEvent::Trained { run, .. } => {
                let mut effects = self.training_heard(event, around);
                effects.extend(self.judge_trained(run, around));
                effects
            }
            TeachEvent::TrainingStarted { .. }
            | TeachEvent::Epochs { .. }
            | TeachEvent::TrainingFailed { .. }
            | TeachEvent::Tune(_) => self.training_heard(event, around),
            TeachEvent::HeadReady { .. }
            | TeachEvent::HeadFailed { .. }
            | TeachEvent::Evaluated { .. }
            | TeachEvent::Suspects { .. } => self.judge_heard(event, numbers, around),
            TeachEvent::ZipOpened { .. }
            | TeachEvent::Unpacked { .. }
            | TeachEvent::UnpackFailed { .. }
            | TeachEvent::ZipFailed { .. }
            | TeachEvent::GraftOpened { .. }
            | TeachEvent::Packed { .. }
            | TeachEvent::File { .. } => self.keep_heard(event, around),
            TeachEvent::Failed { error } => {
                self.classes.engine_stopped();
                self.training.command_failed();
                self.failed(error, around)
            }
        }
    }

    /// Is what the engine says of this run's head about the head in use, or the one that is about to be? In a project that was just opened the
    /// head has yet to be loaded: a run of the same number was the project's before.
    fn is_judged(&self, run: u32) -> bool {
        let live = self.training.live().is_some_and(|live| live.run == run);
        live || (self.judge.head.is_some() && self.training.head.as_ref().is_some_and(|head| head.run == run))
    }

    fn failed(&mut self, error: Error, around: &mut Around) -> Vec<TeachEffect> {
        self.judge_failed();
        around.notices.error(super::notices::Topic::Teach, super::notices::Tone::Error, error, None);
        self.keep_failed()
    }
}

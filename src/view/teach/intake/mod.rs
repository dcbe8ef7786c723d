//! How photos come in and get embedded: files, folders, zip files, the camera and the example go into the project, from there through
//! the queue to the engines, and come back embedded.
//!
//! | file | what |
//! |---|---|
//! | `add` | photos become samples, folders become classes |
//! | `embed` | what the engines say of photos; duplicates; another backbone |
//! | `queue`, `run` | who waits, who is with which engine, what failed; how fast it goes |
//! | `pool` | further engines that only embed |
//! | `late` | answers that concern nobody any more |
//! | `unpack`, `zip` | zip files, entry by entry |
//! | `report` | what was left out, and why |

mod add;
mod embed;
mod late;
mod pool;
mod queue;
mod report;
mod run;
mod unpack;
mod zip;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
mod camera;
#[cfg(target_arch = "wasm32")]
mod embedder;
#[cfg(target_arch = "wasm32")]
mod example;
#[cfg(target_arch = "wasm32")]
pub mod panel;
#[cfg(target_arch = "wasm32")]
mod progress;
#[cfg(target_arch = "wasm32")]
mod reports;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::rc::Rc;

use super::{Around, Teach, TeachEffect};
use crate::error::{Error, ErrorKind};
use crate::project::{ClassId, Role, SampleId};
use crate::protocol::{BackboneCard, Skipped, TeachCommand, TeachEvent};
use crate::view::notices::{Tone, Topic};

pub use late::Late;
pub use pool::Pool;
pub use queue::{Pace, Queue};
pub use report::{Duplicate, Report, place_words};
pub use unpack::{Archive, Unpacking};

/// The runtime's number for a file that a person gave and that is no sample yet.
pub type FileId = u64;

/// A file that a person gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// The runtime's number for it.
    pub file: FileId,
    /// Its name, with the folders before it where it comes from a folder.
    pub path: String,
    /// Its size.
    pub bytes: u64,
}

/// The state of this part; cheap to clone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Intake {
    /// Photos without an embedding.
    pub queue: Queue,
    /// Further engines.
    pub pool: Pool,
    /// What was left out.
    pub report: Report,
    /// The zip file that is being unpacked.
    pub unpacking: Option<Unpacking>,
    /// Zip files that wait.
    archives: VecDeque<Archive>,
    /// Files found so far in a folder that is being read.
    pub reading: Option<usize>,
    /// Pictures of the example that are drawn, while it is being drawn.
    pub drawing: Option<usize>,
    /// The camera is on, and its photos go into this class.
    pub camera: Option<Option<ClassId>>,
    /// Name and checksum of the backbone that made the embeddings.
    made_by: Option<(String, String)>,
    /// The main engine takes photos.
    main_ready: bool,
    /// The project came with embeddings by a backbone that is not the one in use.
    foreign: bool,
    /// Embedded by an embedder, but not yet with the main engine.
    unsent: Vec<(usize, SampleId)>,
}

/// What can happen to this part.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// So many cores has the processor.
    Cores(usize),
    /// Photos for a class; `None`: unsorted.
    Photos(Option<ClassId>, Vec<NewFile>),
    /// Files of folders, whose names are the classes.
    Folder(Vec<NewFile>, Role),
    /// Zip files of folders.
    Zips(Vec<NewFile>, Role),
    /// Files that are of no use here.
    Skipped(Vec<Skipped>),
    /// A folder is being read; so many files were found so far.
    Reading(Option<usize>),
    /// A person pauses the queue, or lets it go on.
    Pause(bool),
    /// A person stops the queue.
    Stop,
    /// A person wants a photo that failed tried again; `None`: all.
    Retry(Option<SampleId>),
    /// A person takes photos out of the project that failed, or are a copy of another.
    Remove(Vec<SampleId>),
    /// A person has read what was left out.
    CloseReport,
    /// A person opens the camera (`true`) or closes it.
    Camera(bool),
    /// A person opens the camera for a class.
    CameraFor(ClassId),
    /// Photos of the camera are to go into this class.
    CameraInto(Option<ClassId>),
    /// The camera cannot be used.
    CameraFailed(Error),
    /// A person wants the example.
    Example,
    /// So many pictures of the example are drawn; `None`: all.
    Drawn(Option<usize>),
    /// Something that the browser should have done failed.
    Failed(Error),
    /// The project is another one: it was opened, or is there again after a reload. Its photos are with the runtime.
    Restored {
        /// The samples whose embeddings by the project's backbone are with the runtime.
        embedded: Vec<SampleId>,
    },
    /// A person wants the project embedded by the backbone in use, see [`Intake::is_foreign`].
    EmbedAnew,
    /// An embedder can take photos.
    EmbedderReady(usize),
    /// An embedder stopped, or could not start.
    EmbedderLost(usize),
    /// Five seconds went by.
    Tick,
    /// The embedders had nothing to do for a while, see `pool::Change::LookLater`.
    PoolIdle(u64),
    /// A sample was to be embedded, but its photo is not there.
    PhotoGone(usize, SampleId),
}

/// What this part asks of the browser.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Say how many cores there are: [`Action::Cores`].
    CountCores,
    /// These files are now photos of these samples.
    Keep(Vec<(FileId, SampleId)>),
    /// These files are not needed.
    Drop(Vec<FileId>),
    /// Send [`TeachCommand::OpenZip`] with this file.
    OpenZip {
        /// The question's number.
        number: u32,
        /// The file.
        file: FileId,
        /// Its name.
        name: String,
    },
    /// Entries of the open zip file are photos of these samples; none: it is closed.
    Unpack(Vec<(usize, SampleId)>),
    /// Start an embedder with this backbone.
    StartEmbedder(usize, Box<BackboneCard>),
    /// End an embedder.
    EndEmbedder(usize),
    /// Send [`Action::PoolIdle`] after a while.
    LookAtPoolLater(u64),
    /// Let go of all embeddings: they are of another backbone.
    ForgetEmbeddings,
    /// Let go of a sample.
    Forget(SampleId),
    /// The main engine's answers about these photos, still to come, concern a project that is gone.
    Ignore(Vec<SampleId>),
    /// The main engine is a new one: no answer to what was sent before will come.
    NothingDue,
    /// Draw the example.
    DrawExample,
}

impl Intake {
    /// Photos that have an embedding by the backbone in use.
    pub fn embedded(&self) -> &Rc<HashSet<SampleId>> {
        self.queue.embedded()
    }

    /// Has this photo an embedding by the backbone in use?
    pub fn is_embedded(&self, sample: SampleId) -> bool {
        self.queue.embedded().contains(&sample)
    }

    /// Photos that cannot be embedded, and why.
    pub fn failed(&self) -> &Rc<BTreeMap<SampleId, Error>> {
        self.queue.failed()
    }

    /// Is a zip file of photos open in the main engine, or about to be? It has room for one.
    pub fn is_unpacking(&self) -> bool {
        self.unpacking.is_some()
    }

    /// Did the project come with embeddings by a backbone that is not the one in use? Nothing is embedded then, until that backbone is in use
    /// or a person wants the other ([`Action::EmbedAnew`]).
    pub fn is_foreign(&self) -> bool {
        self.foreign
    }

    /// Has the main engine photos without an answer, or something to take out of a zip file?
    pub fn is_awaited(&self) -> bool {
        self.queue.flying(0) > 0 || self.unpacking.as_ref().is_some_and(Unpacking::is_awaited)
    }
}

impl Teach {
    pub(super) fn reduce_intake(&mut self, action: Action, around: &mut Around) -> Vec<TeachEffect> {
        let now_ms = around.now_ms;
        // What was wrong with files before is over.
        if matches!(action, Action::Photos(..) | Action::Folder(..) | Action::Zips(..)) {
            around.notices.clear(Topic::Teach);
        }
        let mut effects = match action {
            Action::Cores(cores) => {
                self.intake.pool.cores = cores;
                Vec::new()
            }
            Action::Photos(class, files) => self.take_photos(class, files, around),
            Action::Folder(files, role) => self.take_folder(files, role, around),
            Action::Zips(files, role) => self.take_zips(files, role),
            Action::Skipped(files) => {
                self.intake.report.skip(files);
                Vec::new()
            }
            Action::Reading(found) => {
                self.intake.reading = found;
                Vec::new()
            }
            Action::Pause(paused) => {
                self.intake.queue.set_pace(if paused { Pace::Paused } else { Pace::Going }, now_ms);
                Vec::new()
            }
            Action::Stop => self.stop_intake(around),
            Action::Retry(which) => {
                self.intake.queue.retry(which, now_ms);
                self.intake.queue.follow(&self.project, now_ms);
                Vec::new()
            }
            Action::Remove(samples) => self.take_out(samples, around),
            Action::CloseReport => {
                self.intake.report = Report::default();
                Vec::new()
            }
            Action::Camera(open) => {
                around.notices.clear(Topic::Camera);
                self.intake.camera = open.then(|| self.project.classes.first().map(|class| class.id));
                Vec::new()
            }
            Action::CameraFor(class) => {
                around.notices.clear(Topic::Camera);
                self.intake.camera = Some(Some(class));
                Vec::new()
            }
            Action::CameraInto(class) => {
                self.intake.camera = self.intake.camera.map(|_| class);
                Vec::new()
            }
            Action::CameraFailed(error) => {
                self.intake.camera = None;
                around.notices.error(Topic::Camera, Tone::Warning, error, None);
                Vec::new()
            }
            Action::Example if self.intake.drawing.is_some() => Vec::new(),
            Action::Example => {
                self.intake.drawing = Some(0);
                vec![TeachEffect::Intake(Effect::DrawExample)]
            }
            Action::Drawn(count) => {
                self.intake.drawing = count;
                Vec::new()
            }
            Action::Failed(error) => {
                (self.intake.reading, self.intake.drawing) = (None, None);
                around.notices.error(Topic::Teach, Tone::Error, error, None);
                Vec::new()
            }
            Action::Restored { embedded } => self.intake_restored(embedded, around),
            Action::EmbedAnew => self.embed_anew(around),
            Action::EmbedderReady(number) => {
                self.intake.pool.started(number);
                Vec::new()
            }
            Action::EmbedderLost(number) => self.embedder_lost(number, around),
            Action::Tick => self.look_at_embedders(around),
            Action::PoolIdle(number) => {
                let ended = self.intake.pool.end_if_idle(number);
                ended.into_iter().map(|number| TeachEffect::Intake(Effect::EndEmbedder(number))).collect()
            }
            Action::PhotoGone(engine, sample) => {
                self.photo_failed(engine, sample, gone(self.photo_name(sample)), around)
            }
        };
        self.pump_intake(around, &mut effects);
        effects
    }

    /// What an engine said about photos or a zip file of photos.
    pub(super) fn intake_heard(&mut self, engine: usize, event: TeachEvent, around: &mut Around) -> Vec<TeachEffect> {
        // The last words of an embedder that was ended.
        if engine != 0 && !self.intake.pool.has(engine) {
            return Vec::new();
        }
        let mut effects = match event {
            TeachEvent::Embedded { sample, facts, .. } => self.photo_embedded(engine, sample, facts, around),
            TeachEvent::SampleFailed { sample, error } => self.photo_failed(engine, sample, error, around),
            TeachEvent::ZipOpened { number, entries, skipped } if self.is_opening_zip(number) => {
                self.photos_zip_opened(entries, skipped, around)
            }
            TeachEvent::Unpacked { index } => self.entry_unpacked(index, around),
            TeachEvent::UnpackFailed { index, error } => self.entry_failed(index, error, around),
            TeachEvent::ZipFailed { number, error } if self.is_opening_zip(number) => {
                self.photos_zip_failed(error, around)
            }
            _ => Vec::new(),
        };
        self.pump_intake(around, &mut effects);
        effects
    }

    /// Photos came into the project or went, by whatever part.
    pub(super) fn intake_follows(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        self.intake.queue.follow(&self.project, around.now_ms);
        let mut effects = Vec::new();
        self.pump_intake(around, &mut effects);
        effects
    }

    /// Gives the engines as much as they take, and looks after the pool.
    fn pump_intake(&mut self, around: &mut Around, effects: &mut Vec<TeachEffect>) {
        self.pump_zip(effects);
        let main = (self.intake.main_ready && !self.intake.foreign).then_some(0);
        let engines: Vec<usize> = main.into_iter().chain(self.intake.pool.ready()).collect();
        // In turn, so that every engine has one before any has two.
        for engine in engines.repeat(queue::IN_FLIGHT) {
            if let Some(sample) = self.intake.queue.send_next(engine) {
                let command = TeachCommand::Embed { sample, name: self.photo_name(sample) };
                effects.push(TeachEffect::SendPhoto(engine, sample, command));
            }
        }
        let Intake { queue, pool, main_ready, foreign, .. } = &mut self.intake;
        let flying = pool.ready().map(|number| queue.flying(number)).sum();
        let changes = match around.backbone {
            Some(card) if *main_ready && !*foreign => {
                let changes = pool.watch(around.device, queue.to_send(), flying);
                changes.into_iter().map(|change| pool_effect(change, card)).collect()
            }
            _ => Vec::new(),
        };
        effects.extend(changes.into_iter().map(TeachEffect::Intake));
        self.send_unsent(false, effects);
    }

    pub(super) fn photo_name(&self, sample: SampleId) -> String {
        self.project.sample(sample).map_or_else(|| "a photo".to_owned(), |sample| sample.name.clone())
    }
}

fn pool_effect(change: pool::Change, card: &BackboneCard) -> Effect {
    match change {
        pool::Change::Start(number) => Effect::StartEmbedder(number, Box::new(card.clone())),
        pool::Change::LookLater(number) => Effect::LookAtPoolLater(number),
    }
}

fn gone(name: String) -> Error {
    let cure = "Add the file again; until then the others are used without it.";
    Error::new(ErrorKind::Io, name, "the photo that was added", "that it is not kept any more", cure)
}

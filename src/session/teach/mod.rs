//! A person's own classes: embedding, training, judging, archives. Each file is one of them.

mod archive;
mod embed;
mod search;
mod train;
mod tune;

use self::archive::{Open, Packing};
use self::search::Searches;
use self::train::Run;
use self::tune::Finding;
use super::{Attachment, Host, Session};
use crate::embeddings::Embeddings;
use crate::error::{Error, ErrorKind, Result};
use crate::lesson::Taught;
use crate::network::Network;
use crate::project::SampleId;
use crate::protocol::{Event, TeachCommand, TeachEvent};
use crate::tune::Pixels;
use crate::verify::Proven;

/// What a session keeps of a person's own classes. Which photo is in which class comes with each command: only the page knows it.
#[derive(Debug)]
pub(super) struct Classroom<R> {
    /// By the loaded backbone.
    embeddings: Embeddings,
    /// The head in use.
    pub(super) head: Option<Taught>,
    /// The network that makes the head's embeddings, where that is not the backbone; put together when it is first needed.
    own: Option<Network>,
    /// Photos as training takes them.
    pixels: Pixels,
    /// The training run that is on.
    run: Option<Run>,
    /// What the GPU has shown to be right.
    proven: Proven,
    /// The search for a learning rate that is on.
    finding: Option<Finding>,
    searches: Searches,
    /// The zip or `.graft` file that photos are taken out of.
    open: Option<Open<R>>,
    /// The `.graft` file that is being written.
    packing: Option<Packing>,
}

impl<R> Default for Classroom<R> {
    fn default() -> Self {
        Self {
            embeddings: Embeddings::default(),
            head: None,
            own: None,
            pixels: Pixels::default(),
            run: None,
            proven: Default::default(),
            finding: None,
            searches: Searches::new(),
            open: None,
            packing: None,
        }
    }
}

impl<R> Classroom<R> {
    /// The GPU was given up.
    pub(super) fn gpu_lost(&mut self, error: &Error) {
        self.proven = Default::default();
        if let Some(run) = &mut self.run {
            run.gpu_lost(error);
        }
        if let Some(finding) = &mut self.finding {
            finding.gpu_lost();
        }
    }
}

impl<H: Host> Session<H> {
    /// Carries out one command; every outcome is an event.
    pub(super) async fn teach(&mut self, command: TeachCommand, attachment: Attachment<H::Photo>) {
        match (command, attachment) {
            (TeachCommand::Embed { sample, name }, Attachment::Photo(photo)) => self.embed(sample, name, photo).await,
            (TeachCommand::SetEmbeddings { samples }, Attachment::Bytes(bytes)) => {
                self.set_embeddings(&samples, &bytes)
            }
            (TeachCommand::Forget { samples }, _) => self.forget(&samples),
            (TeachCommand::ForgetAll, _) => self.forget_all(),
            (TeachCommand::Train { run, data, settings, go_on }, _) => self.train(run, data, settings, go_on),
            (TeachCommand::PauseTraining { paused }, _) => self.pause(paused),
            (TeachCommand::StopTraining, _) => self.stop().await,
            (TeachCommand::LoadHead, Attachment::Bytes(bytes)) => self.load_head(&bytes),
            (TeachCommand::DropHead, _) => self.use_head(None, None),
            (TeachCommand::Tune(command), attachment) => self.tune(command, attachment).await,
            (TeachCommand::Evaluate { run, data }, _) => self.evaluate(run, &data),
            (TeachCommand::SetThreshold { threshold }, _) => {
                if let Some(head) = &mut self.classroom.head {
                    head.set_threshold(threshold);
                }
            }
            (TeachCommand::FindNearDuplicates { number, samples }, _) => self.find_near_duplicates(number, samples),
            (TeachCommand::Cluster { number, samples, k, seed }, _) => self.cluster(number, samples, k, seed),
            (TeachCommand::FindSuspects { number, data, seed }, _) => self.find_suspects(number, data, seed),
            (TeachCommand::WriteEmbeddings { data, names, format }, _) => self.write_embeddings(&data, &names, format),
            (TeachCommand::PackBegin { project, page, keep_metadata }, _) => {
                self.pack_begin(&project, page, keep_metadata);
            }
            (TeachCommand::PackPhoto { sample }, Attachment::Photo(photo)) => self.pack_photo(sample, &photo).await,
            (TeachCommand::PackEnd, _) => self.pack_end(),
            (TeachCommand::OpenZip { number, name }, Attachment::Photo(file)) => self.open_zip(number, name, file),
            (TeachCommand::OpenGraft { number, name }, Attachment::Photo(file)) => self.open_graft(number, name, file),
            (TeachCommand::Unpack { index }, _) => self.unpack(index),
            (TeachCommand::CloseZip, _) => self.classroom.open = None,
            (command, _) => self.tell(TeachEvent::Failed { error: unexpected(&command) }),
        }
    }

    /// Another backbone is in use: its embeddings are others.
    pub(super) fn forget_backbone(&mut self) {
        self.classroom.embeddings.clear();
        self.classroom.searches.clear();
        self.classroom.run = None;
        self.classroom.finding = None;
        self.classroom.own = None;
    }

    /// Another project takes the place of the one before, of which nothing stays.
    fn forget_all(&mut self) {
        self.forget_backbone();
        self.classroom.pixels = Pixels::default();
        self.use_head(None, None);
    }

    /// Goes on with what takes long, for a slice of time. Gives whether anything is left.
    pub(super) async fn work_some(&mut self) -> bool {
        if self.is_training() {
            self.train_some().await;
        } else if self.is_finding() {
            self.find_some().await;
        } else {
            self.search_some();
        }
        self.is_training() || self.is_finding() || !self.classroom.searches.is_empty()
    }

    fn tell(&self, event: TeachEvent) {
        self.emit(Event::Teach(event));
    }

    fn tell_with(&self, event: TeachEvent, data: Vec<u8>) {
        self.host.emit(Event::Teach(event), Some(data));
    }
}

fn unexpected(command: &TeachCommand) -> Error {
    Error::new(
        ErrorKind::Usage,
        "a message to the engine",
        format!("what {command:?} carries"),
        "nothing, or something else",
        "Page and engine may be of different versions: reload the page without its cache.",
    )
}

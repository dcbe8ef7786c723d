//! A person's own classes: embedding, training, judging, archives. Each file is one of them.

mod embed;

use super::{Attachment, Host, Session};
use crate::embeddings::Embeddings;
use crate::error::{Error, ErrorKind, Result};
use crate::project::SampleId;
use crate::protocol::{Event, TeachCommand, TeachEvent};

/// What a session keeps of a person's own classes. Which photo is in which class comes with each command: only the page knows it.
#[derive(Debug, Default)]
pub(super) struct Classroom {
    /// By the loaded backbone.
    embeddings: Embeddings,
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
            (command, _) => self.tell(TeachEvent::Failed { error: unexpected(&command) }),
        }
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

//! The messages above the photos: at most one a topic, each with at most one thing to do about it.

use std::rc::Rc;

use crate::error::Error;

use super::format;

/// What a message is about; a newer one of the same topic takes the place of the older.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The device, and why it is not the GPU.
    Device,
    /// The engine: stopped, started again.
    Engine,
    /// The list of networks, or a name in the address that it lacks.
    Networks,
    /// A weight file.
    Weights,
    /// Files that were here already.
    Duplicates,
    /// Files of a folder that are no photos.
    LeftOut,
    /// Files of a folder that cannot be read.
    Unreadable,
    /// Photos that were removed.
    Removed,
    /// The camera.
    Camera,
    /// A person's own classes.
    Teach,
    /// Keeping the project in the browser.
    Storage,
    /// Measuring, copying and everything else that a button does.
    Button,
}

/// How much a message matters; the page says it by icon and word, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// Works, but not as it should.
    Warning,
    /// Does not work.
    Error,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq)]
pub enum Words {
    /// Plain sentences.
    Plain(String),
    /// An error's four parts.
    Error(Rc<Error>),
}

/// The button beside a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// Read the list of networks again.
    RetryNetworks,
    /// Fetch the weight file again.
    RetryWeights,
    /// Bring back what was removed.
    Undo,
    /// Start the engine again.
    RestartEngine,
}

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Tells messages apart.
    pub id: u64,
    /// What it is about.
    pub topic: Topic,
    /// How much it matters.
    pub tone: Tone,
    /// `data-kind` on the page.
    pub kind: String,
    /// What it says.
    pub words: Words,
    /// What can be done about it.
    pub offer: Option<Offer>,
}

/// The messages on the page, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notices {
    /// At most one a topic.
    pub list: Vec<Notice>,
    next: u64,
}

impl Notices {
    /// Puts up a message of plain sentences; gives its number.
    pub fn say(&mut self, topic: Topic, tone: Tone, kind: &str, text: impl Into<String>, offer: Option<Offer>) -> u64 {
        self.put(topic, tone, kind.to_owned(), Words::Plain(text.into()), offer)
    }

    /// Puts up an error; gives its number.
    pub fn error(&mut self, topic: Topic, tone: Tone, error: Error, offer: Option<Offer>) -> u64 {
        self.put(topic, tone, format::kind(error.kind), Words::Error(Rc::new(error)), offer)
    }

    /// Takes down the message with this number.
    pub fn dismiss(&mut self, id: u64) {
        self.list.retain(|notice| notice.id != id);
    }

    /// Takes down the message about this topic.
    pub fn clear(&mut self, topic: Topic) {
        self.list.retain(|notice| notice.topic != topic);
    }

    /// The message about this topic.
    pub fn about(&self, topic: Topic) -> Option<&Notice> {
        self.list.iter().find(|notice| notice.topic == topic)
    }

    fn put(&mut self, topic: Topic, tone: Tone, kind: String, words: Words, offer: Option<Offer>) -> u64 {
        self.clear(topic);
        self.next += 1;
        self.list.push(Notice { id: self.next, topic, tone, kind, words, offer });
        self.next
    }
}

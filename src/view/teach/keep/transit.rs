//! Parts of `.graft` files on their way out and in.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use js_sys::ArrayBuffer;
use web_sys::{Blob, File};

use crate::protocol::TeachCommand;

/// What is on its way.
#[derive(Debug, Default)]
pub struct Transit {
    /// Parts of the file that is being written.
    pub parts: RefCell<Vec<Blob>>,
    /// Photos of the file that is being opened, by their places in it.
    pub photos: RefCell<HashMap<usize, Blob>>,
    /// Embeddings and head of the same.
    pub opened: RefCell<Option<ArrayBuffer>>,
    /// The file itself, until it is sent.
    pub file: RefCell<Option<File>>,
    /// By which number the engine was asked to open the file.
    asked: Cell<Option<u32>>,
}

impl Transit {
    /// Takes the file out that this command is to be sent with.
    pub fn send(&self, command: &TeachCommand) -> Option<File> {
        if let TeachCommand::OpenGraft { number, .. } = command {
            self.asked.set(Some(*number));
        }
        self.file.take()
    }

    /// Is what the engine says by this number about the file that is being opened?
    pub fn awaits(&self, number: u32) -> bool {
        self.asked.get() == Some(number)
    }

    /// Lets go of all of it.
    pub fn clear(&self) {
        self.parts.take();
        self.photos.take();
        self.opened.take();
        self.file.take();
        self.asked.take();
    }
}

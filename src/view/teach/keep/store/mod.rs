//! The project in the database: read when the page opens, written as it changes.

mod reading;
mod writing;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::ArrayBuffer;
use web_sys::IdbDatabase;

use super::ledger::Ledger;

pub use reading::{Belongings, Unreadable};
pub use writing::Failure;

/// What is known of storage.
#[derive(Debug, Default)]
pub struct Shelf {
    /// The database, while it is open.
    pub database: RefCell<Option<IdbDatabase>>,
    /// What of the samples is in it. Another project has another ledger.
    pub ledger: RefCell<Rc<RefCell<Ledger>>>,
    /// Which project's samples are meant; see [`super::database::OF_SAMPLES`].
    pub generation: Cell<u32>,
    /// Writes so far. Storage that was emptied has another counter, which a write that was under way leaves alone.
    counter: RefCell<Rc<Cell<f64>>>,
    /// The JSON that was written last.
    text: RefCell<String>,
    /// The head that was written last.
    head: RefCell<Option<ArrayBuffer>>,
}

impl Shelf {
    /// Another project takes the place of the one before.
    pub fn turn(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
        *self.ledger.borrow_mut() = Rc::default();
        self.text.borrow_mut().clear();
        *self.head.borrow_mut() = None;
    }

    /// Storage was emptied.
    pub fn emptied(&self) {
        self.turn();
        *self.counter.borrow_mut() = Rc::default();
    }
}

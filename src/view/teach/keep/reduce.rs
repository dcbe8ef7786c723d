//! What becomes of what happens to this part, and of what changes in the others.

use super::actions::{effect, later};
use super::{Action, Effect, Home, Question};
use crate::view::notices::{Tone, Topic};
use crate::view::teach::{Around, Teach, TeachEffect};

impl Teach {
    pub(in crate::view::teach) fn reduce_keep(&mut self, action: Action, around: &mut Around) -> Vec<TeachEffect> {
        match action {
            Action::Start => vec![effect(Effect::Open { steal: false })],
            Action::Read(done, total) => {
                if !self.keep.is_open() {
                    self.keep.home = Home::Opening(done, total);
                }
                Vec::new()
            }
            Action::Opened(found) => self.storage_opened(found, around),
            Action::Due => self.write(),
            Action::Wrote(result, took_ms) => self.wrote(result, took_ms, around),
            Action::Again => later(self.keep.saving.again()),
            Action::Room(room) => {
                self.keep.room = Some(room);
                Vec::new()
            }
            Action::Keep(true) => self.keep_here(around),
            Action::Keep(false) => self.ask(Question::StopKeeping, around),
            Action::Taken => self.taken(around),
            Action::TakeOver => self.ask(Question::TakeOver, around),
            Action::Delete => self.ask(Question::Delete, around),
            Action::Erased(result) => self.erased(result, around),
            Action::Answer(yes) => self.answered(yes, around),
            Action::Rename(name) => {
                let name = name.trim();
                if !name.is_empty() && name != self.project.name {
                    self.project_mut().name = name.to_owned();
                }
                Vec::new()
            }
            Action::Metadata(on) => {
                self.keep.metadata = on;
                Vec::new()
            }
            Action::Pack => self.pack(around),
            Action::NoPhoto(_) => self.photo_packed(),
            Action::Thumbnails => {
                self.classes.pictures_came();
                self.keep_touched()
            }
            Action::Stop => self.stop_file(),
            Action::Open(name) => self.open_file(name, around),
            Action::Failed(error) => {
                around.notices.error(Topic::Button, Tone::Error, error, None);
                Vec::new()
            }
        }
    }

    /// The project was changed by any part.
    pub(in crate::view::teach) fn project_changed(&mut self, _around: &mut Around) -> Vec<TeachEffect> {
        self.keep_touched()
    }

    /// Something that is kept changed.
    pub(in crate::view::teach) fn keep_touched(&mut self) -> Vec<TeachEffect> {
        if std::mem::take(&mut self.keep.as_stored) {
            return Vec::new();
        }
        if self.keep.home == Home::Here { later(self.keep.saving.touch()) } else { Vec::new() }
    }
}

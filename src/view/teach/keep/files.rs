//! `.graft` files, out and in.

use std::rc::Rc;

use super::opening::{Contents, Opening, Unpacking};
use super::packing::{Next, Packing, file_name};
use super::{Around, Effect, Question, Teach, TeachEffect, effect};
use crate::error::{Error, ErrorKind};
use crate::project::SampleId;
use crate::protocol::{TeachCommand, TeachEvent};
use crate::view::notices::{Tone, Topic};

impl Teach {
    /// What an engine said about this part.
    pub(in crate::view::teach) fn keep_heard(&mut self, event: TeachEvent, around: &mut Around) -> Vec<TeachEffect> {
        match event {
            TeachEvent::Packed { done: true, .. } => self.packed(),
            TeachEvent::Packed { sample: Some(_), .. } => self.photo_packed(),
            TeachEvent::GraftOpened { project, page, photos, embedded, head_bytes } => {
                let Some(Opening::Reading(name)) = &self.keep.opening else { return Vec::new() };
                let contents = Contents {
                    name: name.clone(),
                    project: Rc::from(project),
                    page: Rc::new(page),
                    photos: photos.into(),
                    embedded: embedded.into(),
                    head_bytes,
                };
                self.opened(contents, around)
            }
            TeachEvent::Unpacked { .. } => self.unpacked(around),
            TeachEvent::UnpackFailed { error, .. } | TeachEvent::ZipFailed { error } => self.not_opened(error, around),
            _ => Vec::new(),
        }
    }

    /// The engine stopped; a file on its way is lost.
    pub(in crate::view::teach) fn keep_engine_lost(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        if self.keep.packing.is_none() && self.keep.opening.is_none() {
            return Vec::new();
        }
        let effects = self.stop_file();
        let error = Error::new(
            ErrorKind::Engine,
            "The .graft file",
            "an engine that goes on until it is done",
            "that the engine stopped, or was given another device or network",
            "Nothing was changed. Try again once the engine is ready.",
        );
        around.notices.error(Topic::Button, Tone::Error, error, None);
        effects
    }

    /// A command failed that had no answer of its own; gives what to do if it was about a file.
    pub(in crate::view::teach) fn keep_failed(&mut self) -> Vec<TeachEffect> {
        if self.keep.packing.is_some() || self.keep.is_opening() { self.stop_file() } else { Vec::new() }
    }

    pub(super) fn pack(&mut self, around: &Around) -> Vec<TeachEffect> {
        if self.keep.packing.is_some() || self.keep.opening.is_some() || self.is_empty() {
            return Vec::new();
        }
        let samples: Rc<[SampleId]> = self.project.samples.iter().map(|sample| sample.id).collect();
        self.keep.packing = Some(Packing::new(samples, around.now_ms));
        let begin = TeachCommand::PackBegin {
            project: Box::new((*self.project).clone()),
            page: self.page(),
            keep_metadata: self.keep.metadata,
        };
        let mut effects = vec![effect(Effect::DropParts), TeachEffect::Send(0, begin)];
        effects.extend(self.pack_more());
        effects
    }

    pub(super) fn photo_packed(&mut self) -> Vec<TeachEffect> {
        if let Some(packing) = &mut self.keep.packing {
            packing.photo_done();
        }
        self.pack_more()
    }

    fn pack_more(&mut self) -> Vec<TeachEffect> {
        let Some(packing) = &mut self.keep.packing else { return Vec::new() };
        let next = packing.more().into_iter().map(|next| match next {
            Next::Photo(sample) => effect(Effect::PackPhoto(sample)),
            Next::End => TeachEffect::Send(0, TeachCommand::PackEnd),
        });
        next.collect()
    }

    fn packed(&mut self) -> Vec<TeachEffect> {
        // The end of a file that was stopped is of no use.
        if !self.keep.packing.take_if(|packing| packing.ending).is_some() {
            return Vec::new();
        }
        vec![effect(Effect::Download(file_name(&self.project.name))), effect(Effect::DropParts)]
    }

    pub(super) fn open_file(&mut self, name: String, around: &mut Around) -> Vec<TeachEffect> {
        if self.keep.packing.is_some() || self.keep.opening.is_some() {
            let text = format!("{name} was not opened: another file is on its way. Wait for it, or stop it.");
            around.notices.say(Topic::Button, Tone::Warning, "busy", text, None);
            return Vec::new();
        }
        self.keep.opening = Some(Opening::Reading(name.clone()));
        vec![effect(Effect::SendFile(TeachCommand::OpenGraft { name }))]
    }

    fn opened(&mut self, contents: Contents, around: &mut Around) -> Vec<TeachEffect> {
        if let Err(error) = contents.check() {
            return self.not_opened(error, around);
        }
        self.keep.opening = Some(Opening::Asking(contents));
        if self.is_empty() {
            return self.replace_or_not(true, around);
        }
        self.keep.question = Some(Question::Replace);
        Vec::new()
    }

    pub(super) fn replace_or_not(&mut self, yes: bool, around: &mut Around) -> Vec<TeachEffect> {
        match self.keep.opening.take() {
            Some(Opening::Asking(contents)) if yes => {
                self.keep.opening = Some(Opening::Unpacking(Unpacking::new(contents, around.now_ms)));
                self.unpack_more(around)
            }
            opening => {
                self.keep.opening = opening;
                self.stop_file()
            }
        }
    }

    fn unpacked(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        if let Some(Opening::Unpacking(unpacking)) = &mut self.keep.opening {
            unpacking.done += 1;
        }
        self.unpack_more(around)
    }

    fn unpack_more(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        let Some(Opening::Unpacking(unpacking)) = &mut self.keep.opening else { return Vec::new() };
        if !unpacking.is_done() {
            let asked = unpacking.more().into_iter().map(|index| TeachEffect::Send(0, TeachCommand::Unpack { index }));
            return asked.collect();
        }
        let contents = unpacking.contents.clone();
        self.keep.opening = None;
        self.replace(contents, around)
    }

    /// All is here and sound: the file's project takes the place of the one on the page.
    fn replace(&mut self, contents: Contents, around: &mut Around) -> Vec<TeachEffect> {
        let Contents { project, page, photos, embedded, head_bytes, .. } = contents;
        self.adopt((*project).clone(), &page);
        let photos = photos.iter().map(|(sample, entry)| (*sample, entry.index)).collect();
        let mut effects = vec![
            TeachEffect::Send(0, TeachCommand::CloseZip),
            TeachEffect::Send(0, TeachCommand::Forget { samples: Vec::new() }),
            TeachEffect::Send(0, TeachCommand::DropHead),
            effect(Effect::Replace { photos, embedded: embedded.clone(), head_bytes }),
            effect(Effect::DropParts),
            effect(Effect::MakeThumbnails(self.sizes())),
        ];
        effects.extend(self.tell_engine(&embedded, head_bytes > 0, false, around));
        effects
    }

    fn not_opened(&mut self, error: Error, around: &mut Around) -> Vec<TeachEffect> {
        let effects = self.stop_file();
        around.notices.error(Topic::Button, Tone::Error, error, None);
        effects
    }

    pub(super) fn stop_file(&mut self) -> Vec<TeachEffect> {
        self.keep.packing = None;
        let mut effects = vec![effect(Effect::DropParts)];
        if self.keep.opening.take().is_some() {
            effects.push(TeachEffect::Send(0, TeachCommand::CloseZip));
        }
        effects
    }
}

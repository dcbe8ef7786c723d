//! `.graft` files, out and in.

use std::collections::HashSet;
use std::rc::Rc;

use super::actions::effect;
use super::opening::{Contents, Opening, Unpacking};
use super::packing::{Next, Packing, file_name};
use super::{Effect, Question};
use crate::error::{Error, ErrorKind};
use crate::project::SampleId;
use crate::protocol::{TeachCommand, TeachEvent};
use crate::view::format;
use crate::view::notices::{Tone, Topic};
use crate::view::teach::{Around, Teach, TeachEffect};

impl Teach {
    /// What an engine said about this part.
    pub(in crate::view::teach) fn keep_heard(&mut self, event: TeachEvent, around: &mut Around) -> Vec<TeachEffect> {
        match event {
            TeachEvent::Packed { done: true, .. } => self.packed(),
            TeachEvent::Packed { sample: Some(_), .. } => self.photo_packed(),
            TeachEvent::GraftOpened { number, project, page, photos, embedded, head_bytes } => {
                let Some(name) = self.reading(number) else { return Vec::new() };
                let contents = Contents {
                    name,
                    project: Rc::from(project),
                    page: Rc::new(page),
                    photos: photos.into(),
                    embedded: embedded.into(),
                    head_bytes,
                };
                self.opened(contents, around)
            }
            TeachEvent::Unpacked { .. } => self.unpacked(around),
            TeachEvent::ZipFailed { number, error } if self.reading(number).is_some() => self.not_opened(error, around),
            TeachEvent::UnpackFailed { error, .. } if matches!(self.keep.opening, Some(Opening::Unpacking(_))) => {
                self.not_opened(error, around)
            }
            _ => Vec::new(),
        }
    }

    /// The name of the file that was asked for by this number, while what is in it is being read.
    fn reading(&self, number: u32) -> Option<String> {
        match &self.keep.opening {
            Some(Opening::Reading { number: asked, name }) if *asked == number => Some(name.clone()),
            _ => None,
        }
    }

    /// The engine stopped; a file on its way is lost.
    pub(in crate::view::teach) fn keep_engine_lost(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        if self.keep.packing.is_none() && self.keep.opening.is_none() {
            return Vec::new();
        }
        (self.keep.packing, self.keep.opening) = (None, None);
        let error = Error::new(
            ErrorKind::Engine,
            "The .graft file",
            "an engine that goes on until it is done",
            "that the engine stopped",
            "Nothing was changed. Try again once the engine is ready.",
        );
        around.notices.error(Topic::Button, Tone::Error, error, None);
        vec![effect(Effect::DropParts)]
    }

    /// A command failed that had no answer of its own: the end of a file, perhaps. A photo that cannot be packed is only left out.
    pub(in crate::view::teach) fn keep_failed(&mut self) -> Vec<TeachEffect> {
        if self.keep.packing.take_if(|packing| packing.ending).is_some() {
            return vec![effect(Effect::DropParts)];
        }
        Vec::new()
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
        if packing.has_stopped() {
            self.keep.packing = None;
            return vec![effect(Effect::DropParts)];
        }
        let next = packing.more().into_iter().map(|next| match next {
            Next::Photo(sample) => effect(Effect::PackPhoto(sample)),
            Next::End => TeachEffect::Send(0, TeachCommand::PackEnd),
        });
        next.collect()
    }

    fn packed(&mut self) -> Vec<TeachEffect> {
        let Some(packing) = self.keep.packing.take_if(|packing| packing.ending) else { return Vec::new() };
        if packing.stopping {
            return vec![effect(Effect::DropParts)];
        }
        vec![effect(Effect::Download(file_name(&self.project.name))), effect(Effect::DropParts)]
    }

    pub(super) fn open_file(&mut self, name: String, around: &mut Around) -> Vec<TeachEffect> {
        let busy = if self.keep.packing.is_some() || self.keep.opening.is_some() || self.intake.is_unpacking() {
            Some("another file is on its way. Wait for it, or stop it.")
        } else if self.training.live().is_some() {
            Some("training is under way. Wait for it, or stop it.")
        } else {
            None
        };
        if let Some(busy) = busy {
            let text = format!("{name} was not opened: {busy}");
            around.notices.say(Topic::Button, Tone::Warning, "busy", text, None);
            return Vec::new();
        }
        let number = self.questions.next();
        self.keep.opening = Some(Opening::Reading { number, name: name.clone() });
        vec![effect(Effect::SendFile(TeachCommand::OpenGraft { number, name }))]
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
        let Contents { name, project, page, photos, embedded, head_bytes } = contents;
        let held: HashSet<SampleId> = photos.iter().map(|(sample, _)| *sample).collect();
        let mut project = (*project).clone();
        let before = project.samples.len();
        project.samples.retain(|sample| held.contains(&sample.id));
        if self.training.live().is_some() {
            let text = format!("{name} was not opened: training began meanwhile. Open it again when that is done.");
            around.notices.say(Topic::Button, Tone::Warning, "busy", text, None);
            return self.stop_file();
        }
        let left_out = before - project.samples.len();
        if left_out > 0 {
            let text = format!(
                "{} of the project are not in {name}, and so left it. All others are here.",
                format::photos(left_out)
            );
            around.notices.say(Topic::Button, Tone::Warning, "left-out", text, None);
        }
        let photos = photos.iter().map(|(sample, entry)| (*sample, entry.index)).collect();
        let here = embedded.iter().filter(|sample| held.contains(sample)).copied().collect();
        let replace = Effect::Replace { photos, embedded: embedded.clone(), head_bytes };
        let mut effects = vec![TeachEffect::Send(0, TeachCommand::CloseZip)];
        effects.extend(self.adopt(project, &page, here, replace, around));
        effects.push(effect(Effect::DropParts));
        effects.push(effect(Effect::MakeThumbnails(self.sizes())));
        effects.extend(self.choose_backbone(false, around));
        effects
    }

    fn not_opened(&mut self, error: Error, around: &mut Around) -> Vec<TeachEffect> {
        let effects = self.stop_file();
        around.notices.error(Topic::Button, Tone::Error, error, None);
        effects
    }

    /// Stops what is on its way.
    pub(super) fn stop_file(&mut self) -> Vec<TeachEffect> {
        if self.keep.opening.take().is_some() {
            return vec![effect(Effect::DropParts), TeachEffect::Send(0, TeachCommand::CloseZip)];
        }
        if let Some(packing) = &mut self.keep.packing {
            packing.stopping = true;
        }
        self.pack_more()
    }
}

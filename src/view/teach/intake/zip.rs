//! Zip files of photos: opened, unpacked entry by entry, closed.

use super::add::{arrivals, no_photos};
use super::{Archive, Effect, NewFile, Pace, Unpacking};
use crate::error::Error;
use crate::project::{Role, SampleId, place};
use crate::protocol::{Skipped, TeachCommand, ZipEntry};
use crate::view::notices::{Tone, Topic};
use crate::view::teach::{Around, Teach, TeachEffect};

impl Teach {
    pub(super) fn take_zips(&mut self, files: Vec<NewFile>, role: Role) -> Vec<TeachEffect> {
        let archives = files.into_iter().map(|NewFile { file, path, .. }| Archive { file, name: path, role });
        self.intake.archives.extend(archives);
        Vec::new()
    }

    /// Opens the next zip file and asks for entries, as far as the main engine is there and free for it.
    pub(super) fn pump_zip(&mut self, effects: &mut Vec<TeachEffect>) {
        if !self.intake.main_ready || self.intake.queue.pace == Pace::Paused || self.keep.is_opening() {
            return;
        }
        let intake = &mut self.intake;
        if intake.unpacking.is_none()
            && let Some(archive) = intake.archives.pop_front()
        {
            intake.unpacking = Some(Unpacking::begin(archive));
        }
        let Some(unpacking) = &mut intake.unpacking else { return };
        if unpacking.is_closed() {
            let number = self.questions.next();
            unpacking.ask(number);
            let Archive { file, name, .. } = &unpacking.archive;
            effects.push(TeachEffect::Intake(Effect::OpenZip { number, file: *file, name: name.clone() }));
        }
        while let Some(index) = unpacking.next_entry() {
            effects.push(TeachEffect::Send(0, TeachCommand::Unpack { index }));
        }
    }

    /// Is this the answer about the zip file that is to be opened, and not about one that was given up meanwhile?
    pub(super) fn is_opening_zip(&self, number: u32) -> bool {
        self.intake.unpacking.as_ref().is_some_and(|unpacking| unpacking.is_asked(number))
    }

    pub(super) fn photos_zip_opened(
        &mut self,
        entries: Vec<ZipEntry>,
        skipped: Vec<Skipped>,
        around: &mut Around,
    ) -> Vec<TeachEffect> {
        let Some(unpacking) = &mut self.intake.unpacking else { return Vec::new() };
        // The engine had stopped in between: what is left goes on.
        if unpacking.opened_again() {
            return Vec::new();
        }
        let Archive { name, role, .. } = unpacking.archive.clone();
        let (files, mut entries) = (entries.len() + skipped.len(), entries);
        self.intake.report.skip(skipped);
        if entries.is_empty() {
            around.notices.error(Topic::Teach, Tone::Error, no_photos(&name, files), None);
            return self.close_photos_zip();
        }
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
        let arrivals = arrivals(place(&paths), role, entries.iter().map(|entry| entry.bytes));
        let mut effects = Vec::new();
        let samples = self.make_samples(arrivals, around, &mut effects);
        let wanted: Vec<(usize, SampleId)> = entries.iter().map(|entry| entry.index).zip(samples).collect();
        if wanted.is_empty() {
            effects.extend(self.close_photos_zip());
            return effects;
        }
        self.intake.queue.expect(wanted.iter().map(|(_, sample)| *sample));
        self.intake.queue.follow(&self.project, around.now_ms);
        if let Some(unpacking) = &mut self.intake.unpacking {
            unpacking.opened(wanted.clone());
        }
        effects.push(TeachEffect::Intake(Effect::Unpack(wanted)));
        effects
    }

    pub(super) fn entry_unpacked(&mut self, index: usize, around: &mut Around) -> Vec<TeachEffect> {
        let Some(sample) = self.entry_landed(index) else { return Vec::new() };
        let wanted = self.project.sample(sample).is_some();
        self.intake.queue.arrived(sample, wanted, around.now_ms);
        self.close_zip_if_over()
    }

    pub(super) fn entry_failed(&mut self, index: usize, error: Error, around: &mut Around) -> Vec<TeachEffect> {
        let Some(sample) = self.entry_landed(index) else { return Vec::new() };
        let path = self.photo_name(sample);
        let reason = format!("expected {}, found {}", error.expected, error.found);
        self.intake.report.skip([Skipped { path, reason }]);
        self.intake.queue.arrived(sample, false, around.now_ms);
        let mut effects = self.drop_samples(vec![sample]);
        effects.extend(self.close_zip_if_over());
        effects
    }

    pub(super) fn photos_zip_failed(&mut self, error: Error, around: &mut Around) -> Vec<TeachEffect> {
        around.notices.error(Topic::Teach, Tone::Error, error, None);
        let expected = self.intake.queue.expect_no_more(around.now_ms);
        let mut effects = self.drop_samples(expected);
        effects.extend(self.close_photos_zip());
        effects
    }

    /// A person stops the queue: what was not unpacked yet is left out, what waits goes on waiting.
    pub(super) fn stop_intake(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        let expected = self.intake.queue.expect_no_more(around.now_ms);
        let left_out = expected.len() + self.intake.archives.len();
        let mut effects = self.drop_samples(expected);
        effects.extend(self.drop_archives());
        if left_out > 0 {
            let text = "Stopped. What had not been unpacked from the zip file yet was left out; give the file again to add it.";
            around.notices.say(Topic::Teach, Tone::Warning, "stopped", text, None);
        }
        self.intake.queue.set_pace(Pace::Stopped, around.now_ms);
        effects
    }

    /// Gives up all zip files.
    pub(super) fn drop_archives(&mut self) -> Vec<TeachEffect> {
        let files = self.intake.archives.drain(..).map(|archive| archive.file).collect();
        let mut effects = vec![TeachEffect::Intake(Effect::Drop(files))];
        if self.intake.unpacking.is_some() {
            effects.extend(self.close_photos_zip());
        }
        effects
    }

    fn entry_landed(&mut self, index: usize) -> Option<SampleId> {
        self.intake.unpacking.as_mut()?.landed(index)
    }

    fn close_zip_if_over(&mut self) -> Vec<TeachEffect> {
        if self.intake.unpacking.as_ref().is_some_and(Unpacking::is_over) {
            self.close_photos_zip()
        } else {
            Vec::new()
        }
    }

    fn close_photos_zip(&mut self) -> Vec<TeachEffect> {
        let file = self.intake.unpacking.take().map(|unpacking| unpacking.archive.file);
        vec![
            TeachEffect::Intake(Effect::Unpack(Vec::new())),
            TeachEffect::Intake(Effect::Drop(file.into_iter().collect())),
            TeachEffect::Send(0, TeachCommand::CloseZip),
        ]
    }
}

//! Storage: opened, written, taken by another tab, switched off, deleted.

use std::rc::Rc;

use super::actions::{effect, later};
use super::saving::Outcome;
use super::state::Wanted;
use super::{Effect, Found, Home, Question, Stored, Written};
use crate::error::Error;
use crate::project::Project;
use crate::view::format;
use crate::view::notices::{Tone, Topic};
use crate::view::teach::{Around, Teach, TeachEffect};

impl Teach {
    pub(super) fn storage_opened(&mut self, found: Found, around: &mut Around) -> Vec<TeachEffect> {
        let wanted = std::mem::take(&mut self.keep.wanted);
        match found {
            Found::Here(None) => {
                self.keep.home = Home::Here;
                // What came in the meantime, or while nothing was to be kept.
                if self.is_empty() { Vec::new() } else { self.keep_touched() }
            }
            Found::Here(Some(stored)) if self.is_empty() || wanted == Some(Wanted::Stored) => {
                self.restore(*stored, around)
            }
            Found::Here(Some(_)) if wanted == Some(Wanted::OnPage) => {
                self.keep.home = Home::Here;
                let mut effects = vec![effect(Effect::Supersede)];
                effects.extend(self.keep_touched());
                effects
            }
            // Two projects, and room for one: the one in storage stays there until a person decides.
            Found::Here(Some(stored)) => {
                let Project { name, samples, .. } = &stored.project;
                self.keep.home = Home::Another { name: name.as_str().into(), photos: samples.len() };
                vec![effect(Effect::LeaveStored)]
            }
            Found::Off => {
                self.keep.home = Home::Off;
                Vec::new()
            }
            Found::Denied(error) => {
                self.keep.home = Home::Denied(Rc::new(error.clone()));
                around.notices.error(Topic::Storage, Tone::Warning, error, None);
                Vec::new()
            }
            Found::Elsewhere => {
                self.keep.home = Home::Elsewhere;
                Vec::new()
            }
        }
    }

    fn restore(&mut self, stored: Stored, around: &mut Around) -> Vec<TeachEffect> {
        let Stored { mut project, page, missing, embedded } = stored;
        project.samples.retain(|sample| !missing.contains(&sample.id));
        self.keep.home = Home::Here;
        self.keep.saving = Default::default();
        self.keep.as_stored = missing.is_empty();
        if !missing.is_empty() {
            let text = format!(
                "{} of the project could not be found in this browser's storage and left the project. The others are all here.",
                format::photos(missing.len())
            );
            around.notices.say(Topic::Storage, Tone::Warning, "storage", text, None);
        }
        let mut effects = self.adopt(project, &page, embedded, Effect::TakeStored, around);
        effects.extend(self.choose_backbone(true, around));
        effects.push(effect(Effect::Measure));
        effects.push(effect(Effect::MakeThumbnails(self.sizes())));
        effects
    }

    pub(super) fn write(&mut self) -> Vec<TeachEffect> {
        if self.keep.home != Home::Here || self.keep.deleting || !self.keep.saving.due() {
            return Vec::new();
        }
        vec![effect(Effect::Save { project: self.project.clone(), page: self.page() })]
    }

    pub(super) fn wrote(&mut self, result: Result<Written, Error>, ms: f64, around: &mut Around) -> Vec<TeachEffect> {
        // What was being written is what is deleted.
        if self.keep.deleting {
            return Vec::new();
        }
        let outcome = match result {
            Ok(written) => {
                if matches!(self.keep.saving.outcome, Outcome::Failed(_)) {
                    around.notices.clear(Topic::Storage);
                }
                if !written.unreadable.is_empty() {
                    let text = format!(
                        "This browser could not copy {}: moved or changed since it came. It stays in the project while this tab is open; \
                         to keep it, add it again from where it is now.",
                        listed(&written.unreadable)
                    );
                    around.notices.say(Topic::Storage, Tone::Warning, "storage", text, None);
                }
                Outcome::Saved(written.at)
            }
            Err(error) => {
                around.notices.error(Topic::Storage, Tone::Error, error.clone(), None);
                Outcome::Failed(Rc::new(error))
            }
        };
        let mut effects = later(self.keep.saving.wrote(outcome, ms));
        effects.push(effect(Effect::Measure));
        effects
    }

    pub(super) fn taken(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        // A tab that keeps nothing has nothing to lose.
        if !matches!(self.keep.home, Home::Here | Home::Opening(..)) {
            return Vec::new();
        }
        if self.keep.home == Home::Here {
            let text = "Another tab took over this project and keeps it from now on. What is changed here is not kept.";
            around.notices.say(Topic::Storage, Tone::Warning, "storage", text, None);
        }
        self.keep.home = Home::Elsewhere;
        self.keep.saving = Default::default();
        Vec::new()
    }

    /// A person wants the project on the page kept.
    pub(super) fn keep_here(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        if matches!(self.keep.home, Home::Another { .. }) {
            return self.ask(Question::Supersede, around);
        }
        self.keep.home = Home::default();
        let mut effects = vec![effect(Effect::Remember(true))];
        // What is being deleted is not to be found: storage is opened when it is gone.
        effects.extend((!self.keep.deleting).then_some(effect(Effect::Open { steal: false })));
        effects
    }

    /// Asks, where there is something to lose; else it is done at once.
    pub(super) fn ask(&mut self, question: Question, around: &mut Around) -> Vec<TeachEffect> {
        if self.keep.deleting || self.has_to_wait(question, around) {
            return Vec::new();
        }
        // Nothing here; what is in this browser may be another project.
        let all_is_here = matches!(self.keep.home, Home::Here | Home::Off);
        if self.is_empty() && (question != Question::Delete || all_is_here) {
            return self.agreed(question, around);
        }
        self.keep.question = Some(question);
        Vec::new()
    }

    pub(super) fn answered(&mut self, yes: bool, around: &mut Around) -> Vec<TeachEffect> {
        match self.keep.question.take() {
            Some(Question::Replace) => self.replace_or_not(yes, around),
            Some(question) if yes && !self.has_to_wait(question, around) => self.agreed(question, around),
            _ => Vec::new(),
        }
    }

    /// What takes the project away has to wait until training is over, as an opened file has; says so.
    fn has_to_wait(&self, question: Question, around: &mut Around) -> bool {
        let what = match question {
            Question::Delete => "Nothing was deleted",
            Question::TakeOver => "The other project was not opened",
            Question::StopKeeping | Question::Supersede | Question::Replace => return false,
        };
        let waits = self.training.live().is_some();
        if waits {
            let text = format!("{what}: training is under way. Wait for it, or stop it.");
            around.notices.say(Topic::Button, Tone::Warning, "busy", text, None);
        }
        waits
    }

    fn agreed(&mut self, question: Question, around: &mut Around) -> Vec<TeachEffect> {
        match question {
            Question::Delete => self.delete(around),
            Question::StopKeeping => {
                self.keep.home = Home::Off;
                self.keep.saving = Default::default();
                self.keep.deleting = true;
                vec![effect(Effect::Remember(false)), effect(Effect::Erase)]
            }
            Question::TakeOver => {
                let steal = self.keep.home == Home::Elsewhere;
                self.open_for(Wanted::Stored, steal)
            }
            Question::Supersede => self.open_for(Wanted::OnPage, false),
            Question::Replace => Vec::new(),
        }
    }

    fn open_for(&mut self, wanted: Wanted, steal: bool) -> Vec<TeachEffect> {
        self.keep.home = Home::default();
        self.keep.wanted = Some(wanted);
        vec![effect(Effect::Open { steal })]
    }

    fn delete(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        // Numbers go on, so that what is still under way for a photo of before is never taken for one of a new photo.
        let next = Project {
            next_class: self.project.next_class,
            next_sample: self.project.next_sample,
            backbone: self.project.backbone.clone(),
            ..Project::default()
        };
        let mut effects = self.adopt(next, &serde_json::Value::Null, Vec::new(), Effect::ForgetAll, around);
        self.keep.saving = Default::default();
        self.keep.as_stored = true;
        self.keep.deleting = true;
        effects.push(effect(Effect::Erase));
        // What was there and could not be read, or was another project, goes, too: then this page may keep one again.
        if matches!(self.keep.home, Home::Denied(_) | Home::Another { .. }) {
            self.keep.home = Home::default();
            around.notices.clear(Topic::Storage);
        }
        effects
    }

    /// All that was kept is gone from storage, or stays there.
    pub(super) fn erased(&mut self, result: Result<(), Error>, around: &mut Around) -> Vec<TeachEffect> {
        self.keep.deleting = false;
        let mut effects = match result {
            Ok(()) if !self.keep.is_open() => vec![effect(Effect::Open { steal: false })],
            Ok(()) => later(self.keep.saving.again()),
            Err(error) => {
                // What is still there is not this project: nothing may be written over it.
                if matches!(self.keep.home, Home::Here | Home::Opening(..)) {
                    self.keep.home = Home::Denied(Rc::new(error.clone()));
                    self.keep.saving = Default::default();
                }
                around.notices.error(Topic::Storage, Tone::Error, error, None);
                Vec::new()
            }
        };
        effects.push(effect(Effect::Measure));
        effects
    }
}

/// "a.jpg", "a.jpg and b.jpg", "a.jpg, b.jpg and 5 more".
fn listed(names: &[String]) -> String {
    match names {
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
        [] => String::new(),
    }
}

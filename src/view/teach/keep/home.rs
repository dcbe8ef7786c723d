//! Storage: opened, written, taken by another tab, switched off, deleted.

use std::rc::Rc;

use super::saving::Outcome;
use super::{Around, Effect, Found, Home, Question, Stored, Teach, TeachEffect, Written, effect, later};
use crate::error::Error;
use crate::project::Project;
use crate::view::format;
use crate::view::notices::{Tone, Topic};

impl Teach {
    pub(super) fn storage_opened(&mut self, found: Found, around: &mut Around) -> Vec<TeachEffect> {
        let taking_over = std::mem::take(&mut self.keep.taking_over);
        match found {
            Found::Here(None) => {
                self.keep.home = Home::Here;
                // What came in the meantime, or while nothing was to be kept.
                if self.is_empty() { Vec::new() } else { self.keep_touched() }
            }
            // Two projects, and room for one: the one in storage stays there until a person decides.
            Found::Here(Some(_)) if !self.is_empty() && !taking_over => {
                self.keep.home = Home::Elsewhere;
                Vec::new()
            }
            Found::Here(Some(stored)) => self.restore(*stored, around),
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
        let mut effects = self.adopt(project, &page, embedded, Effect::TakeHead, around);
        effects.extend(self.choose_backbone(true, around));
        effects.push(effect(Effect::Measure));
        effects.push(effect(Effect::MakeThumbnails(self.sizes())));
        effects
    }

    pub(super) fn write(&mut self) -> Vec<TeachEffect> {
        if self.keep.home != Home::Here || !self.keep.saving.due() {
            return Vec::new();
        }
        vec![effect(Effect::Save { project: self.project.clone(), page: self.page() })]
    }

    pub(super) fn wrote(&mut self, result: Result<Written, Error>, ms: f64, around: &mut Around) -> Vec<TeachEffect> {
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
        self.keep.home = Home::Elsewhere;
        self.keep.saving = Default::default();
        let text = "Another tab took over this project and keeps it from now on. What is changed here is not kept.";
        around.notices.say(Topic::Storage, Tone::Warning, "storage", text, None);
        Vec::new()
    }

    pub(super) fn keep_here(&mut self) -> Vec<TeachEffect> {
        self.keep.home = Home::default();
        vec![effect(Effect::Remember(true)), effect(Effect::Open { steal: false })]
    }

    /// Asks, where there is something to lose; else it is done at once.
    pub(super) fn ask(&mut self, question: Question, around: &mut Around) -> Vec<TeachEffect> {
        if self.is_empty() {
            return self.agreed(question, around);
        }
        self.keep.question = Some(question);
        Vec::new()
    }

    pub(super) fn answered(&mut self, yes: bool, around: &mut Around) -> Vec<TeachEffect> {
        match self.keep.question.take() {
            Some(Question::Replace) => self.replace_or_not(yes, around),
            Some(question) if yes => self.agreed(question, around),
            _ => Vec::new(),
        }
    }

    fn agreed(&mut self, question: Question, around: &mut Around) -> Vec<TeachEffect> {
        match question {
            Question::Delete => self.delete(around),
            Question::StopKeeping => {
                self.keep.home = Home::Off;
                self.keep.saving = Default::default();
                vec![effect(Effect::Remember(false)), effect(Effect::Erase)]
            }
            Question::TakeOver => {
                self.keep.home = Home::default();
                self.keep.taking_over = true;
                vec![effect(Effect::Open { steal: true })]
            }
            Question::Replace => Vec::new(),
        }
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
        effects.push(effect(Effect::Erase));
        // What was there and could not be read is gone, too.
        if matches!(self.keep.home, Home::Denied(_)) {
            self.keep.home = Home::default();
            around.notices.clear(Topic::Storage);
            effects.push(effect(Effect::Open { steal: false }));
        }
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

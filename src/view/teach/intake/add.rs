//! Photos become samples, and folders classes.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Effect, FileId, NewFile};
use crate::error::{Error, ErrorKind};
use crate::project::{Class, ClassId, Edit, Placed, Role, Sample, SampleId, place};
use crate::protocol::Skipped;
use crate::view::format;
use crate::view::notices::{Tone, Topic};
use crate::view::skip::skip_reason;
use crate::view::teach::{Around, Teach, TeachEffect};

/// A photo that is about to become a sample.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arrival {
    /// What its path says.
    pub placed: Placed,
    /// The class that a person chose; it goes before what the path says.
    pub class: Option<ClassId>,
    /// Bytes of the file.
    pub bytes: u64,
}

impl Teach {
    pub(super) fn take_photos(
        &mut self,
        class: Option<ClassId>,
        files: Vec<NewFile>,
        around: &mut Around,
    ) -> Vec<TeachEffect> {
        let class = class.filter(|class| self.project.class(*class).is_some());
        let arrivals = files.iter().map(|file| Arrival {
            placed: Placed { class: None, file: file.path.clone(), role: Role::Auto },
            class,
            bytes: file.bytes,
        });
        let (arrivals, mut effects) = (arrivals.collect(), Vec::new());
        let added = self.make_samples(arrivals, around, &mut effects);
        effects.extend(self.keep_files(&files, added, around));
        effects
    }

    pub(super) fn take_folder(&mut self, files: Vec<NewFile>, role: Role, around: &mut Around) -> Vec<TeachEffect> {
        self.intake.reading = None;
        let total = files.len();
        let (skipped, mut files): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| skip_reason(&file.path).is_some());
        let drop: Vec<FileId> = skipped.iter().map(|file| file.file).collect();
        self.intake.report.skip(
            skipped.into_iter().map(|file| Skipped {
                reason: skip_reason(&file.path).unwrap_or_default().to_owned(),
                path: file.path,
            }),
        );
        let mut effects = vec![TeachEffect::Intake(Effect::Drop(drop))];
        if files.is_empty() {
            around.notices.error(Topic::Teach, Tone::Error, no_photos("The folder", total), None);
            return effects;
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let arrivals = arrivals(place(&paths), role, files.iter().map(|file| file.bytes));
        let added = self.make_samples(arrivals, around, &mut effects);
        effects.extend(self.keep_files(&files, added, around));
        effects
    }

    /// The files of new samples go to where photos are kept, and the samples into the queue.
    fn keep_files(&mut self, files: &[NewFile], added: Vec<SampleId>, around: &mut Around) -> Vec<TeachEffect> {
        let kept = files.iter().map(|file| file.file).zip(added).collect();
        self.intake.queue.follow(&self.project, around.now_ms);
        vec![TeachEffect::Intake(Effect::Keep(kept))]
    }

    /// Makes samples, and classes where there are none of the name, in one step that can be undone. Gives the samples in the order of the
    /// photos; none if that could not be done, and a message says why.
    pub(super) fn make_samples(
        &mut self,
        arrivals: Vec<Arrival>,
        around: &mut Around,
        effects: &mut Vec<TeachEffect>,
    ) -> Vec<SampleId> {
        let mut classes = Names::new(&self.project.classes, self.project.next_class);
        let mut next = self.project.next_sample;
        let samples: Vec<Rc<Sample>> = arrivals
            .into_iter()
            .map(|Arrival { placed: Placed { class: name, file, role }, class, bytes }| {
                let class = class.or_else(|| name.map(|name| classes.class(&name)));
                let sample = Sample {
                    id: next,
                    name: file,
                    class,
                    role,
                    sha256: String::new(),
                    bytes,
                    size: [0; 2],
                    grey: false,
                };
                next += 1;
                Rc::new(sample)
            })
            .collect();
        let ids = samples.iter().map(|sample| sample.id).collect();
        let label = format!("Add {}", format::photos(samples.len()));
        let Names { new, alike, .. } = classes;
        let mut edits: Vec<Edit> = new.into_iter().map(|class| Edit::AddClass { class, at: None }).collect();
        edits.push(Edit::AddSamples(samples));
        match self.try_edit(label, Edit::Batch(edits)) {
            Ok(forgotten) => effects.extend(forgotten),
            Err(error) => {
                around.notices.error(Topic::Teach, Tone::Error, error, None);
                return Vec::new();
            }
        }
        self.name_backbone();
        if !alike.is_empty() {
            around.notices.say(Topic::Teach, Tone::Warning, "same-name", said_alike(&alike), None);
        }
        ids
    }

    /// A person takes photos out that failed, or are a copy of another.
    pub(super) fn take_out(&mut self, samples: Vec<SampleId>, around: &mut Around) -> Vec<TeachEffect> {
        let effects = self.edit(Edit::RemoveSamples(samples), around);
        self.intake.queue.follow(&self.project, around.now_ms);
        effects
    }
}

/// Photos with what their paths say; on the `role`'s side where folders do not say it.
pub(super) fn arrivals(placed: Vec<Placed>, role: Role, bytes: impl IntoIterator<Item = u64>) -> Vec<Arrival> {
    let with_role = |mut placed: Placed| {
        if role == Role::Validation {
            placed.role = role;
        }
        placed
    };
    placed
        .into_iter()
        .zip(bytes)
        .map(|(placed, bytes)| Arrival { placed: with_role(placed), class: None, bytes })
        .collect()
}

/// Finds classes by their names, blanks around them and capitals not counted; makes those that are missing.
struct Names {
    /// By the name in small letters.
    by_name: BTreeMap<String, (ClassId, String)>,
    new: Vec<Class>,
    next: ClassId,
    /// Names that were taken for another: as they were written, and as the class is called.
    alike: Vec<(String, String)>,
}

impl Names {
    fn new(classes: &[Class], next: ClassId) -> Self {
        let entry = |class: &Class| (folded(&class.name), (class.id, class.name.clone()));
        // The first of several goes before the others.
        Self { by_name: classes.iter().rev().map(entry).collect(), new: Vec::new(), next, alike: Vec::new() }
    }

    fn class(&mut self, name: &str) -> ClassId {
        let name = name.trim();
        if let Some((id, known)) = self.by_name.get(&folded(name)) {
            let pair = (name.to_owned(), known.clone());
            if known != name && !self.alike.contains(&pair) {
                self.alike.push(pair);
            }
            return *id;
        }
        let id = self.next;
        self.next += 1;
        self.by_name.insert(folded(name), (id, name.to_owned()));
        self.new.push(Class { id, name: name.to_owned() });
        id
    }
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

fn said_alike(alike: &[(String, String)]) -> String {
    let pairs: Vec<String> = alike.iter().map(|(found, class)| format!("“{found}” into {class}")).collect();
    format!(
        "Two classes cannot have one name, so folders went together: {}. If they are different things, undo this and rename a folder.",
        pairs.join(", ")
    )
}

/// There was nothing to add. `what` begins the sentence; `files` were there.
pub(super) fn no_photos(what: &str, files: usize) -> Error {
    let found = match files {
        0 => "nothing in it".to_owned(),
        1 => "one file, which is none".to_owned(),
        _ => format!("{files} files, none of them a photo"),
    };
    let cure = "Give a folder, or a zip file of one, with a sub-folder for each class and photos (JPEG, PNG, WebP, GIF or BMP) in it.";
    Error::new(ErrorKind::NotAnImage, what, "photos", found, cure)
}

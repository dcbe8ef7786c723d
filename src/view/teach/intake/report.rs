//! What was left out on the way in, and why: kept until a person closes the list.

use std::rc::Rc;

use crate::project::{ClassId, Project, Role, Sample, SampleId};
use crate::protocol::Skipped;

/// A photo that was left out because the same file is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The file's name.
    pub name: String,
    /// The photo that is kept.
    pub kept: SampleId,
}

/// The lists. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Files that are no photos.
    pub skipped: Rc<Vec<Skipped>>,
    /// Photos that were there already.
    pub duplicates: Rc<Vec<Duplicate>>,
    /// The same file in two classes, or on both sides of the split; some may have been settled since.
    conflicts: Rc<Vec<(SampleId, SampleId)>>,
}

/// What is to be done with a photo whose file another sample has, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Same {
    /// The photos stand in the same place: this one is left out.
    LeaveOut(SampleId),
    /// They stand in different classes, or on different sides of the split: only a person can know which is right.
    Conflict,
}

impl Same {
    /// Compares two samples of the same bytes. What is unsorted gives way, otherwise what came later.
    pub fn of(one: &Sample, other: &Sample) -> Self {
        let later = if one.id > other.id { one.id } else { other.id };
        match (one.class, other.class) {
            (Some(_), None) => Self::LeaveOut(other.id),
            (None, Some(_)) => Self::LeaveOut(one.id),
            (a, b) if a == b && one.role == other.role => Self::LeaveOut(later),
            _ => Self::Conflict,
        }
    }
}

impl Report {
    /// Is there nothing to tell?
    pub fn is_empty(&self) -> bool {
        self.skipped.is_empty() && self.duplicates.is_empty() && self.conflicts.is_empty()
    }

    /// Files that are no photos.
    pub fn skip(&mut self, files: impl IntoIterator<Item = Skipped>) {
        let mut files = files.into_iter().peekable();
        if files.peek().is_some() {
            Rc::make_mut(&mut self.skipped).extend(files);
        }
    }

    /// A photo was left out, as `kept` is the same file.
    pub fn duplicate(&mut self, name: &str, kept: SampleId) {
        Rc::make_mut(&mut self.duplicates).push(Duplicate { name: name.to_owned(), kept });
    }

    /// Two photos are the same file but stand in different places.
    pub fn conflict(&mut self, one: SampleId, other: SampleId) {
        let pair = (one.min(other), one.max(other));
        if !self.conflicts.contains(&pair) {
            Rc::make_mut(&mut self.conflicts).push(pair);
        }
    }

    /// The conflicts that are still there.
    pub fn conflicts<'a>(&self, project: &'a Project) -> Vec<(&'a Sample, &'a Sample)> {
        let pairs = self.conflicts.iter().filter_map(|(one, other)| {
            let pair = (&**project.sample(*one)?, &**project.sample(*other)?);
            (Same::of(pair.0, pair.1) == Same::Conflict).then_some(pair)
        });
        pairs.collect()
    }
}

/// Where a sample stands, in words: "Ants", "Ants (validation)", "unsorted".
pub fn place_words(project: &Project, class: Option<ClassId>, role: Role) -> String {
    let class = class.and_then(|class| project.class(class)).map_or("unsorted", |class| class.name.as_str());
    if role == Role::Validation { format!("{class} (validation)") } else { class.to_owned() }
}

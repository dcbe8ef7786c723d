//! Labels that look wrong, and those that a person confirmed.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::Shared;
use crate::project::{ClassId, Project, Sample, SampleId};
use crate::protocol::Suspect;

/// How the search stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Looking {
    /// Not begun.
    #[default]
    Idle,
    /// The engine looks.
    Busy {
        /// Photos that are looked at.
        photos: usize,
        /// When it began, milliseconds on the page's clock.
        since_ms: f64,
    },
    /// There is a list.
    Done,
}

/// A label that looks wrong, in the project's terms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SuspectRow {
    /// The photo.
    pub sample: SampleId,
    /// Its class when it was looked at.
    pub label: ClassId,
    /// Where it seems to belong.
    pub suggested: ClassId,
    /// Probability of its class by heads that did not see it, 0–1.
    pub own: f32,
    /// Probability of the suggested class, likewise.
    pub other: f32,
    /// Share of its nearest neighbours that are of its class, 0–1.
    pub neighbours: f32,
}

/// Labels that look wrong.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Suspects {
    /// How the search stands.
    pub looking: Looking,
    /// What was found, the most suspect first.
    found: Option<Shared<Vec<SuspectRow>>>,
    /// The classes that were asked about.
    asked: Rc<Vec<ClassId>>,
    /// The number of the question that is answered, or yet to be; 0 before anybody asked.
    number: u32,
    /// Labels that a person confirmed.
    kept: Rc<BTreeMap<SampleId, ClassId>>,
    /// The last of them in this visit, for undo.
    last_kept: Option<SampleId>,
}

impl Suspects {
    /// The engine is asked about these classes.
    pub(super) fn ask(&mut self, number: u32, classes: Vec<ClassId>, photos: usize, now_ms: f64) {
        (self.number, self.asked) = (number, Rc::new(classes));
        self.looking = Looking::Busy { photos, since_ms: now_ms };
    }

    /// The engine's answer; one to an earlier question, whose classes were others, is passed over.
    pub(super) fn answered(&mut self, number: u32, suspects: &[Suspect]) {
        if number != self.number {
            return;
        }
        let class = |index: u32| self.asked.get(usize::try_from(index).ok()?).copied();
        let rows = suspects.iter().filter_map(|suspect| {
            let (label, suggested) = (class(suspect.label)?, class(suspect.suggested)?);
            (label != suggested).then_some(SuspectRow {
                sample: suspect.sample,
                label,
                suggested,
                own: suspect.own_probability,
                other: suspect.suggested_probability,
                neighbours: suspect.neighbours,
            })
        });
        self.found = Some(Shared::new(rows.collect()));
        self.looking = Looking::Done;
    }

    /// No answer will come; an earlier list stays.
    pub(super) fn gave_up(&mut self) {
        if matches!(self.looking, Looking::Busy { .. }) {
            self.looking = if self.found.is_some() { Looking::Done } else { Looking::Idle };
        }
    }

    /// What is to be decided: labels that look wrong, are as they were when they were looked at, and were not confirmed.
    pub fn open(&self, project: &Project) -> Vec<(SuspectRow, Rc<Sample>)> {
        let Some(found) = &self.found else { return Vec::new() };
        let samples: HashMap<SampleId, &Rc<Sample>> =
            project.samples.iter().map(|sample| (sample.id, sample)).collect();
        let open = found.iter().filter_map(|row| {
            let sample = samples.get(&row.sample).filter(|sample| sample.class == Some(row.label))?;
            let both = project.class(row.label).is_some() && project.class(row.suggested).is_some();
            (both && !self.is_kept(row.sample, row.label)).then(|| (*row, Rc::clone(sample)))
        });
        open.collect()
    }

    /// The row about a photo.
    pub fn row(&self, sample: SampleId) -> Option<SuspectRow> {
        self.found.as_ref()?.iter().find(|row| row.sample == sample).copied()
    }

    /// Did a person confirm that this photo is of this class?
    pub fn is_kept(&self, sample: SampleId, label: ClassId) -> bool {
        self.kept.get(&sample) == Some(&label)
    }

    /// Labels that a person confirmed.
    pub fn kept(&self) -> &BTreeMap<SampleId, ClassId> {
        &self.kept
    }

    /// The label that was confirmed last, if that can be taken back.
    pub fn last_kept(&self) -> Option<SampleId> {
        self.last_kept
    }

    /// Confirms the label of a photo of the list.
    pub(super) fn keep(&mut self, sample: SampleId) {
        let Some(row) = self.row(sample) else { return };
        Rc::make_mut(&mut self.kept).insert(sample, row.label);
        self.last_kept = Some(sample);
    }

    /// Takes the last confirmation back.
    pub(super) fn undo_keep(&mut self) {
        if let Some(sample) = self.last_kept.take() {
            Rc::make_mut(&mut self.kept).remove(&sample);
        }
    }

    /// Takes all confirmations back.
    pub(super) fn ask_again(&mut self) {
        self.kept = Rc::default();
        self.last_kept = None;
    }

    /// Puts back the confirmations of an earlier visit.
    pub(super) fn restore(&mut self, kept: BTreeMap<SampleId, ClassId>) {
        self.kept = Rc::new(kept);
    }
}

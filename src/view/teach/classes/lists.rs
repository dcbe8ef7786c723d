//! The photos of each class, gathered once a change.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::project::{ClassId, Project, Sample, SampleId};

/// Photos, shared.
pub type List = Rc<[Rc<Sample>]>;

/// The photos of each class in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lists {
    by_class: HashMap<Option<ClassId>, List>,
}

impl Lists {
    /// Gathers them in one pass. Where a class's photos are those of `before`, its list is the very same, so that what is drawn
    /// of it need not be drawn again.
    pub fn new(project: &Project, before: &Self) -> Self {
        let mut gathered: HashMap<Option<ClassId>, Vec<Rc<Sample>>> = HashMap::new();
        for sample in &project.samples {
            gathered.entry(sample.class).or_default().push(sample.clone());
        }
        let same = |class: &Option<ClassId>, list: &[Rc<Sample>]| {
            let old = before.by_class.get(class)?;
            (old.len() == list.len() && old.iter().zip(list).all(|(old, new)| Rc::ptr_eq(old, new)))
                .then(|| old.clone())
        };
        let by_class = gathered.into_iter().map(|(class, list)| {
            let list = same(&class, &list).unwrap_or_else(|| list.into());
            (class, list)
        });
        Self { by_class: by_class.collect() }
    }

    /// The photos of a class, or the unsorted ones.
    pub fn of(&self, class: Option<ClassId>) -> List {
        self.by_class.get(&class).cloned().unwrap_or_default()
    }

    /// Those of a selection that are in this list.
    pub fn selected(list: &[Rc<Sample>], selected: &BTreeSet<SampleId>) -> Rc<BTreeSet<SampleId>> {
        if selected.is_empty() {
            return Rc::default();
        }
        Rc::new(list.iter().map(|sample| sample.id).filter(|id| selected.contains(id)).collect())
    }
}

/// The photo after this one in its class, or the one before if it is the last.
pub fn beside(project: &Project, sample: SampleId) -> Option<SampleId> {
    let class = project.sample(sample)?.class;
    let list: Vec<SampleId> = project.samples_of(class).map(|sample| sample.id).collect();
    let place = list.iter().position(|id| *id == sample)?;
    list.get(place + 1).or_else(|| list.get(place.checked_sub(1)?)).copied()
}

/// The photos from one to another, both included, whichever comes first. One that is not there counts as the other.
pub fn range(list: &[Rc<Sample>], from: SampleId, to: SampleId) -> Vec<SampleId> {
    let place = |id: SampleId| list.iter().position(|sample| sample.id == id);
    let Some(to) = place(to) else { return Vec::new() };
    let from = place(from).unwrap_or(to);
    list[from.min(to)..=from.max(to)].iter().map(|sample| sample.id).collect()
}

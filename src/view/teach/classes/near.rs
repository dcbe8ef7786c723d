//! Near-duplicates: groups of photos that are nearly the same, of which one may be enough.

use std::collections::HashSet;
use std::rc::Rc;

use super::{Place, extract};
use crate::project::{Edit, Project, SampleId};
use crate::protocol::TeachCommand;
use crate::view::format;
use crate::view::teach::{Teach, TeachEffect};

/// What is known of near-duplicates.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Near {
    /// The engine is looking for them.
    pub busy: bool,
    /// The number of the question that is answered, or yet to be; 0 before anybody asked.
    asked: u32,
    /// Are they shown?
    pub shown: bool,
    /// What was found; `None` before anybody looked.
    pub groups: Option<Rc<[Group]>>,
}

/// Photos that are nearly the same.
pub type Group = Rc<[SampleId]>;

/// What can be done about near-duplicates.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Look for them.
    Find,
    /// Show them no more.
    Close,
    /// Of this group only this photo stays.
    Keep(usize, SampleId),
    /// This group stays as it is.
    KeepAll(usize),
    /// Of every group only the photo with the most pixels stays.
    KeepOneOfEach,
}

impl Near {
    /// No answer will come; an earlier list stays.
    pub(super) fn gave_up(&mut self) {
        // Without a list there is nothing to show: it must not look as if there were no near-duplicates.
        self.shown &= !self.busy || self.groups.is_some();
        self.busy = false;
    }

    /// The groups with the photos that are still there, and the place of each in [`Near::groups`]; those of fewer than two are left out.
    pub fn there(&self, project: &Project) -> Vec<(usize, Vec<SampleId>)> {
        let there: HashSet<SampleId> = project.samples.iter().map(|sample| sample.id).collect();
        let groups = self.groups.iter().flat_map(|groups| groups.iter()).enumerate();
        let groups = groups.map(|(place, group)| -> (usize, Vec<SampleId>) {
            (place, group.iter().copied().filter(|id| there.contains(id)).collect())
        });
        groups.filter(|(_, group)| group.len() > 1).collect()
    }
}

/// The photo with the most pixels, the largest file among equals, the first among those.
pub fn best(project: &Project, group: &[SampleId]) -> Option<SampleId> {
    let key = |id: &SampleId| {
        let sample = project.sample(*id)?;
        Some((u64::from(sample.size[0]) * u64::from(sample.size[1]), sample.bytes))
    };
    group.iter().rev().max_by_key(|id| key(id)).copied()
}

impl Teach {
    pub(super) fn reduce_near(&mut self, action: Action) -> Vec<TeachEffect> {
        match action {
            Action::Find => {
                self.classes.near.shown = true;
                let samples = extract::known(&self.project, self.intake.embedded());
                if self.classes.near.busy || samples.len() < 2 {
                    self.classes.near.groups.get_or_insert_default();
                    return Vec::new();
                }
                let number = self.questions.next();
                (self.classes.near.busy, self.classes.near.asked) = (true, number);
                vec![TeachEffect::Send(0, TeachCommand::FindNearDuplicates { number, samples })]
            }
            Action::Close => {
                self.classes.near.shown = false;
                Vec::new()
            }
            Action::Keep(place, kept) => {
                let gone =
                    self.classes.near.groups.iter().flat_map(|groups| groups.get(place)).flat_map(|group| group.iter());
                let gone: Vec<SampleId> = gone.copied().filter(|id| *id != kept).collect();
                self.drop_near(gone)
            }
            Action::KeepAll(place) => {
                if let Some(groups) = &mut self.classes.near.groups {
                    let stay = groups.iter().enumerate().filter(|(other, _)| *other != place);
                    *groups = stay.map(|(_, group)| group.clone()).collect();
                }
                Vec::new()
            }
            Action::KeepOneOfEach => {
                let mut gone = Vec::new();
                for (_, group) in self.classes.near.there(&self.project) {
                    let kept = best(&self.project, &group);
                    gone.extend(group.into_iter().filter(|id| Some(*id) != kept));
                }
                self.drop_near(gone)
            }
        }
    }

    fn drop_near(&mut self, gone: Vec<SampleId>) -> Vec<TeachEffect> {
        let gone = self.present(&gone);
        let (count, was) = (gone.len(), if gone.len() == 1 { "was" } else { "were" });
        let text = format!("{} {was} removed: near-duplicates of others.", format::photos(count));
        let label = format!("Remove {} that others nearly equal", format::photos(count));
        self.change_as(Place::Panel, label, Edit::RemoveSamples(gone), Some(text))
    }

    pub(super) fn near_found(&mut self, number: u32, groups: Vec<Vec<SampleId>>) {
        let near = &mut self.classes.near;
        if near.asked == number {
            near.busy = false;
            near.groups = Some(groups.into_iter().map(Into::into).collect());
        }
    }
}

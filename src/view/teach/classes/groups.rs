//! Unsorted photos that look alike, grouped by the engine; a person names the groups, and they become classes.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Place, extract};
use crate::project::{Edit, SampleId};
use crate::protocol::TeachCommand;
use crate::view::format;
use crate::view::teach::{Teach, TeachEffect};

/// More groups than this a person cannot name.
pub const MOST: usize = 50;

/// What is known of groups.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Groups {
    /// Are they shown?
    pub shown: bool,
    /// The engine is at work.
    pub busy: bool,
    /// The number of the question that is answered, or yet to be; 0 where there is none.
    asked: u32,
    /// How many are wanted; `None`: as many as seem natural.
    pub wanted: Option<usize>,
    /// What was found; empty before.
    pub list: Rc<[Group]>,
    /// Each number that was tried with how well it separates the photos (mean silhouette, −1 to 1); empty where the person chose.
    pub tried: Rc<[(usize, f32)]>,
}

/// Photos that look alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The photos, the most central first.
    pub samples: Rc<[SampleId]>,
    /// What the person calls it; without a name it stays unsorted.
    pub name: Rc<str>,
    /// Photos that the person left out: they stay unsorted.
    pub out: Rc<BTreeSet<SampleId>>,
}

/// What can be done about groups.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Show them.
    Open,
    /// Show them no more; names that were written are lost.
    Close,
    /// So many are wanted.
    Want(Option<usize>),
    /// Group the unsorted photos.
    Find,
    /// A group gets a name.
    Name(usize, String),
    /// Leave photos out, or take them in again.
    Toggle(usize, Vec<SampleId>),
    /// Groups with a name become classes.
    Make,
}

impl Groups {
    /// How many groups have a name.
    pub fn named(&self) -> usize {
        self.list.iter().filter(|group| !group.name.trim().is_empty()).count()
    }

    fn group(&mut self, place: usize) -> Option<&mut Group> {
        Rc::make_mut(&mut self.list).get_mut(place)
    }
}

impl Teach {
    pub(super) fn reduce_groups(&mut self, action: Action) -> Vec<TeachEffect> {
        let groups = &mut self.classes.groups;
        match action {
            Action::Open => {
                groups.shown = true;
                if groups.list.is_empty() { self.find_groups() } else { Vec::new() }
            }
            Action::Close => {
                self.classes.groups = Groups { wanted: groups.wanted, ..Groups::default() };
                Vec::new()
            }
            Action::Want(wanted) => {
                groups.wanted = wanted.map(|wanted| wanted.clamp(2, MOST));
                Vec::new()
            }
            Action::Find => self.find_groups(),
            Action::Name(place, name) => {
                if let Some(group) = groups.group(place) {
                    group.name = name.into();
                }
                Vec::new()
            }
            Action::Toggle(place, samples) => {
                if let Some(group) = groups.group(place) {
                    let out = Rc::make_mut(&mut group.out);
                    for id in samples {
                        if !out.remove(&id) {
                            out.insert(id);
                        }
                    }
                }
                Vec::new()
            }
            Action::Make => self.make_classes(),
        }
    }

    fn find_groups(&mut self) -> Vec<TeachEffect> {
        let samples = extract::unsorted(&self.project, self.intake.embedded());
        let groups = &mut self.classes.groups;
        if groups.busy || samples.len() < 2 {
            return Vec::new();
        }
        let number = self.questions.next();
        (groups.busy, groups.asked) = (true, number);
        let k = groups.wanted.map(|wanted| wanted.min(samples.len()));
        vec![TeachEffect::Send(0, TeachCommand::Cluster { number, samples, k, seed: self.project.settings.seed })]
    }

    pub(super) fn clustered(&mut self, number: u32, clusters: Vec<Vec<SampleId>>, tried: Vec<(usize, f32)>) {
        let groups = &mut self.classes.groups;
        if groups.asked != number {
            return;
        }
        groups.busy = false;
        groups.tried = tried.into();
        let empty: Rc<str> = "".into();
        let group = |samples: Vec<SampleId>| Group { samples: samples.into(), name: empty.clone(), out: Rc::default() };
        groups.list = clusters.into_iter().filter(|cluster| !cluster.is_empty()).map(group).collect();
    }

    /// One step: it is undone as one.
    fn make_classes(&mut self) -> Vec<TeachEffect> {
        let mut edits = Vec::new();
        let mut made: Vec<(String, u32)> = Vec::new();
        let (mut photos, mut next) = (0, self.project.next_class);
        for group in self.classes.groups.list.iter() {
            let name = group.name.trim();
            let samples: Vec<SampleId> = group.samples.iter().copied().filter(|id| !group.out.contains(id)).collect();
            if name.is_empty() || samples.is_empty() {
                continue;
            }
            let existing = self.project.class_named(name).map(|class| class.id);
            let class = existing.or_else(|| made.iter().find(|(other, _)| other == name).map(|(_, id)| *id));
            let class = class.unwrap_or_else(|| {
                let class = crate::project::Class { id: next, name: name.to_owned() };
                edits.push(Edit::AddClass { class, at: None });
                made.push((name.to_owned(), next));
                next += 1;
                next - 1
            });
            photos += samples.len();
            edits.push(Edit::MoveSamples(samples, Some(class)));
        }
        if edits.is_empty() {
            return Vec::new();
        }
        let photos = format::photos(photos);
        let label = format!("Sort {photos} by groups");
        let text = format!("{photos} were sorted.");
        let effects = self.change_as(Place::Groups, label, Edit::Batch(edits), Some(text));
        if self.classes.wrong.is_none() {
            self.classes.groups = Groups { wanted: self.classes.groups.wanted, ..Groups::default() };
        }
        effects
    }
}

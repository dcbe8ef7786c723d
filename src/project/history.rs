//! What was done to a project and can be undone, and what was undone and can be done again.

use std::collections::{HashSet, VecDeque};
use std::rc::Rc;

use super::edit::Edit;
use super::model::{Project, SampleId};
use crate::error::Result;

/// Steps that can be undone; older ones fall out, and photos that were removed by them are then gone for good.
const STEPS: usize = 100;

/// A change, waiting to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    /// What the person did, as a button says it: "Move 3 photos to Bees".
    label: String,
    /// Takes it back; or, among those that were undone, makes it again.
    edit: Edit,
}

/// Steps back and steps forward. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    done: VecDeque<Rc<Step>>,
    undone: Vec<Rc<Step>>,
}

/// What a step through the history came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stepped {
    /// The step's label.
    pub label: String,
    /// The samples that are in the project again, and have no embedding if they never had one.
    pub returned: Vec<SampleId>,
}

impl History {
    /// Makes a change and remembers it; gives the samples that can now no more be brought back.
    ///
    /// # Errors
    ///
    /// Those of [`Project::apply`]; nothing was changed then, here neither.
    pub fn make(&mut self, project: &mut Project, label: impl Into<String>, edit: Edit) -> Result<Vec<SampleId>> {
        let inverse = project.apply(edit)?;
        if inverse.is_nothing() {
            return Ok(Vec::new());
        }
        let mut dropped = std::mem::take(&mut self.undone);
        self.done.push_back(Rc::new(Step { label: label.into(), edit: inverse }));
        while self.done.len() > STEPS {
            dropped.extend(self.done.pop_front());
        }
        Ok(lost(&dropped, project))
    }

    /// Takes the last step back; `None` if there is none.
    ///
    /// # Errors
    ///
    /// The project is not the one that the steps were made in.
    pub fn undo(&mut self, project: &mut Project) -> Option<Result<Stepped>> {
        let step = self.done.pop_back()?;
        Some(go(project, &step).map(|(again, stepped)| {
            self.undone.push(again);
            stepped
        }))
    }

    /// Makes the step again that was taken back last; `None` if there is none.
    ///
    /// # Errors
    ///
    /// The project is not the one that the steps were made in.
    pub fn redo(&mut self, project: &mut Project) -> Option<Result<Stepped>> {
        let step = self.undone.pop()?;
        Some(go(project, &step).map(|(back, stepped)| {
            self.done.push_back(back);
            stepped
        }))
    }

    /// What [`History::undo`] would take back.
    pub fn undo_label(&self) -> Option<&str> {
        self.done.back().map(|step| step.label.as_str())
    }

    /// What [`History::redo`] would make again.
    pub fn redo_label(&self) -> Option<&str> {
        self.undone.last().map(|step| step.label.as_str())
    }

    /// Forgets all steps; gives the samples that can now no more be brought back.
    pub fn clear(&mut self, project: &Project) -> Vec<SampleId> {
        let steps: Vec<Rc<Step>> = self.done.drain(..).chain(self.undone.drain(..)).collect();
        lost(&steps, project)
    }

    /// Every sample that is not in the project but can be brought back, in no order; some that are in it may be among them.
    pub fn held(&self) -> Vec<SampleId> {
        let mut ids = Vec::new();
        self.done.iter().chain(&self.undone).for_each(|step| step.edit.each_new_sample(&mut |id| ids.push(id)));
        ids
    }
}

fn go(project: &mut Project, step: &Step) -> Result<(Rc<Step>, Stepped)> {
    let mut returned = Vec::new();
    step.edit.each_new_sample(&mut |id| returned.push(id));
    let edit = project.apply(step.edit.clone())?;
    let label = step.label.clone();
    Ok((Rc::new(Step { label: label.clone(), edit }), Stepped { label, returned }))
}

/// The samples of these steps that are not in the project. No other step can hold them: what is absent was removed once.
fn lost(steps: &[Rc<Step>], project: &Project) -> Vec<SampleId> {
    let mut ids = HashSet::new();
    for step in steps {
        step.edit.each_new_sample(&mut |id| {
            ids.insert(id);
        });
    }
    if !ids.is_empty() {
        for sample in &project.samples {
            ids.remove(&sample.id);
        }
    }
    let mut ids: Vec<SampleId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}

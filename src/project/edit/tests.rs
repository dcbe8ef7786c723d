//! Random edits, undone and done again.

use std::collections::HashSet;
use std::rc::Rc;

use super::*;
use crate::project::History;

fn sample(id: SampleId, class: Option<ClassId>) -> Rc<Sample> {
    Rc::new(Sample {
        id,
        name: format!("photo {id}.jpg"),
        class,
        role: Role::Auto,
        sha256: String::new(),
        bytes: 1000 + id,
        size: [0, 0],
        grey: false,
    })
}

fn project(classes: &[&str], samples: usize) -> Project {
    let mut project = Project::default();
    for name in classes {
        let class = project.new_class(*name);
        project.apply(Edit::AddClass { class, at: None }).unwrap();
    }
    let count = classes.len() as u64 + 1;
    let class = |id: u64| u32::try_from(id % count).ok().filter(|class| *class > 0);
    let samples = (1..=samples as u64).map(|id| sample(id, class(id))).collect();
    project.apply(Edit::AddSamples(samples)).unwrap();
    project
}

/// Everything but the counters, which never go back.
fn content(project: &Project) -> (Vec<Class>, Vec<Rc<Sample>>) {
    (project.classes.clone(), project.samples.clone())
}

/// Numbers that look random (Marsaglia 2003, xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }

    fn class(&mut self, project: &Project) -> ClassId {
        project.classes.get(self.roll(project.classes.len())).map_or(99, |class| class.id)
    }

    fn target(&mut self, project: &Project) -> Option<ClassId> {
        (self.roll(4) > 0).then(|| self.class(project))
    }

    fn samples(&mut self, project: &Project) -> Vec<SampleId> {
        // Some are met twice, some are not there.
        (0..self.roll(8)).map(|_| self.roll(project.samples.len() + 4) as SampleId).collect()
    }

    fn edit(&mut self, project: &Project, depth: usize) -> Edit {
        match self.roll(if depth > 0 { 10 } else { 9 }) {
            0 => {
                let class = project.new_class(format!("class {}", self.roll(12)));
                Edit::AddClass { class, at: (self.roll(2) == 0).then(|| self.roll(9)) }
            }
            1 => Edit::RenameClass { class: self.class(project), name: format!(" class {} ", self.roll(12)) },
            2 => Edit::MergeClasses { from: self.class(project), into: self.class(project) },
            3 => Edit::MoveClass { class: self.class(project), to: self.roll(9) },
            4 => Edit::RemoveClass { class: self.class(project), with_samples: self.roll(2) == 0 },
            5 => {
                let class = self.target(project);
                Edit::AddSamples((0..self.roll(6) as u64).map(|n| sample(project.next_sample + n, class)).collect())
            }
            6 => Edit::RemoveSamples(self.samples(project)),
            7 => Edit::MoveSamples(self.samples(project), self.target(project)),
            8 => Edit::SetRole(self.samples(project), if self.roll(2) == 0 { Role::Auto } else { Role::Validation }),
            _ => Edit::Batch((0..self.roll(5)).map(|_| self.edit(project, depth - 1)).collect()),
        }
    }
}

fn assert_sound(project: &Project) {
    let names: HashSet<&str> = project.classes.iter().map(|class| class.name.as_str()).collect();
    assert_eq!(names.len(), project.classes.len(), "two classes of one name");
    assert!(names.iter().all(|name| !name.is_empty() && name.trim() == *name));
    let ids: HashSet<SampleId> = project.samples.iter().map(|sample| sample.id).collect();
    assert_eq!(ids.len(), project.samples.len(), "two samples of one id");
    let classes: HashSet<ClassId> = project.classes.iter().map(|class| class.id).collect();
    assert!(project.samples.iter().all(|sample| sample.class.is_none_or(|class| classes.contains(&class))));
    assert!(ids.iter().all(|id| *id < project.next_sample) && classes.iter().all(|id| *id < project.next_class));
}

#[test]
fn random_edits_undo_and_redo_exactly() {
    for seed in 1..200 {
        let (mut dice, mut project, mut history) =
            (Dice(seed), project(&["ants", "bees", "wasps"], 20), History::default());
        let mut states = vec![content(&project)];
        for number in 0..60 {
            let edit = dice.edit(&project, 2);
            let before = content(&project);
            match history.make(&mut project, format!("step {number}"), edit) {
                Ok(lost) => assert!(lost.iter().all(|id| project.sample(*id).is_none())),
                Err(_) => assert_eq!(content(&project), before, "a change that failed left something behind"),
            }
            assert_sound(&project);
            // A change that changes nothing is no step.
            if history.undo_label() == Some(&format!("step {number}")) {
                states.push(content(&project));
            }
            assert_eq!(content(&project), *states.last().unwrap(), "seed {seed}");
            // Now and then a few steps back and forth in between.
            if dice.roll(6) == 0 && states.len() > 1 {
                history.undo(&mut project).unwrap().unwrap();
                assert_eq!(content(&project), states[states.len() - 2], "seed {seed}");
                if dice.roll(2) == 0 {
                    history.redo(&mut project).unwrap().unwrap();
                } else {
                    states.pop();
                }
            }
        }
        let last = states.len() - 1;
        for state in states[..last].iter().rev() {
            history.undo(&mut project).unwrap().unwrap();
            assert_eq!(content(&project), *state, "seed {seed}");
        }
        assert!(history.undo(&mut project).is_none());
        for state in &states[1..] {
            history.redo(&mut project).unwrap().unwrap();
            assert_eq!(content(&project), *state, "seed {seed}");
        }
    }
}

#[test]
fn edits_are_json() {
    let (mut dice, project) = (Dice(5), project(&["ants", "bees"], 9));
    for _ in 0..200 {
        let edit = dice.edit(&project, 2);
        assert_eq!(serde_json::from_str::<Edit>(&serde_json::to_string(&edit).unwrap()).unwrap(), edit);
    }
}

#[test]
fn names_are_trimmed_unique_and_never_empty() {
    let mut project = project(&["ants", "bees"], 0);
    let class = project.new_class("  wasps\t");
    project.apply(Edit::AddClass { class, at: Some(0) }).unwrap();
    assert_eq!(project.classes[0].name, "wasps");
    for (name, found) in [("  ", "nothing"), ("bees ", "a class of this name")] {
        let class = project.new_class(name);
        assert_eq!(project.apply(Edit::AddClass { class, at: None }).unwrap_err().found, found);
        let rename = Edit::RenameClass { class: 1, name: name.to_owned() };
        assert_eq!(project.apply(rename).unwrap_err().found, found);
    }
    assert!(project.apply(Edit::RenameClass { class: 1, name: " ants ".to_owned() }).unwrap().is_nothing());
}

#[test]
fn facts_learned_later_survive_undo() {
    let (mut project, mut history) = (project(&["ants", "bees"], 6), History::default());
    history.make(&mut project, "move", Edit::MoveSamples(vec![1, 2], Some(2))).unwrap();
    Rc::make_mut(&mut project.samples[0]).grey = true;
    history.undo(&mut project).unwrap().unwrap();
    assert_eq!((project.samples[0].class, project.samples[0].grey), (Some(1), true));
}

#[test]
fn samples_are_lost_when_no_step_holds_them() {
    const NONE: [SampleId; 0] = [];
    let (mut project, mut history) = (project(&["ants"], 3), History::default());
    let move_there_and_back = |project: &mut Project, history: &mut History, times: usize| -> Vec<SampleId> {
        let to = |n: usize| n.is_multiple_of(2).then_some(1);
        let flip = |n| Edit::MoveSamples(vec![2], to(n));
        (0..times).flat_map(|n| history.make(project, "move", flip(n)).unwrap()).collect()
    };
    assert_eq!(history.make(&mut project, "remove", Edit::RemoveSamples(vec![1, 3])).unwrap(), NONE);
    assert_eq!(history.held(), [1, 3]);
    assert_eq!(move_there_and_back(&mut project, &mut history, 99), NONE);
    assert_eq!(move_there_and_back(&mut project, &mut history, 2), [1, 3]);

    // What was added, undone, and then overtaken by another step cannot come back either.
    history.make(&mut project, "add", Edit::AddSamples(vec![sample(4, None)])).unwrap();
    assert_eq!(history.undo(&mut project).unwrap().unwrap().label, "add");
    assert_eq!(history.make(&mut project, "move", Edit::MoveSamples(vec![2], Some(1))).unwrap(), [4]);
    assert_eq!(project.next_sample, 5);
}

#[test]
fn ten_thousand_samples_of_two_hundred_classes_come_back_in_place() {
    let names: Vec<String> = (0..200).map(|n| format!("class {n}")).collect();
    let mut project = project(&names.iter().map(String::as_str).collect::<Vec<_>>(), 10_000);
    let all: Vec<SampleId> = (1..=10_000).collect();
    let before = content(&project);
    let back = project.apply(Edit::MoveSamples(all.clone(), None)).unwrap();
    project.apply(back).unwrap();
    let back = project.apply(Edit::RemoveSamples(all)).unwrap();
    project.apply(back).unwrap();
    assert_eq!(content(&project), before);
}

#[test]
fn labels_say_what_was_done() {
    let project = project(&["ants", "bees"], 6);
    let label = |edit: Edit| edit.label(&project);
    assert_eq!(label(Edit::MoveSamples(vec![1, 2, 4], Some(2))), "Move 3 photos to bees");
    assert_eq!(label(Edit::RemoveSamples(vec![1])), "Remove 1 photo");
    assert_eq!(label(Edit::RemoveClass { class: 1, with_samples: true }), "Delete class ants with 2 photos");
    assert_eq!(label(Edit::Batch(vec![Edit::MergeClasses { from: 1, into: 2 }])), "Merge ants into bees");
}

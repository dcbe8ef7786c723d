//! What a change does, in a few words: the label of Undo and Redo.

use super::Edit;
use crate::project::{ClassId, Project, Role, Sample};

impl Edit {
    /// What this does to a project that it was not made in yet, as an order: "Move 3 photos to Bees".
    pub fn label(&self, project: &Project) -> String {
        let name = |class: ClassId| project.class(class).map_or("a class", |class| class.name.as_str());
        match self {
            Self::AddClass { class, .. } => format!("Add class {}", class.name.trim()),
            Self::RenameClass { class, name: to } => format!("Rename {} to {}", name(*class), to.trim()),
            Self::MergeClasses { from, into } => format!("Merge {} into {}", name(*from), name(*into)),
            Self::MoveClass { class, .. } => format!("Move class {}", name(*class)),
            Self::RemoveClass { class, with_samples } => {
                match (project.samples_of(Some(*class)).count(), with_samples) {
                    (0, _) => format!("Delete class {}", name(*class)),
                    (count, true) => format!("Delete class {} with {}", name(*class), photos(count)),
                    (_, false) => format!("Delete class {}, keep its photos", name(*class)),
                }
            }
            Self::AddSamples(samples) => {
                let mut classes = samples.iter().map(|sample: &std::rc::Rc<Sample>| sample.class);
                let first = classes.next().flatten();
                match first.filter(|_| classes.all(|class| class == first)) {
                    Some(class) => format!("Add {} to {}", photos(samples.len()), name(class)),
                    None => format!("Add {}", photos(samples.len())),
                }
            }
            Self::RestoreSamples { samples, .. } => format!("Bring back {}", photos(samples.len())),
            Self::RemoveSamples(ids) => format!("Remove {}", photos(ids.len())),
            Self::MoveSamples(ids, Some(to)) => format!("Move {} to {}", photos(ids.len()), name(*to)),
            Self::MoveSamples(ids, None) => format!("Take {} out of their class", photos(ids.len())),
            Self::SetRole(ids, Role::Validation) => format!("Use {} for validation only", photos(ids.len())),
            Self::SetRole(ids, Role::Auto) => format!("Let the split decide on {}", photos(ids.len())),
            Self::Batch(edits) => match edits.as_slice() {
                [one] => one.label(project),
                edits => format!("Make {} changes", edits.len()),
            },
        }
    }
}

fn photos(count: usize) -> String {
    if count == 1 { "1 photo".to_owned() } else { format!("{count} photos") }
}

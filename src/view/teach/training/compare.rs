//! What a careless random split would claim, beside what the honest one says.

use super::Training;
use super::run::Run;
use crate::project::SplitKind;

/// Differences below this, as a share, are not worth a word.
const SAME: f32 = 0.005;

/// Both claims.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// Validation accuracy with the honest split, 0–1.
    pub honest: f32,
    /// Validation accuracy with the random split, 0–1; `None` while it is trained.
    pub careless: Option<f32>,
    /// What to make of it.
    pub sentence: String,
}

impl Training {
    /// Can the current run be compared with a careless split? It must be over, honest, from the start, and have held something out.
    pub fn can_compare(&self) -> bool {
        self.live().is_none()
            && self.current().is_some_and(|run| {
                run.settings.split == SplitKind::Honest && !run.went_on && honest_claim(run).is_some()
            })
            && self.claims().is_none()
    }

    /// The claims of the current run and its comparison, where there is one.
    pub fn claims(&self) -> Option<Claims> {
        let run = self.current()?;
        let other = self.runs.iter().rev().find(|other| other.careless_of == Some(run.number))?;
        let honest = honest_claim(run)?;
        let careless = honest_claim(other);
        let groups = run.sides.as_ref().map_or(0, |sides| sides.groups);
        Some(Claims { honest, careless, sentence: sentence(honest, careless, groups) })
    }
}

fn honest_claim(run: &Run) -> Option<f32> {
    run.summary.as_ref()?.val_accuracy
}

fn sentence(honest: f32, careless: Option<f32>, groups: usize) -> String {
    let Some(careless) = careless else { return "The same training with a random split is under way.".to_owned() };
    let text = if groups == 0 {
        "No near-duplicates were found, so the two splits differ only by chance."
    } else if careless > honest + SAME {
        "The random split has near-duplicates of training photos among those it checks with, and so claims more than new photos will get."
    } else if careless < honest - SAME {
        "Here the random split drew the harder photos; with so few to check with, such differences are chance."
    } else {
        "Here both say the same: the near-duplicates among these photos change little."
    };
    text.to_owned()
}

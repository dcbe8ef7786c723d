//! What runs on the person's very photos came to: those of the training panel and those of the Lab alike.

use super::ready::{Material, Readiness};
use super::run::Run;
use crate::advice::Tried;
use crate::lab::{Record, fingerprint};
use crate::project::{ClassId, Role, SampleId, TrainSettings, Way};
use crate::view::teach::Teach;
use crate::view::teach::lab::Outcome;

impl Material {
    /// Tells the data of runs apart.
    pub fn fingerprint(&self) -> String {
        of(self.taught.clone(), self.data.validation.clone())
    }
}

impl Teach {
    /// What runs on the photos that there are now came to, with this backbone or from random weights. Runs on other photos, other labels, or a choice of
    /// few photos a class are left out.
    pub(super) fn tried(&self, backbone: &str) -> Vec<Tried> {
        let now = self.fingerprint();
        let counts = |key: &str, data: &str, settings: &TrainSettings| {
            let is_random = matches!(settings.way, Way::Scratch { .. });
            data == now && settings.shots.is_none() && (is_random || key == backbone)
        };
        let own = self.training.runs.iter().filter(|run| counts(&run.backbone, &run.data, &run.settings));
        let of_lab = self.lab.entries.iter().filter_map(|queued| match &queued.outcome {
            Outcome::Done(record) => Some(record),
            _ => None,
        });
        let of_lab = of_lab.filter(|record| counts(&record.backbone, &record.data, &record.settings));
        own.filter_map(|run| run.tried()).chain(of_lab.filter_map(|record| Record::tried(record))).collect()
    }

    /// [`Material::fingerprint`] of what training would be given now.
    fn fingerprint(&self) -> String {
        let (mut taught, mut held_out): (Vec<(SampleId, ClassId)>, Vec<SampleId>) = Default::default();
        for (sample, place) in self.of_classes().filter(|(sample, _)| self.readiness(sample) == Readiness::Embedded) {
            taught.push((sample.id, self.project.classes[place].id));
            held_out.extend((sample.role == Role::Validation).then_some(sample.id));
        }
        of(taught, held_out)
    }
}

impl Run {
    /// What advice can learn from it; nothing where it was for comparison only, went on from another, or is the Lab's, which has it once it is over.
    fn tried(&self) -> Option<Tried> {
        let is_own = self.careless_of.is_none() && self.lab.is_none() && !self.went_on;
        let sides = self.sides.as_ref().filter(|_| is_own)?;
        Tried::of(&self.settings, &self.rows, sides.validation)
    }
}

/// In whichever order they came.
fn of(mut taught: Vec<(SampleId, ClassId)>, mut held_out: Vec<SampleId>) -> String {
    taught.sort_unstable();
    held_out.sort_unstable();
    fingerprint(&taught, &held_out)
}

//! What the engines say of photos, and what becomes of them when an engine or the backbone changes.

use super::report::Same;
use super::{Effect, Intake, Pace, Queue, Report};
use crate::error::{Error, ErrorKind};
use crate::project::{Project, Sample, SampleId};
use crate::protocol::{SampleFacts, TeachCommand};
use crate::view::teach::{Around, Teach, TeachEffect};
use std::rc::Rc;

/// Embeddings made elsewhere that go to the main engine at a time, while photos come in.
const BATCH: usize = 32;
/// The same for all of a project: a few megabytes a message.
const LARGE_BATCH: usize = 512;

impl Teach {
    pub(super) fn photo_embedded(
        &mut self,
        engine: usize,
        sample: SampleId,
        facts: SampleFacts,
        around: &mut Around,
    ) -> Vec<TeachEffect> {
        self.intake.queue.embedded_by(engine, sample, around.now_ms);
        if engine != 0 {
            self.intake.pool.did_well(engine);
            self.intake.unsent.push((engine, sample));
        }
        // It may have been removed meanwhile; an undo brings it back with its embedding.
        let Some(place) = self.project.samples.iter().position(|other| other.id == sample) else { return Vec::new() };
        let known = &self.project.samples[place];
        if known.sha256 != facts.sha256 || known.size != facts.size || known.grey != facts.grey {
            let known = Rc::make_mut(&mut self.project_mut().samples[place]);
            (known.sha256, known.size, known.grey) = (facts.sha256, facts.size, facts.grey);
        }
        self.look_for_copies(place)
    }

    /// The same file is kept once a class; in two classes it is a conflict that a person has to settle.
    fn look_for_copies(&mut self, place: usize) -> Vec<TeachEffect> {
        let one = self.project.samples[place].clone();
        let same = |other: &&Rc<Sample>| other.id != one.id && other.sha256 == one.sha256;
        let others: Vec<Rc<Sample>> = self.project.samples.iter().filter(same).cloned().collect();
        let mut gone = Vec::new();
        for other in others {
            match Same::of(&one, &other) {
                Same::Conflict => self.intake.report.conflict(one.id, other.id),
                Same::LeaveOut(id) => {
                    let (left_out, kept) = if id == one.id { (&one, &other) } else { (&other, &one) };
                    self.intake.report.duplicate(&left_out.name, kept.id);
                    gone.push(id);
                    if id == one.id {
                        break;
                    }
                }
            }
        }
        self.drop_samples(gone)
    }

    /// Takes samples out of the project, for good.
    pub(super) fn drop_samples(&mut self, gone: Vec<SampleId>) -> Vec<TeachEffect> {
        if gone.is_empty() {
            return Vec::new();
        }
        self.project_mut().samples.retain(|sample| !gone.contains(&sample.id));
        gone.iter().for_each(|sample| self.intake.queue.forget(*sample));
        self.intake.unsent.retain(|(_, sample)| !gone.contains(sample));
        let forget = gone.iter().map(|sample| TeachEffect::Intake(Effect::Forget(*sample)));
        let mut effects: Vec<TeachEffect> = forget.collect();
        effects.push(TeachEffect::Send(0, TeachCommand::Forget { samples: gone }));
        effects
    }

    pub(super) fn photo_failed(
        &mut self,
        engine: usize,
        sample: SampleId,
        error: Error,
        around: &mut Around,
    ) -> Vec<TeachEffect> {
        self.intake.queue.failed_by(engine, sample, error, around.now_ms);
        Vec::new()
    }

    /// Everything that the main engine must have before it trains or judges: embeddings that are still on their way to it.
    pub fn send_all_unsent(&mut self) -> Vec<TeachEffect> {
        let mut effects = Vec::new();
        self.send_unsent(true, &mut effects);
        effects
    }

    pub(super) fn send_unsent(&mut self, all: bool, effects: &mut Vec<TeachEffect>) {
        let Intake { unsent, queue, main_ready, pool, .. } = &mut self.intake;
        let enough = all || unsent.len() >= BATCH || queue.outstanding() == 0 || queue.pace != Pace::Going;
        if unsent.is_empty() || !*main_ready || !enough {
            return;
        }
        let sent = std::mem::take(unsent);
        effects.push(TeachEffect::SendEmbeddings(sent.iter().map(|(_, sample)| *sample).collect()));
        // An embedder keeps what it makes until it is told not to.
        for number in pool.ready() {
            let samples: Vec<_> = sent.iter().filter(|(at, _)| *at == number).map(|(_, sample)| *sample).collect();
            if !samples.is_empty() {
                effects.push(TeachEffect::Send(number, TeachCommand::Forget { samples }));
            }
        }
    }

    /// See [`crate::view::teach::TeachAction::EngineReady`].
    pub(in crate::view::teach) fn intake_engine_ready(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        let Some(card) = around.backbone else { return Vec::new() };
        let mut effects = Vec::new();
        if self.intake.pool.cores == 0 {
            effects.push(TeachEffect::Intake(Effect::CountCores));
        }
        let now = (card.name.clone(), card.sha256.clone());
        // An engine that only changed its device still has the embeddings.
        let knows = std::mem::replace(&mut self.intake.main_ready, true) && !self.intake.foreign;
        let project = &self.project.backbone;
        match &self.intake.made_by {
            Some(before) if *before == now => effects.extend(self.send_all_embeddings(knows)),
            Some(_) => {
                effects.extend(self.forget_all_embeddings());
                // What the engine was asked with the network before it will not answer.
                self.classes.engine_stopped();
                self.judge_failed();
                self.training_engine_lost();
            }
            None if self.project.samples.is_empty() || project.is_empty() || *project == now.0 => {
                effects.extend(self.send_all_embeddings(knows));
            }
            // The project came with embeddings by another backbone, which may be on its way.
            None => {
                self.intake.foreign = true;
                return effects;
            }
        }
        (self.intake.made_by, self.intake.foreign) = (Some(now), false);
        self.name_backbone();
        self.intake.queue.follow(&self.project, around.now_ms);
        self.pump_intake(around, &mut effects);
        effects
    }

    /// A person wants the project embedded by the backbone in use, whatever it came with.
    pub(super) fn embed_anew(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        let Some(card) = around.backbone else { return Vec::new() };
        let effects = self.forget_all_embeddings();
        (self.intake.made_by, self.intake.foreign) = (Some((card.name.clone(), card.sha256.clone())), false);
        self.name_backbone();
        self.intake.queue.follow(&self.project, around.now_ms);
        effects
    }

    /// See [`crate::view::teach::TeachAction::EngineLost`].
    pub(in crate::view::teach) fn intake_engine_lost(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        self.intake.main_ready = false;
        let mut effects = Vec::new();
        if let Some(unpacking) = &mut self.intake.unpacking
            && !unpacking.engine_lost()
        {
            let error = stopped_at(unpacking.archive.name.clone());
            effects = self.photos_zip_failed(error, around);
        }
        let project = self.project.clone();
        self.intake.queue.engine_lost(0, |sample| name_in(&project, sample), around.now_ms);
        effects.push(TeachEffect::Intake(Effect::NothingDue));
        effects
    }

    /// Embedders that have been silent for too long are taken for lost.
    pub(super) fn look_at_embedders(&mut self, around: &mut Around) -> Vec<TeachEffect> {
        let Intake { pool, queue, .. } = &mut self.intake;
        let hung = pool.hung(|number| queue.flying(number) > 0);
        hung.into_iter().flat_map(|number| self.embedder_lost(number, around)).collect()
    }

    pub(super) fn embedder_lost(&mut self, number: usize, around: &mut Around) -> Vec<TeachEffect> {
        if !self.intake.pool.has(number) {
            return Vec::new();
        }
        self.intake.pool.lost(number);
        let project = self.project.clone();
        self.intake.queue.engine_lost(number, |sample| name_in(&project, sample), around.now_ms);
        vec![TeachEffect::Intake(Effect::EndEmbedder(number))]
    }

    pub(super) fn intake_restored(&mut self, embedded: Vec<SampleId>, around: &mut Around) -> Vec<TeachEffect> {
        let mut effects = self.end_pool();
        effects.extend(self.drop_archives());
        // Answers about the project before are still to come.
        effects.push(TeachEffect::Intake(Effect::Ignore(self.intake.queue.with(0))));
        effects.push(TeachEffect::Send(0, TeachCommand::ForgetAll));
        let intake = &mut self.intake;
        (intake.queue, intake.report, intake.unsent) = (Queue::default(), Report::default(), Vec::new());
        (intake.made_by, intake.foreign) = (None, false);
        intake.queue.restored(embedded);
        intake.queue.follow(&self.project, around.now_ms);
        if std::mem::take(&mut self.intake.main_ready) {
            effects.extend(self.intake_engine_ready(around));
        }
        effects
    }

    /// The project's embeddings are, from now on, by the backbone in use.
    pub(super) fn name_backbone(&mut self) {
        if let Some((name, _)) = &self.intake.made_by
            && !self.project.samples.is_empty()
            && self.project.backbone != *name
        {
            let name = name.clone();
            self.project_mut().backbone = name;
        }
    }

    fn forget_all_embeddings(&mut self) -> Vec<TeachEffect> {
        let mut effects = self.end_pool();
        // Named one by one: a photo that is with the engine comes back embedded by the backbone in use.
        let mut samples: Vec<SampleId> = self.intake.embedded().iter().copied().collect();
        samples.sort_unstable();
        self.intake.queue.forget_embeddings();
        self.intake.unsent.clear();
        effects.push(TeachEffect::Intake(Effect::ForgetEmbeddings));
        if !samples.is_empty() {
            effects.push(TeachEffect::Send(0, TeachCommand::Forget { samples }));
        }
        effects
    }

    fn end_pool(&mut self) -> Vec<TeachEffect> {
        let ended = self.intake.pool.end();
        ended.iter().for_each(|number| self.intake.queue.engine_ended(*number));
        ended.into_iter().map(|number| TeachEffect::Intake(Effect::EndEmbedder(number))).collect()
    }

    /// `knows`: the engine has them already.
    fn send_all_embeddings(&mut self, knows: bool) -> Vec<TeachEffect> {
        if knows {
            return Vec::new();
        }
        self.intake.unsent.clear();
        let embedded = self.intake.embedded();
        let kept = self.project.samples.iter().map(|sample| sample.id).filter(|id| embedded.contains(id));
        let kept: Vec<SampleId> = kept.collect();
        kept.chunks(LARGE_BATCH).map(|batch| TeachEffect::SendEmbeddings(batch.to_vec())).collect()
    }
}

fn stopped_at(zip: String) -> Error {
    let cure = "Unpack it yourself and give the folder. Photos that were taken out of it stay.";
    Error::new(ErrorKind::Engine, zip, "a file that the engine gets through", "one at which it stopped each time", cure)
}

fn name_in(project: &Project, sample: SampleId) -> String {
    project.sample(sample).map_or_else(|| "a photo".to_owned(), |sample| sample.name.clone())
}

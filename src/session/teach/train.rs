//! Training a head, a slice of time at a time.

use super::*;
use crate::lesson::{Lesson, Progress, Sources, Taught};
use crate::project::TrainSettings;
use crate::protocol::{EpochRow, Labelled, Preparing, TuneEvent};

/// How long a slice may take, milliseconds: so long the page waits at most for an answer.
pub(super) const SLICE_MS: f64 = 40.0;
/// Milliseconds between two messages about epochs: what an eye can follow.
const TELL_MS: f64 = 120.0;

/// A training run.
#[derive(Debug)]
pub(super) struct Run {
    number: u32,
    pub(super) lesson: Lesson,
    paused: bool,
    /// Epochs that the page does not know yet, and when it was told last.
    untold: Vec<EpochRow>,
    told_ms: f64,
    /// Why it ended early; the best epoch before is judged and kept.
    failed: Option<Error>,
    /// Where it computes.
    on: DeviceKind,
    /// What it was begun with: a lost GPU means to begin again on the CPU.
    again: (Labelled, TrainSettings, bool),
}

impl<H: Host> Session<H> {
    pub(super) fn train(&mut self, number: u32, data: Labelled, settings: TrainSettings, go_on: bool) {
        self.classroom.run = None;
        let again = (data.clone(), settings.clone(), go_on);
        let backbone = self.backbone.as_ref().map(|backbone| backbone.meta().name.clone()).unwrap_or_default();
        let start = self.classroom.head.as_ref().filter(|_| go_on);
        match Lesson::new(&self.classroom.embeddings, data, settings, &backbone, start) {
            Ok(lesson) => {
                let run = Run {
                    number,
                    lesson,
                    paused: false,
                    untold: Vec::new(),
                    told_ms: self.host.now(),
                    failed: None,
                    on: self.active,
                    again,
                };
                self.classroom.run = Some(run);
            }
            Err(error) => self.tell(TeachEvent::TrainingFailed { run: number, error }),
        }
    }

    pub(super) fn pause(&mut self, paused: bool) {
        if let Some(run) = &mut self.classroom.run {
            run.paused = paused;
        }
    }

    pub(super) async fn stop(&mut self) {
        self.classroom.finding = None;
        let Some(mut run) = self.classroom.run.take() else { return };
        if run.lesson.has_head() {
            run.paused = false;
            if run.lesson.end() {
                self.finish(run).await;
            } else {
                self.classroom.run = Some(run); // the trained network has yet to be judged
            }
        } else {
            let error = Error::new(
                ErrorKind::Usage,
                "training",
                "a finished epoch",
                "that it was stopped before the first",
                "The head before stays in use. Train again for a new one.",
            );
            self.tell(TeachEvent::TrainingFailed { run: run.number, error });
        }
    }

    /// Is there training to go on with?
    pub(super) fn is_training(&self) -> bool {
        self.classroom.run.as_ref().is_some_and(|run| !run.paused && !run.lesson.is_waiting())
    }

    /// Trains for a slice of time.
    pub(super) async fn train_some(&mut self) {
        let Some(mut run) = self.classroom.run.take() else { return };
        let (device, kind) = (self.device(), self.active);
        if !run.lesson.is_placed() {
            run.on = kind;
        }
        let until = self.host.now() + SLICE_MS;
        let enough = || self.host.now() > until;
        let now = || self.host.now();
        let sources = Sources {
            embeddings: &self.classroom.embeddings,
            weights: self.file.as_ref(),
            pixels: &self.classroom.pixels,
        };
        let proven = self.classroom.proven.for_settings(&run.again.1, &device, kind).await;
        let progress = match proven {
            Ok(()) => run.lesson.advance(&sources, (&device, kind), enough, now).await,
            Err(error) => Err(error),
        };
        let progress = self.fault(run.on).map_or(progress, Err);
        match progress {
            Ok(Progress::Grouping) => {}
            Ok(Progress::Wants(samples)) => {
                self.tell(TeachEvent::Tune(TuneEvent::Wanted { run: run.number, samples }));
            }
            Ok(Progress::Preparing(stage, done, total)) => self.tell_preparing(&mut run, stage, done, total),
            Ok(Progress::Started(split, parameters)) => {
                self.tell(TeachEvent::TrainingStarted { run: run.number, split, parameters });
            }
            Ok(Progress::Epochs(rows)) => {
                run.untold.extend(rows);
                self.tell_epochs(&mut run, TELL_MS);
            }
            Err(error) if is_of_gpu(&error, run.on) => return self.train_on_cpu(run, error),
            Err(error) => {
                self.tell_epochs(&mut run, 0.0);
                // The best epoch before stays usable, once it was judged.
                if run.failed.is_some() || !run.lesson.has_head() {
                    return self.tell(TeachEvent::TrainingFailed { run: run.number, error });
                }
                run.failed = Some(error);
                if run.lesson.end() {
                    return self.finish(run).await;
                }
            }
        }
        if run.lesson.is_finished() {
            self.finish(run).await;
        } else {
            self.classroom.run = Some(run);
        }
    }

    fn tell_preparing(&self, run: &mut Run, stage: Preparing, done: usize, total: usize) {
        let now = self.host.now();
        if now - run.told_ms >= TELL_MS || done == total {
            run.told_ms = now;
            self.tell(TeachEvent::Tune(TuneEvent::Preparing { run: run.number, stage, done, total }));
        }
    }

    fn tell_epochs(&self, run: &mut Run, every_ms: f64) {
        let now = self.host.now();
        if !run.untold.is_empty() && now - run.told_ms >= every_ms {
            run.told_ms = now;
            self.tell(TeachEvent::Epochs { run: run.number, rows: std::mem::take(&mut run.untold) });
        }
    }

    async fn finish(&mut self, mut run: Run) {
        self.tell_epochs(&mut run, 0.0);
        match run.lesson.finish(&self.classroom.embeddings).await {
            Ok(outcome) => {
                let (evaluation, logits) = outcome.evaluation;
                let logits = bytemuck::cast_slice(&logits).to_vec();
                self.tell_with(TeachEvent::Evaluated { run: run.number, evaluation }, logits);
                let (head, file) = (outcome.taught.card().clone(), outcome.taught.to_bytes());
                self.use_head(Some(outcome.taught), None);
                self.tell_with(TeachEvent::Trained { run: run.number, summary: outcome.summary, head }, file);
                if let Some(error) = run.failed {
                    self.tell(TeachEvent::TrainingFailed { run: run.number, error });
                }
            }
            Err(error) if is_of_gpu(&error, run.on) => self.train_on_cpu(run, error),
            Err(error) => self.tell(TeachEvent::TrainingFailed { run: run.number, error }),
        }
    }

    /// Goes on on the CPU from the last epoch whose weights are known here, or else from the beginning, with the same seed: nothing that the GPU
    /// said last can be trusted.
    fn train_on_cpu(&mut self, mut run: Run, error: Error) {
        self.give_up_gpu(error);
        run.on = self.active;
        if let Ok(Some(epoch)) = run.lesson.resume_on(self.file.as_ref(), &self.device(), self.active) {
            self.tell(TeachEvent::Tune(TuneEvent::Resumed { run: run.number, epoch }));
            self.classroom.run = Some(run);
            return;
        }
        let (data, settings, go_on) = run.again;
        self.train(run.number, data, settings, go_on);
    }

    pub(super) fn load_head(&mut self, bytes: &[u8]) {
        match Taught::read(bytes) {
            Ok(taught) => {
                let head = taught.card().clone();
                self.use_head(Some(taught), None);
                self.tell(TeachEvent::HeadReady { head });
            }
            Err(error) => {
                self.use_head(None, None);
                self.tell(TeachEvent::HeadFailed { error });
            }
        }
    }

    pub(super) fn evaluate(&mut self, run: u32, data: &Labelled) {
        let result = match &self.classroom.head {
            Some(head) if head.card().classes.len() == data.classes.len() => {
                head.evaluate(&self.classroom.embeddings, &data.samples, &data.labels)
            }
            head => {
                let found =
                    head.as_ref().map_or("none".to_owned(), |head| format!("one of {}", head.card().classes.len()));
                let expected = format!("a head of {} classes", data.classes.len());
                Err(Error::new(ErrorKind::Usage, "the head", expected, found, "Train first."))
            }
        };
        match result {
            Ok((evaluation, logits)) => {
                let logits = bytemuck::cast_slice(&logits).to_vec();
                self.tell_with(TeachEvent::Evaluated { run, evaluation }, logits);
            }
            Err(error) => self.tell(TeachEvent::Failed { error }),
        }
    }
}

/// Did the GPU fail, so that the CPU has to do what was being done on it?
pub(super) fn is_of_gpu(error: &Error, on: DeviceKind) -> bool {
    error.kind == ErrorKind::Device && on == DeviceKind::Gpu
}

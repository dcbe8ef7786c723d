//! Training, whichever way, a slice of time at a time.

use burn::tensor::Device;

use super::*;
use crate::device;
use crate::lesson::{Lesson, Progress, Sources, Taught};
use crate::project::TrainSettings;
use crate::protocol::{DeviceKind, Ended, EpochRow, Labelled, Preparing, TuneEvent};
use crate::session::after::After;

/// How long a slice may take, milliseconds: so long the page waits at most for an answer.
pub(super) const SLICE_MS: f64 = 40.0;
/// Milliseconds between two messages about epochs: what an eye can follow.
const TELL_MS: f64 = 120.0;

/// A training run.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) number: u32,
    pub(super) lesson: Lesson,
    /// Where it is trained, whatever else is done elsewhere.
    device: Device,
    kind: DeviceKind,
    paused: bool,
    /// A person said that it is enough.
    stopping: bool,
    /// Other work found that the GPU it is trained on has failed.
    lost: Option<Error>,
    /// Epochs that the page does not know yet, and when it was told last.
    untold: Vec<EpochRow>,
    told_ms: f64,
    /// Why it ended early; the best epoch before is judged and kept.
    failed: Option<Error>,
    /// What it was begun with: a lost GPU means to begin again on the CPU.
    again: (Labelled, TrainSettings, bool),
}

impl Run {
    /// The GPU was given up.
    pub(super) fn gpu_lost(&mut self, error: &Error) {
        if self.kind == DeviceKind::Gpu {
            self.lost = Some(error.clone());
        }
    }
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
                    device: self.device(),
                    kind: self.active,
                    paused: false,
                    stopping: false,
                    lost: None,
                    untold: Vec::new(),
                    told_ms: self.host.now(),
                    failed: None,
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
            (run.paused, run.stopping) = (false, true);
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
        if let Some(error) = run.lost.take() {
            return self.go_on_without_gpu(run, error);
        }
        let progress = self.advance(&mut run).await;
        // No device has a part in which photos are asked for, and they are asked for once.
        let wanted = if let Ok(Progress::Wants(samples)) = &progress { Some(samples.clone()) } else { None };
        match self.after_gpu(run.kind, progress) {
            After::Done(progress) => self.tell_progress(&mut run, progress),
            After::Lost(error) => {
                if let Some(samples) = wanted {
                    self.tell(TeachEvent::Tune(TuneEvent::Wanted { run: run.number, samples }));
                }
                return self.go_on_without_gpu(run, error);
            }
            After::Failed(error) => {
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

    async fn advance(&mut self, run: &mut Run) -> Result<Progress> {
        let until = self.host.now() + SLICE_MS;
        self.classroom.proven.for_settings(&run.again.1, &run.device, run.kind).await?;
        let sources = Sources {
            embeddings: &self.classroom.embeddings,
            weights: self.file.as_ref(),
            pixels: &self.classroom.pixels,
        };
        let enough = || self.host.now() > until;
        let now = || self.host.now();
        run.lesson.advance(&sources, (&run.device, run.kind), enough, now).await
    }

    fn tell_progress(&self, run: &mut Run, progress: Progress) {
        match progress {
            Progress::Grouping => {}
            Progress::Wants(samples) => {
                self.tell(TeachEvent::Tune(TuneEvent::Wanted { run: run.number, samples }));
            }
            Progress::Preparing(stage, done, total) => self.tell_preparing(run, stage, done, total),
            Progress::Started(split, parameters) => {
                self.tell(TeachEvent::TrainingStarted { run: run.number, split, parameters });
            }
            Progress::Epochs(rows) => {
                run.untold.extend(rows);
                self.tell_epochs(run, TELL_MS);
            }
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
        if let Some(error) = run.lost.take() {
            return self.go_on_without_gpu(run, error);
        }
        self.tell_epochs(&mut run, 0.0);
        let outcome = run.lesson.finish(&self.classroom.embeddings).await;
        match self.after_gpu(run.kind, outcome) {
            After::Done(outcome) => {
                let (evaluation, logits) = outcome.evaluation;
                let logits = bytemuck::cast_slice(&logits).to_vec();
                self.tell_with(TeachEvent::Evaluated { run: run.number, evaluation }, logits);
                let (head, file) = (outcome.taught.card().clone(), outcome.taught.to_bytes());
                self.use_head(Some(outcome.taught), None);
                let mut summary = outcome.summary;
                if run.failed.is_some() {
                    (summary.ended, summary.failed) = (Ended::Failed, run.failed);
                }
                self.tell_with(TeachEvent::Trained { run: run.number, summary, head }, file);
            }
            After::Lost(error) => self.go_on_without_gpu(run, error),
            After::Failed(error) => self.tell(TeachEvent::TrainingFailed { run: run.number, error }),
        }
    }

    /// The GPU was given up because of `error`: goes on on the CPU from the last epoch whose weights are known here, or else from the beginning, with the
    /// same seed. A run that a person has stopped is not begun again.
    fn go_on_without_gpu(&mut self, mut run: Run, error: Error) {
        (run.device, run.kind) = (device::cpu(), DeviceKind::Cpu);
        let epoch = match run.lesson.resume_on(self.file.as_ref(), &run.device, run.kind) {
            Ok(epoch) => epoch,
            Err(error) => return self.tell(TeachEvent::TrainingFailed { run: run.number, error }),
        };
        if run.stopping && !(epoch.is_some() && run.lesson.has_head()) {
            return self.tell(TeachEvent::TrainingFailed { run: run.number, error });
        }
        self.tell(TeachEvent::Tune(TuneEvent::Resumed { run: run.number, epoch: epoch.unwrap_or(0) }));
        if let Some(epoch) = epoch {
            run.untold.retain(|row| row.epoch <= epoch);
            self.classroom.run = Some(run);
            return;
        }
        let (data, settings, go_on) = run.again;
        self.train(run.number, data, settings, go_on);
        if let Some(again) = &mut self.classroom.run {
            // A person may have chosen the GPU anew since; what failed once is not tried again.
            (again.device, again.kind, again.paused) = (run.device, run.kind, run.paused);
        }
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

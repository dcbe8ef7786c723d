//! What the engine says of training deeper: photos that it wants, preparations, rates, previews.

use super::preparing::Progress;
use super::rates::Search;
use super::{Effect, Training};
use crate::project::SampleId;
use crate::protocol::TuneEvent;
use crate::view::notices::{Tone, Topic};
use crate::view::teach::{Around, Teach, TeachEffect};

impl Teach {
    pub(super) fn tuned(&mut self, event: TuneEvent, around: &mut Around) -> Vec<TeachEffect> {
        match event {
            // Whoever asks gets an answer, even where the run concerns nobody any more: the engine waits for it.
            TuneEvent::Wanted { run, samples } => samples.into_iter().map(|sample| supply(run, sample)).collect(),
            TuneEvent::Preparing { run, stage, done, total } => {
                let live = self.training.live().map(|live| live.run);
                let searched = self.training.searching().map(|search| search.run);
                if [live, searched].contains(&Some(run)) {
                    let before = self.training.preparing.take();
                    let next = Progress::next(before, run, stage, (done, total), around.now_ms);
                    self.training.preparing = Some(next).filter(|next| next.done < next.total);
                }
                Vec::new()
            }
            TuneEvent::Resumed { run, epoch } => {
                if self.training.live().is_some_and(|live| live.run == run)
                    && let Some(run) = self.training.run_mut(run)
                {
                    run.resumed = Some(epoch);
                    run.rows.retain(|row| row.epoch <= epoch);
                }
                Vec::new()
            }
            TuneEvent::LeftOut { run, sample, error } => {
                let error = error.about(self.photo_name(sample));
                if let Some(run) = self.training.run_mut(run) {
                    run.leave_out(sample, error);
                } else if self.training.searching().is_some_and(|search| search.run == run) {
                    around.notices.error(Topic::Teach, Tone::Warning, error, None);
                }
                Vec::new()
            }
            TuneEvent::Rates { run, points, suggested, done } => {
                if let Some(search) = self.training.search.as_mut().filter(|search| search.run == run && !search.done) {
                    *search = Search { run, points: points.into(), suggested, done };
                    self.training.preparing = None;
                }
                Vec::new()
            }
            TuneEvent::Previewed { .. } => {
                self.training.preview.awaited = false;
                if self.training.preview.stale { self.show_changes(around) } else { Vec::new() }
            }
            TuneEvent::Likeness { confidence, .. } => {
                self.training.likened.answered(Some(confidence));
                Vec::new()
            }
        }
    }
}

impl Training {
    /// A command failed, and the engine does not say which: what it may have been is not waited for.
    pub(in crate::view::teach) fn command_failed(&mut self) {
        self.preview.awaited = false;
        if !self.likened.is_over {
            self.likened.answered(None);
        }
    }

    /// The engine stopped: it will say no more of what it was asked.
    pub(super) fn engine_lost(&mut self) {
        self.preparing = None;
        self.preview.awaited = false;
        self.likened.engine_lost();
        if self.searching().is_some() {
            self.search = None;
        }
    }
}

/// A photo for the engine; the runtime says so where it is gone.
fn supply(run: u32, sample: SampleId) -> TeachEffect {
    TeachEffect::Training(Effect::Supply(run, sample))
}

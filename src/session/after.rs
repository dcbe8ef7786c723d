//! What becomes of work when the GPU fails.

use super::{Host, Session};
use crate::device::{Gpu, lost};
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::{DeviceKind, Event};

/// How work on a device ended.
#[derive(Debug)]
pub(super) enum After<T> {
    /// With this.
    Done(T),
    /// It cannot be done, wherever it is tried.
    Failed(Error),
    /// The GPU failed and was given up. The work can be done again on the CPU, from what was known before: nothing that the GPU said last can be
    /// trusted.
    Lost(Error),
}

impl<H: Host> Session<H> {
    /// Looks after work on a device of this `kind` whether the GPU failed meanwhile, which it need not have told: a kernel that was refused leaves stale
    /// numbers behind.
    pub(super) fn after_gpu<T>(&mut self, kind: DeviceKind, result: Result<T>) -> After<T> {
        if kind == DeviceKind::Cpu || self.gpu.is_none() {
            return result.map_or_else(After::Failed, After::Done);
        }
        let fault = self.gpu.as_ref().and_then(Gpu::fault).map(lost);
        let error = match (result, fault) {
            (Ok(done), None) => return After::Done(done),
            (Err(error), None) if error.kind != ErrorKind::Device => return After::Failed(error),
            (_, Some(fault)) => fault,
            (Err(error), None) => error,
        };
        self.give_up_gpu(error.clone());
        After::Lost(error)
    }

    /// Leaves the GPU for the CPU, and says so.
    pub(super) fn give_up_gpu(&mut self, error: Error) {
        self.gpu = None;
        self.active = DeviceKind::Cpu;
        self.classroom.gpu_lost(&error);
        if let Err(error) = self.place_backbone() {
            self.emit(Event::BackboneFailed { error });
        }
        self.emit(Event::DeviceLost { error: error.clone() });
        self.report(Some(error));
    }
}

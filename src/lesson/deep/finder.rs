//! The way to a search for a learning rate: the same photos and network as training begins with, its head trained first where it is there too.

use burn::tensor::Device;

use super::{Deep, design, no_backbone, side};
use crate::error::{Error, ErrorKind, Result};
use crate::lesson::{Lesson, Sources, Stage, too_early};
use crate::memory_limit;
use crate::project::SampleId;
use crate::protocol::DeviceKind;
use crate::tune::RateFinder;

/// How far the way to a [`RateFinder`] is.
#[derive(Debug)]
pub enum Finder {
    /// It is looking who may be on which side.
    Grouping,
    /// As [`Progress::Wants`](crate::lesson::Progress::Wants).
    Wants(Vec<SampleId>),
    /// Photos and network are there.
    Ready(Box<RateFinder>),
}

impl Lesson {
    /// Goes on towards a search for a learning rate with this lesson's photos and network.
    ///
    /// # Errors
    /// As [`Lesson::advance`]; [`ErrorKind::Usage`] where the head alone is trained.
    pub fn rate_finder(&mut self, sources: &Sources<'_>, (device, kind): (&Device, DeviceKind)) -> Result<Finder> {
        if !self.settings.is_by_photo() {
            return Err(Error::new(
                ErrorKind::Usage,
                "the search for a learning rate",
                "a way in which photos go through the network at every step",
                "a head on frozen features, whose rate suits all photos",
                "Leave the rate as it is, or choose another way of training.",
            ));
        }
        match &mut self.stage {
            Stage::Grouping(_) => {
                if let Some(split) = self.grouped(sources)? {
                    self.stage = Stage::Deep(Box::new(Deep::new(&split)));
                }
                Ok(Finder::Grouping)
            }
            Stage::Deep(deep) => {
                let side = side(&self.settings, sources.weights).ok_or_else(no_backbone)?;
                let wanted = deep.ask(sources, side);
                if !wanted.is_empty() || deep.left() > 0 {
                    return Ok(Finder::Wants(wanted));
                }
                let design = design(&self.settings, sources.weights)?;
                let network = self.network(sources, &design, device)?;
                let data = self.tune_data(self.split.as_ref().ok_or_else(too_early)?);
                let limit = memory_limit::here();
                let finder = RateFinder::new(&network, data, &self.settings, device, kind, limit)?;
                Ok(Finder::Ready(Box::new(finder)))
            }
            Stage::Head(_) => Err(too_early()),
        }
    }
}

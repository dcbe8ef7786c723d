//! Looks for a learning rate (Smith 2017, "Cyclical Learning Rates for Training Neural Networks", section 3.3): the rate grows from step to step, from
//! far too small to far too large, and the loss tells where it learns fastest.

mod course;

use burn::tensor::Device;

use self::course::{Course, RATES, rate};
use super::data::Place;
use super::tally::Tally;
use super::{Pixels, TuneData, Tuner};
use crate::augment;
use crate::error::Result;
use crate::network::Network;
use crate::project::TrainSettings;
use crate::protocol::DeviceKind;

/// A search for a learning rate, on a copy of the network.
///
/// It looks at what training would train at that rate: where the head is trained alone before the blocks, so it is here. With a new head the loss
/// would fall at the head's rate, which is far too high for the blocks.
#[derive(Debug)]
pub struct RateFinder {
    /// A run with these settings, which gets as far as its first step.
    tuner: Box<Tuner>,
    /// The network before that.
    before: Option<Network>,
    /// The training samples in the order of the epoch under way, how many of them were met, and which epoch it is.
    order: Vec<usize>,
    met: usize,
    epoch: usize,
    course: Course,
    done: bool,
}

impl RateFinder {
    /// Gets ready to look for a rate for `network`, which stays as it is, and `settings`, whose own rate and schedule do not matter.
    ///
    /// # Errors
    /// As [`Tuner::new`].
    pub fn new(
        network: &Network,
        data: TuneData,
        settings: &TrainSettings,
        device: &Device,
        kind: DeviceKind,
        limit: usize,
    ) -> Result<Self> {
        let settings = TrainSettings { learning_rate: RATES.0, ..settings.clone() };
        let order = data.order(settings.seed, 1);
        let tuner = Tuner::new(network.clone(), data, &settings, device, kind, limit)?;
        Ok(Self {
            tuner: Box::new(tuner),
            before: None,
            order,
            met: 0,
            epoch: 1,
            course: Course::default(),
            done: false,
        })
    }

    /// Trains the head alone, where that comes first, then takes steps, until `enough()`, asked after each, or the end. `now_ms`: as
    /// [`Tuner::advance`] takes it.
    ///
    /// # Errors
    /// A photo is missing, or the GPU failed.
    pub async fn advance(
        &mut self,
        pixels: &Pixels,
        mut enough: impl FnMut() -> bool,
        now_ms: impl Fn() -> f64,
    ) -> Result<()> {
        while !self.done {
            if self.tuner.is_before_blocks() {
                self.tuner.advance_head(pixels, &mut enough, &now_ms).await?;
            } else {
                let [loss, before] = self.step(pixels).await?;
                self.done = !self.course.push(loss, before);
            }
            if enough() {
                break;
            }
        }
        Ok(())
    }

    /// How many photos went through the frozen blocks, and of how many, while that is being done for the head.
    pub fn preparing(&self) -> Option<(usize, usize)> {
        self.tuner.preparing().filter(|_| self.tuner.is_before_blocks())
    }

    /// Is it over?
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Learning rates and smoothed losses so far, the smallest rate first.
    pub fn points(&self) -> Vec<(f32, f32)> {
        self.course.points()
    }

    /// The rate where the loss falls fastest; nothing where it falls nowhere, or before the end.
    pub fn suggestion(&self) -> Option<f32> {
        if self.done { self.course.steepest() } else { None }
    }

    /// One step at the next rate; its batch's loss, and what that was before the first step.
    async fn step(&mut self, pixels: &Pixels) -> Result<[f32; 2]> {
        let Tuner { batches, stepper, settings, device, .. } = &mut *self.tuner;
        // Nothing of it is trained: of the blocks no gradient is wanted.
        let before = self.before.get_or_insert_with(|| stepper.network().clone().trainable(usize::MAX));
        if self.order.len() - self.met < settings.batch {
            // The rest of an epoch would be a smaller, noisier batch.
            (self.met, self.epoch) = (0, self.epoch + 1);
            self.order = batches.data.order(settings.seed, self.epoch);
        }
        let batch: Vec<Place> = self.order[self.met..][..settings.batch].iter().map(|&at| Place::Train(at)).collect();
        self.met += settings.batch;
        let weight: f32 = batch.iter().map(|&place| batches.weight(place)).sum();
        let mut tallies = [Tally::default(), Tally::default()];
        let mut rest = &batch[..];
        for (part, count) in batches.plan.micro_batches(settings.batch).enumerate() {
            let (places, others) = rest.split_at(count);
            rest = others;
            let activation = batches.activation(stepper.network(), pixels, places, Some(self.epoch))?;
            let targets = batches.targets(places, device);
            let share = if weight > 0.0 { targets.weight / weight } else { 1.0 };
            let seed = augment::seed(settings.seed, self.epoch, (self.met + part) as u64);
            stepper.look(before, activation.clone(), targets.clone(), seed, &mut tallies[1]);
            stepper.gather(activation, targets, share, seed, &mut tallies[0]);
        }
        stepper.step(rate(self.course.steps()));
        let sums = Tally::read_all(tallies.each_ref()).await?; // a readback each step: the search may end with any
        Ok(sums.map(|[sum, _]| sum / weight.max(f32::MIN_POSITIVE)))
    }
}

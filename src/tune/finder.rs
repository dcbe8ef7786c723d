//! Looks for a learning rate (Smith 2017, "Cyclical Learning Rates for Training Neural Networks", section 3.3): the rate grows from step to step, from
//! far too small to far too large, and the loss tells where it learns fastest.

use burn::tensor::Device;

use super::batch::Batches;
use super::data::Place;
use super::stepper::Stepper;
use super::tally::Tally;
use super::{Caching, Pixels, Plan, TuneData, checks};
use crate::augment;
use crate::error::Result;
use crate::network::Network;
use crate::project::TrainSettings;

/// The first and the last rate.
const RATES: (f32, f32) = (1e-7, 10.0);
/// Steps from the one to the other.
const STEPS: usize = 81;
/// Share of the loss so far in its smoothed course: a batch's own loss is mostly noise.
const SMOOTHING: f32 = 0.9;
/// The search ends where the smoothed loss is so many times its least.
const TOO_HIGH: f32 = 4.0;
/// Points before the search may end, and that a slope is measured over.
const FEW: usize = 10;

/// A search for a learning rate, on a copy of the network.
#[derive(Debug)]
pub struct RateFinder {
    batches: Batches,
    stepper: Stepper,
    device: Device,
    seed: u32,
    batch: usize,
    order: Vec<usize>,
    /// Photos of the epoch under way that were met, and which one it is.
    met: usize,
    epoch: usize,
    course: Course,
    done: bool,
}

impl RateFinder {
    /// Gets ready to look for a rate for `network`, which stays as it is, and `settings`, whose own rate and schedule do not matter.
    ///
    /// # Errors
    /// As [`Tuner::new`](super::Tuner::new).
    pub fn new(
        network: &Network,
        data: TuneData,
        settings: &TrainSettings,
        device: &Device,
        limit: usize,
    ) -> Result<Self> {
        let settings = TrainSettings { learning_rate: RATES.0, ..settings.clone() };
        checks::check(&settings)?;
        checks::check_data(&data, &settings)?;
        checks::check_network(network, &data, &settings)?;
        // Photos are met a few times at most: nothing is kept of the frozen blocks.
        let plan =
            Plan { caching: Caching::Nothing, ..Plan::new(network.design(), &settings, data.scope(false), limit)? };
        Ok(Self {
            stepper: Stepper::new(network.clone(), plan.from, &settings),
            order: data.order(settings.seed, 1),
            batches: Batches::new(data, &settings, plan),
            device: device.clone(),
            seed: settings.seed,
            batch: settings.batch,
            met: 0,
            epoch: 1,
            course: Course::default(),
            done: false,
        })
    }

    /// Takes steps until `enough()`, asked after each, or the end.
    ///
    /// # Errors
    /// A photo is missing, or the GPU failed.
    pub async fn advance(&mut self, pixels: &Pixels, mut enough: impl FnMut() -> bool) -> Result<()> {
        while !self.done {
            let loss = self.step(pixels).await?;
            self.done = !self.course.push(loss);
            if enough() {
                break;
            }
        }
        Ok(())
    }

    /// Is it over?
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Learning rates and smoothed losses so far, the smallest rate first.
    pub fn points(&self) -> &[(f32, f32)] {
        &self.course.points
    }

    /// The rate where the loss falls fastest; nothing where it falls nowhere, or before the end.
    pub fn suggestion(&self) -> Option<f32> {
        if self.done { self.course.steepest() } else { None }
    }

    /// One step at the next rate; its loss.
    async fn step(&mut self, pixels: &Pixels) -> Result<f32> {
        if self.order.len() - self.met < self.batch {
            // The rest of an epoch would be a smaller, noisier batch.
            (self.met, self.epoch) = (0, self.epoch + 1);
            self.order = self.batches.data.order(self.seed, self.epoch);
        }
        let batch: Vec<Place> = self.order[self.met..][..self.batch].iter().map(|&at| Place::Train(at)).collect();
        self.met += self.batch;
        let weight: f32 = batch.iter().map(|&place| self.batches.weight(place)).sum();
        let mut tally = Tally::default();
        let mut rest = &batch[..];
        for (part, count) in self.batches.plan.micro_batches(self.batch).enumerate() {
            let (places, others) = rest.split_at(count);
            rest = others;
            let activation = self.batches.activation(self.stepper.network(), pixels, places, Some(self.epoch))?;
            let targets = self.batches.targets(places, &self.device);
            let share = if weight > 0.0 { targets.weight / weight } else { 1.0 };
            let seed = augment::seed(self.seed, self.epoch, (self.met + part) as u64);
            self.stepper.gather(activation, targets, share, seed, &mut tally);
        }
        self.stepper.step(rate(self.course.points.len()));
        let [loss, _] = tally.read().await?; // a readback each step: the search may end with any
        Ok(loss / weight.max(f32::MIN_POSITIVE))
    }
}

/// The rate of a step.
fn rate(step: usize) -> f32 {
    let (first, last) = RATES;
    first * (last / first).powf(step as f32 / (STEPS - 1) as f32)
}

/// The loss over the rate.
#[derive(Debug, Default)]
struct Course {
    mean: f32,
    points: Vec<(f32, f32)>,
}

impl Course {
    /// Takes a step's loss in; does the search go on?
    fn push(&mut self, loss: f32) -> bool {
        if !loss.is_finite() {
            return false;
        }
        self.mean = SMOOTHING * self.mean + (1.0 - SMOOTHING) * loss;
        let step = self.points.len();
        // As Adam corrects its means, which begin at zero too.
        let smoothed = self.mean / (1.0 - SMOOTHING.powi(step as i32 + 1));
        self.points.push((rate(step), smoothed));
        let least = self.points.iter().map(|&(_, loss)| loss).fold(f32::MAX, f32::min);
        step + 1 < STEPS && (step < FEW || smoothed <= TOO_HIGH * least)
    }

    /// The rate in the middle of the [`FEW`] steps over which the loss falls most.
    fn steepest(&self) -> Option<f32> {
        const REACH: usize = FEW / 2;
        let losses: Vec<f32> = self.points.iter().map(|&(_, loss)| loss).collect();
        let slopes = losses.windows(2 * REACH + 1).map(|window| window[2 * REACH] - window[0]);
        let (at, slope) = slopes.enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b))?;
        (slope < 0.0).then(|| self.points[at + REACH].0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_go_from_first_to_last_in_equal_factors() {
        assert_eq!(rate(0), 1e-7);
        assert!((rate(STEPS - 1) / 10.0 - 1.0).abs() < 1e-4);
        assert!((rate(10) / rate(9) - rate(60) / rate(59)).abs() < 1e-4);
    }

    /// A loss that stays, falls around a rate of 1e-3, and explodes at 1.
    fn search() -> Course {
        let mut course = Course::default();
        let loss = |rate: f32| {
            let fallen = 1.0 / (1.0 + (1e-3 / rate).powi(2));
            2.0 - 1.5 * fallen + if rate > 1.0 { 100.0 * rate } else { 0.0 }
        };
        while course.push(loss(rate(course.points.len()))) {}
        course
    }

    #[test]
    fn the_suggestion_is_where_the_loss_falls_fastest() {
        let suggested = search().steepest().unwrap();
        assert!((3e-4..6e-3).contains(&suggested), "{suggested}");
    }

    #[test]
    fn the_search_ends_where_the_loss_explodes() {
        let course = search();
        let (rate, loss) = *course.points.last().unwrap();
        assert!(rate < 3.0 && loss > 2.0, "{rate} {loss}");
        let mut course = Course::default();
        assert!(course.push(1.0) && !course.push(f32::NAN));
        assert_eq!(course.points.len(), 1);
    }

    #[test]
    fn a_loss_that_falls_nowhere_suggests_nothing() {
        let mut course = Course::default();
        while course.push(1.0 + course.points.len() as f32) {}
        assert_eq!(course.steepest(), None);
    }
}

//! What changes from step to step of an epoch.

use crate::kernels::adam;

/// Words of a step in [`Plan::words`].
pub(super) const RECORD: usize = 8;

/// One step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Its first sample's place in the epoch's order.
    pub first: usize,
    /// Its samples.
    pub count: usize,
    /// Its number since training began, from 1.
    pub number: u32,
    /// Size of the step.
    pub learning_rate: f32,
}

/// An epoch: in which order the samples are met, and in which steps.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Every training sample's row once, `[N]`.
    pub order: Vec<u32>,
    /// The steps; together they cover `order`.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Cuts `order` into steps of `batch`, the last perhaps smaller. `done`: steps before this epoch.
    pub fn new(order: Vec<u32>, batch: usize, done: u32, learning_rate: impl Fn(u32) -> f32) -> Self {
        let steps = (0..order.len()).step_by(batch).zip(done..).map(|(first, done)| Step {
            first,
            count: batch.min(order.len() - first),
            number: done + 1,
            learning_rate: learning_rate(done),
        });
        Self { steps: steps.collect(), order }
    }

    /// For the GPU: a record a step (place of its first sample in these words, place in the order, samples, number, learning rate,
    /// the two corrections; floats by their bits), then the order.
    pub(super) fn words(&self) -> Vec<u32> {
        let mut words = Vec::with_capacity(self.steps.len() * RECORD + self.order.len());
        let order = self.steps.len() * RECORD;
        for step in &self.steps {
            let [first, second] = adam::corrections(step.number).map(f32::to_bits);
            let rate = step.learning_rate.to_bits();
            words.extend([
                (order + step.first) as u32,
                step.first as u32,
                step.count as u32,
                step.number,
                rate,
                first,
                second,
                0,
            ]);
        }
        words.extend(&self.order);
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_batch_is_what_is_left() {
        let plan = Plan::new((0..70).collect(), 32, 3, |_| 0.1);
        let steps: Vec<_> = plan.steps.iter().map(|step| (step.first, step.count, step.number)).collect();
        assert_eq!(steps, [(0, 32, 4), (32, 32, 5), (64, 6, 6)]);
        assert_eq!(plan.words()[3 * RECORD..][..2], [0, 1]);
    }
}

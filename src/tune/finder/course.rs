//! The loss over the rate: which rates are tried, when it is enough, and where the loss falls fastest.

/// The first and the last rate.
pub(super) const RATES: (f32, f32) = (1e-7, 10.0);
/// Steps from the one to the other.
const STEPS: usize = 81;
/// Share of the losses so far in their smoothed course: a batch's own loss is mostly noise.
const SMOOTHING: f32 = 0.9;
/// A loss below this is none: what divides it by another says nothing.
const NONE: f32 = 1e-3;
/// The search ends where the loss is so many times its least, and that least is not smaller than …
const TOO_HIGH: f32 = 4.0;
/// … this: times it the loss of a network that guesses between two or three classes.
const LEAST: f32 = 0.25;
/// A loss that falls by less than this share falls nowhere: rounding does as much.
const ROUNDING: f32 = 1e-3;
/// A loss that rises over its least by this share of what it began with was thrown off by the rate.
const THROWN_OFF: f32 = 0.1;
/// Points before the search may end, and that a slope is measured over.
const FEW: usize = 10;

/// The rate of a step, counted from 0.
pub(super) fn rate(step: usize) -> f32 {
    let (first, last) = RATES;
    first * (last / first).powf(step as f32 / (STEPS - 1) as f32)
}

/// The loss over the rate.
///
/// A batch's loss is compared with what it was before the first step: some batches are harder than others, which says nothing of the rate, and where
/// the head was trained already such noise would be larger than what the blocks gain.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// Exponential sums of the losses, and of what they were before the first step.
    now: f32,
    before: f32,
    /// The mean of the latter.
    start: f32,
    /// Rates, and the smoothed loss as a share of what it was before the first step.
    shares: Vec<(f32, f32)>,
}

impl Course {
    /// Takes in a step's loss, and what it was `before` the first step; does the search go on?
    pub fn push(&mut self, loss: f32, before: f32) -> bool {
        if !(loss.is_finite() && before.is_finite()) {
            return false;
        }
        let step = self.shares.len();
        self.start += (before - self.start) / (step + 1) as f32;
        let smooth = |sum: f32, new: f32| SMOOTHING * sum + (1.0 - SMOOTHING) * (new + NONE);
        (self.now, self.before) = (smooth(self.now, loss), smooth(self.before, before));
        self.shares.push((rate(step), self.now / self.before));
        let points = self.points();
        let least = points.iter().map(|&(_, loss)| loss).fold(f32::MAX, f32::min);
        let newest = points.last().map_or(0.0, |&(_, loss)| loss);
        step + 1 < STEPS && (step < FEW || newest <= TOO_HIGH * least.max(LEAST))
    }

    /// Steps so far.
    pub fn steps(&self) -> usize {
        self.shares.len()
    }

    /// Rates and smoothed losses, the smallest rate first.
    pub fn points(&self) -> Vec<(f32, f32)> {
        self.shares.iter().map(|&(rate, share)| (rate, self.start * share)).collect()
    }

    /// The rate in the middle of the [`FEW`] steps over which the loss falls most, to where it never was before.
    ///
    /// Once the loss has risen again a fall is no more than the return of a network that was thrown off, and what comes after says nothing.
    pub fn steepest(&self) -> Option<f32> {
        let mut least = 1.0f32;
        let mut steepest = (-ROUNDING, None);
        for (end, &(_, share)) in self.shares.iter().enumerate() {
            if share > least + THROWN_OFF {
                break;
            }
            if share <= least
                && let Some(first) = end.checked_sub(FEW)
                && share - self.shares[first].1 < steepest.0
            {
                steepest = (share - self.shares[first].1, Some(self.shares[end - FEW / 2].0));
            }
            least = least.min(share);
        }
        steepest.1
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

    /// Rates are tried on a network of which every third batch is hard, and every fifth easy: `share` is what is left of the losses at a rate.
    fn search(share: impl Fn(f32) -> f32) -> Course {
        let mut course = Course::default();
        let hardness = |step: usize| {
            let hard = if step.is_multiple_of(3) { 4.0 } else { 1.0 };
            hard / (1 + step % 5) as f32
        };
        loop {
            let (step, before) = (course.steps(), hardness(course.steps()));
            if !course.push(before * share(rate(step)), before) {
                return course;
            }
        }
    }

    /// What stays, falls to a quarter around a rate of 1e-3, and explodes at 1.
    fn usual(rate: f32) -> f32 {
        let fallen = 1.0 / (1.0 + (1e-3 / rate).powi(2));
        1.0 - 0.75 * fallen + if rate > 1.0 { 50.0 * rate } else { 0.0 }
    }

    #[test]
    fn the_suggestion_is_where_the_loss_falls_fastest_whatever_the_batches() {
        let suggested = search(usual).steepest().unwrap();
        assert!((3e-4..6e-3).contains(&suggested), "{suggested}");
    }

    #[test]
    fn hard_batches_do_not_move_a_loss_that_stays() {
        let course = search(|_| 1.0);
        let points = course.points();
        assert_eq!((points.len(), course.steepest()), (STEPS, None));
        assert!(points.iter().all(|(_, loss)| (loss - points[0].1).abs() < 1e-4), "{points:?}");
    }

    #[test]
    fn the_search_ends_where_the_loss_explodes() {
        let course = search(usual);
        let (rate, loss) = *course.points().last().unwrap();
        assert!(rate < 3.0 && loss > 1.0, "{rate} {loss}");
        let mut course = Course::default();
        assert!(course.push(1.0, 1.0) && !course.push(f32::NAN, 1.0));
        assert_eq!(course.steps(), 1);
    }

    #[test]
    fn a_loss_that_only_grows_suggests_nothing() {
        assert_eq!(search(|rate| 1.0 + rate.log10() + 7.0).steepest(), None);
    }

    #[test]
    fn the_way_back_of_a_network_that_was_thrown_off_is_no_fall() {
        // It rises from a rate of 1e-4 on, and comes back from 1e-2 on: further than it had ever fallen, in the second case.
        let rises = |rate: f32| if rate < 1e-2 { 1.0 + 0.5 * (rate / 1e-4).log10().max(0.0) } else { 2.0 };
        let back = |rate: f32| (rate / 1e-2).log10().clamp(0.0, 3.0);
        assert_eq!(search(|rate| rises(rate) - 0.3 * back(rate)).steepest(), None);
        let learns = |rate: f32| 0.2 * (rate / 1e-6).log10().clamp(0.0, 2.0);
        let suggested = search(|rate| rises(rate) - learns(rate) - 0.5 * back(rate)).steepest();
        assert!(suggested.is_some_and(|rate| (1e-6..=1e-4).contains(&rate)), "{suggested:?}");
    }
}

//! The learning rate of every step: warm-up, then the schedule's course.

use crate::error::{Error, Result};
use crate::project::{Schedule, TrainSettings};

/// Share of all steps in which [`Schedule::OneCycle`] grows (Smith & Topin 2018; fastai's `pct_start` is 0.25, PyTorch's 0.3).
const RISE: f32 = 0.3;
/// [`Schedule::OneCycle`] begins with this share of the rate, and ends with a ten-thousandth of that (PyTorch's `OneCycleLR`: `div_factor`,
/// `final_div_factor`).
const FIRST: f32 = 1.0 / 25.0;
const LAST: f32 = FIRST / 1e4;

/// The learning rate from the first step to the last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    schedule: Schedule,
    rate: f32,
    per_epoch: usize,
    warm_up: usize,
    steps: usize,
}

impl Course {
    /// The course of `settings` where an epoch has `per_epoch` steps. [`Schedule::OneCycle`] takes no warm-up: it rises by itself, and one before that
    /// would be a peak of its own.
    pub fn new(settings: &TrainSettings, per_epoch: usize) -> Self {
        let per_epoch = per_epoch.max(1);
        let warm_up = if settings.schedule == Schedule::OneCycle { 0.0 } else { settings.warm_up.max(0.0) };
        Self {
            schedule: settings.schedule,
            rate: settings.learning_rate,
            per_epoch,
            warm_up: (warm_up * per_epoch as f32).round() as usize,
            steps: settings.epochs * per_epoch,
        }
    }

    /// The learning rate of step `step`, counted from 0.
    pub fn rate(&self, step: usize) -> f32 {
        if step < self.warm_up {
            return self.rate * (step + 1) as f32 / (self.warm_up + 1) as f32;
        }
        let step = step - self.warm_up;
        let left = self.steps.saturating_sub(self.warm_up).max(1);
        let share = (step as f32 / left as f32).min(1.0);
        match self.schedule {
            Schedule::Constant => self.rate,
            Schedule::Step { every, factor } => {
                self.rate * factor.powi((step / (every.max(1) * self.per_epoch)) as i32)
            }
            Schedule::Cosine => self.rate * falling(share),
            Schedule::OneCycle if share < RISE => self.rate * (FIRST + (1.0 - FIRST) * (1.0 - falling(share / RISE))),
            Schedule::OneCycle => self.rate * (LAST + (1.0 - LAST) * falling((share - RISE) / (1.0 - RISE))),
        }
    }
}

/// Are schedule and warm-up in range?
///
/// # Errors
/// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage), naming the setting, its range and what was found.
pub fn check(settings: &TrainSettings) -> Result<()> {
    match settings.schedule {
        Schedule::Step { every: 0, .. } => {
            let subject = "the epochs between two steps of the learning rate";
            return Err(Error::out_of_range(subject, "a whole number from 1", 0));
        }
        Schedule::Step { factor, .. } if !(factor > 0.0 && factor <= 1.0) => {
            let subject = "the factor of the learning rate's steps";
            return Err(Error::out_of_range(subject, "a number above 0, at most 1", factor));
        }
        Schedule::OneCycle => return Ok(()), // it has no warm-up
        _ => {}
    }
    if !(settings.warm_up >= 0.0 && settings.warm_up <= settings.epochs as f32) {
        let expected = format!("epochs from 0 to {}, as many as are trained", settings.epochs);
        return Err(Error::out_of_range("the warm-up", expected, settings.warm_up));
    }
    Ok(())
}

/// Half a cosine from 1 to 0 as `share` goes from 0 to 1.
fn falling(share: f32) -> f32 {
    0.5 * (1.0 + (std::f32::consts::PI * share).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(schedule: Schedule, warm_up: f32) -> Course {
        let settings = TrainSettings { schedule, warm_up, learning_rate: 0.1, epochs: 10, ..TrainSettings::default() };
        Course::new(&settings, 10)
    }

    #[test]
    fn warm_up_grows_to_the_rate() {
        let course = course(Schedule::Constant, 1.0);
        assert!(course.rate(0) > 0.0);
        assert!((1..11).all(|step| course.rate(step) > course.rate(step - 1)));
        assert_eq!((course.rate(10), course.rate(99)), (0.1, 0.1));
    }

    #[test]
    fn a_step_every_few_epochs() {
        let course = course(Schedule::Step { every: 3, factor: 0.5 }, 0.0);
        assert_eq!([0, 29, 30, 59, 60].map(|step| course.rate(step)), [0.1, 0.1, 0.05, 0.05, 0.025]);
    }

    #[test]
    fn a_cosine_falls_from_the_rate_to_nothing() {
        let course = course(Schedule::Cosine, 0.0);
        assert_eq!(course.rate(0), 0.1);
        assert!((course.rate(50) - 0.05).abs() < 1e-6);
        assert!(course.rate(99) < 1e-3 && course.rate(99) > 0.0);
        assert!((1..100).all(|step| course.rate(step) < course.rate(step - 1)));
    }

    #[test]
    fn one_cycle_rises_and_falls() {
        let course = course(Schedule::OneCycle, 0.0);
        assert!((course.rate(0) - 0.004).abs() < 1e-6);
        assert!((course.rate(30) - 0.1).abs() < 1e-6);
        assert!(course.rate(99) < 1e-3);
        let highest = (0..100).map(|step| course.rate(step)).fold(0.0, f32::max);
        assert!(highest <= 0.1 + 1e-6);
    }

    #[test]
    fn one_cycle_has_one_peak_whatever_the_warm_up() {
        let rates = |warm_up| {
            let course = course(Schedule::OneCycle, warm_up);
            (0..100).map(|step| course.rate(step)).collect::<Vec<f32>>()
        };
        assert_eq!(rates(2.0), rates(0.0));
        let turns = rates(2.0).windows(3).filter(|three| (three[1] > three[0]) != (three[2] > three[1])).count();
        assert_eq!(turns, 1);
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let refused = |schedule, warm_up| {
            let settings = TrainSettings { schedule, warm_up, epochs: 10, ..TrainSettings::default() };
            check(&settings).err().map(|error| error.subject)
        };
        let step = |every, factor| Schedule::Step { every, factor };
        assert_eq!(
            [refused(Schedule::Constant, 10.0), refused(Schedule::OneCycle, 99.0), refused(step(1, 1.0), 0.5)],
            [None, None, None]
        );
        for (schedule, warm_up, part) in [
            (Schedule::Cosine, 10.5, "warm-up"),
            (Schedule::Cosine, f32::NAN, "warm-up"),
            (Schedule::Constant, -1.0, "warm-up"),
            (step(0, 0.5), 0.0, "between two steps"),
            (step(1, 0.0), 0.0, "factor"),
        ] {
            let subject = refused(schedule, warm_up).unwrap_or_default();
            assert!(subject.contains(part), "{schedule:?} {warm_up}: {subject}");
        }
    }
}

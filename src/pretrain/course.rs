//! How far a training is, and what follows from it: learning rate and size of the photos.

/// When a training ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Length {
    /// After so many passes over the training photos: the same every time.
    Epochs(usize),
    /// After so many minutes of training, however many passes those are.
    Minutes(f32),
}

/// What a training has behind it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spent {
    /// Photos seen, each pass counted.
    pub photos: usize,
    /// Seconds of training, judging not counted.
    pub seconds: f64,
}

/// Share of the training in which the rate grows.
const WARM_UP: f32 = 0.02;

/// Until which share of the training photos are shown at which share of their side. Half the side costs a quarter of the time, and what is learned of
/// small photos holds for larger ones (Touvron et al. 2019, <https://arxiv.org/abs/1906.06423>); the rest gets the network used to their true size.
const SIDES: [(f32, f32); 2] = [(0.35, 0.5), (0.75, 0.75)];

/// Five halvings: a side is a multiple of it.
const HALVED: usize = 32;

impl Length {
    /// The share of the training that is done, 0–1, where a pass is over so many photos.
    pub fn progress(self, spent: Spent, photos: usize) -> f32 {
        let share = match self {
            Self::Epochs(epochs) => spent.photos as f64 / (epochs * photos).max(1) as f64,
            Self::Minutes(minutes) => spent.seconds / (f64::from(minutes) * 60.0).max(1e-9),
        };
        (share as f32).clamp(0.0, 1.0)
    }
}

/// The learning rate at `progress`, 0–1: a warm-up, then half a cosine to nothing (Loshchilov & Hutter 2017, <https://arxiv.org/abs/1608.03983>).
pub fn rate(highest: f32, progress: f32) -> f32 {
    if progress < WARM_UP {
        return highest * (progress / WARM_UP).max(0.01);
    }
    let share = (progress - WARM_UP) / (1.0 - WARM_UP);
    highest * (0.5 * (1.0 + (std::f32::consts::PI * share).cos())).max(1e-3)
}

/// Width and height of the photos at `progress`, 0–1, pixels.
pub fn side(full: usize, progress: f32) -> usize {
    let share = SIDES.iter().find(|(until, _)| progress < *until).map_or(1.0, |(_, share)| *share);
    let side = (full as f32 * share) as usize;
    (side / HALVED * HALVED).max(HALVED).min(full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_rise_and_fall() {
        assert!(rate(1.0, 0.0) < 0.05 && rate(1.0, 0.01) < rate(1.0, 0.02));
        assert!((rate(1.0, WARM_UP) - 1.0).abs() < 1e-6);
        assert!((0..50).all(|i| rate(1.0, 0.02 + i as f32 / 52.0) > rate(1.0, 0.02 + (i + 1) as f32 / 52.0)));
        assert!(rate(1.0, 1.0) > 0.0 && rate(1.0, 1.0) < 0.01);
    }

    #[test]
    fn photos_grow() {
        assert_eq!([0.0, 0.5, 0.7, 0.8, 1.0].map(|progress| side(128, progress)), [64, 96, 96, 128, 128]);
        assert_eq!([0.0, 1.0].map(|progress| side(32, progress)), [32, 32]);
    }

    #[test]
    fn progress_by_photos_or_by_time() {
        let spent = Spent { photos: 150, seconds: 90.0 };
        assert_eq!(Length::Epochs(3).progress(spent, 100), 0.5);
        assert_eq!(Length::Minutes(3.0).progress(spent, 100), 0.5);
        assert_eq!(Length::Minutes(1.0).progress(spent, 100), 1.0);
    }
}

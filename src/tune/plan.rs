//! How a run is cut to the memory there is: micro-batches, and which activations are kept.

use super::TuneData;
use crate::architecture::{Design, Load, Memory};
use crate::error::{Error, ErrorKind, Result};
use crate::project::TrainSettings;

/// Smaller micro-batches waste a device more than keeping activations saves, where both do not fit.
const FEW: usize = 8;
/// Photos that batch norm takes its statistics from, at least: one number has no variance, and behind a 1×1 layer a photo is one number a channel.
const FEWEST: usize = 2;

/// Which photos' activations before the first trained block are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// None: the frozen blocks run for each batch.
    Nothing,
    /// Those held out, which no augmentation changes.
    Validation,
    /// All.
    All,
}

/// A run cut to the memory there is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Index of the first block that is trained; the number of blocks where the head alone is.
    pub from: usize,
    /// Photos that go through the network at once; gradients of several such micro-batches make one step. Batch norm takes its statistics from each.
    pub micro_batch: usize,
    /// No micro-batch is smaller.
    pub fewest: usize,
    /// What is kept.
    pub caching: Caching,
    /// What it takes, an estimate.
    pub memory: Memory,
}

impl Plan {
    /// Cuts a run of `settings` on `design` to `limit` bytes: the most is kept that still leaves micro-batches of a decent size.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] where not even one photo at a time fits, or with batch norm as few as it needs.
    pub fn new(design: &Design, settings: &TrainSettings, data: &TuneData, limit: usize) -> Result<Self> {
        let (train, val) = (data.train.len(), data.val.len());
        let load = Load::of(design, settings, data.classes, train + val);
        let from = load.trainable_from;
        let fewest = if load.batch_norm { FEWEST } else { 1 };
        // An odd batch cannot go by twos.
        let least = (2 * fewest - 1).min(largest_batch(train, settings.batch, fewest));
        let kept: &[Caching] = match (from, settings.augmentation.is_off()) {
            (0, _) => &[Caching::Nothing],
            (_, true) => &[Caching::All, Caching::Validation, Caching::Nothing],
            (_, false) => &[Caching::Validation, Caching::Nothing],
        };
        let cut = |caching: Caching| {
            let photos = match caching {
                Caching::Nothing => 0,
                Caching::Validation => val,
                Caching::All => train + val,
            };
            // Behind the last block the embedding is kept, not the feature map that it is the mean of.
            let embeddings = from == design.blocks.len();
            let load = Load { cached: if embeddings { 0 } else { photos }, ..load };
            let extra = if embeddings { photos * design.embedding() * size_of::<f32>() } else { 0 };
            let micro_batch = design.batch_within(&load, limit.saturating_sub(extra))?.max(least);
            let mut memory = design.memory(&Load { batch: micro_batch, ..load });
            memory.cache += extra;
            memory.total += extra;
            (memory.total <= limit).then_some(Self { from, micro_batch, fewest, caching, memory })
        };
        let plans = kept.iter().filter_map(|&caching| cut(caching));
        let decent = |plan: &Plan| plan.caching == Caching::Nothing || plan.micro_batch >= FEW.min(settings.batch);
        plans.into_iter().find(decent).ok_or_else(|| {
            let needed = design.memory(&Load { batch: least, cached: 0, ..load }).total;
            let mib = |bytes: usize| format!("{} MiB of memory", bytes.div_ceil(1 << 20));
            let at_a_time = if least == 1 { "one photo".to_owned() } else { format!("{least} photos") };
            Error::new(
                ErrorKind::Usage,
                "training",
                format!("what fits into {}", mib(limit)),
                format!("{} for {at_a_time} at a time", mib(needed)),
                "Train fewer blocks, with fewer photos, or a smaller network.",
            )
        })
    }

    /// Photos of the next step where `left` are left of an epoch: what would be too few for the step after it goes with this one.
    pub(super) fn next_batch(&self, left: usize, batch: usize) -> usize {
        if left < batch + self.fewest { left } else { batch }
    }

    /// Steps of an epoch over so many photos.
    pub(super) fn steps(&self, photos: usize, batch: usize) -> usize {
        photos.saturating_sub(self.fewest) / batch + 1
    }

    /// Sizes of the micro-batches of a batch: as few as fit, as equal as can be, as batch norm takes its statistics from each.
    pub(super) fn micro_batches(&self, batch: usize) -> impl Iterator<Item = usize> {
        let parts = batch.div_ceil(self.micro_batch).min(batch / self.fewest).max(1);
        (0..parts).map(move |part| batch * (part + 1) / parts - batch * part / parts)
    }
}

/// Photos of an epoch's largest batch: see [`Plan::next_batch`].
fn largest_batch(photos: usize, batch: usize, fewest: usize) -> usize {
    let rest = photos % batch.max(1);
    if rest < fewest { batch + rest } else { batch }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Augmentation, Way};

    fn data(photos: u64) -> TuneData {
        let samples = |from: u64, count: u64| (from..from + count).map(|at| (at, (at % 2) as u32)).collect();
        TuneData { classes: 2, train: samples(0, photos), val: samples(photos, photos / 4), soft: None }
    }

    fn settings(blocks: usize) -> TrainSettings {
        TrainSettings { batch: 32, ..TrainSettings::suited_to(Way::LastBlocks { blocks }) }
    }

    #[test]
    fn everything_is_kept_where_there_is_room() {
        let design = Design::mobilenet_v1(0.25, 128);
        let plan = Plan::new(&design, &settings(2), &data(100), 4 << 30).unwrap();
        assert_eq!((plan.caching, plan.micro_batch, plan.from), (Caching::All, 32, design.blocks.len() - 2));
        assert!(plan.memory.cache >= 125 * 4 * 4 * 128 * 4, "a 4 × 4 map of 128 channels a photo");
    }

    #[test]
    fn less_is_kept_where_there_is_less() {
        let design = Design::mobilenet_v2(1.0, 224);
        let full = Plan::new(&design, &settings(3), &data(40_000), usize::MAX).unwrap().memory;
        let less = Plan::new(&design, &settings(3), &data(40_000), full.total - full.cache / 2).unwrap();
        assert_eq!(less.caching, Caching::Validation);
        let least = Plan::new(&design, &settings(3), &data(40_000), full.total - full.cache).unwrap();
        assert_eq!(least.caching, Caching::Nothing);
    }

    #[test]
    fn augmentation_keeps_what_is_held_out() {
        let settings = TrainSettings { augmentation: Augmentation::moderate(), ..settings(2) };
        let plan = Plan::new(&Design::mobilenet_v1(0.25, 128), &settings, &data(100), 4 << 30).unwrap();
        assert_eq!(plan.caching, Caching::Validation);
    }

    #[test]
    fn a_large_batch_goes_by_micro_batches() {
        let way = Way::Scratch { architecture: "user-net".into() };
        let settings = TrainSettings { batch: 128, ..TrainSettings::suited_to(way) };
        let plan = Plan::new(&Design::user_net(), &settings, &data(200), 1 << 30).unwrap();
        assert!(plan.micro_batch < 128 && plan.memory.total <= 1 << 30, "{plan:?}");
        let parts: Vec<usize> = plan.micro_batches(128).collect();
        assert_eq!(parts.iter().sum::<usize>(), 128);
        assert!(parts.iter().all(|&part| part <= plan.micro_batch));
    }

    #[test]
    fn parts_of_a_batch_are_as_equal_as_can_be() {
        let plan = Plan { from: 0, micro_batch: 16, fewest: 1, caching: Caching::Nothing, memory: Memory::default() };
        assert_eq!(plan.micro_batches(36).collect::<Vec<_>>(), [12; 3]);
        assert_eq!(plan.micro_batches(16).collect::<Vec<_>>(), [16]);
        assert_eq!(plan.micro_batches(17).collect::<Vec<_>>(), [8, 9]);
    }

    #[test]
    fn batch_norm_never_sees_one_photo() {
        let plan = |micro_batch| Plan {
            from: 0,
            micro_batch,
            fewest: 2,
            caching: Caching::Nothing,
            memory: Memory::default(),
        };
        for (photos, batch) in (2..70).flat_map(|photos| (2..=photos).map(move |batch| (photos, batch))) {
            for micro_batch in [largest_batch(photos, batch, 2).min(3), 4, 16] {
                let plan = plan(micro_batch);
                let (mut left, mut steps) = (photos, 0);
                while left > 0 {
                    let next = plan.next_batch(left, batch);
                    let parts: Vec<usize> = plan.micro_batches(next).collect();
                    assert_eq!(parts.iter().sum::<usize>(), next);
                    assert!(parts.iter().all(|part| (2..=micro_batch).contains(part)), "{parts:?} of {next}");
                    (left, steps) = (left - next, steps + 1);
                }
                assert_eq!(steps, plan.steps(photos, batch), "{photos} photos in batches of {batch}");
            }
        }
        let without = Plan { fewest: 1, ..plan(16) };
        assert_eq!((without.next_batch(17, 16), without.next_batch(1, 16), without.steps(17, 16)), (16, 1, 2));
    }

    #[test]
    fn what_cannot_fit_is_refused() {
        let way = Way::Scratch { architecture: "mobilenet-v2-1-224".into() };
        let error = Plan::new(&Design::mobilenet_v2(1.0, 224), &TrainSettings::suited_to(way), &data(100), 50 << 20);
        assert!(error.unwrap_err().to_string().contains("50 MiB"));
    }
}

//! How a run is cut to the memory there is: micro-batches, and which activations are kept. The page says it beforehand, the engine does it.

use super::{Design, Load, Memory};
use crate::error::{Error, ErrorKind, Result};
use crate::project::TrainSettings;

/// Smaller micro-batches waste a device more than keeping activations saves, where both do not fit.
const FEW: usize = 8;
/// Photos that batch norm takes its statistics from, at least: one number has no variance, and behind a 1×1 layer a photo is one number a channel.
const FEWEST: usize = 2;

/// What a batch would have to be where it is too small; `None`: it is large enough. `batch_norm`: is the network trained with it?
pub fn too_small_a_batch(batch: usize, batch_norm: bool) -> Option<&'static str> {
    const EXPECTED: &str =
        "2 or more: from random weights batch norm takes its statistics from a batch, and one photo has none";
    (batch_norm && batch < FEWEST).then_some(EXPECTED)
}

/// What a run is cut by beside its settings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scope {
    /// Classes of the head.
    pub classes: usize,
    /// Photos to train on.
    pub train: usize,
    /// Photos held out.
    pub val: usize,
    /// Is it trained on a GPU? That may be lost, so that copies of the network are kept off it.
    pub on_gpu: bool,
}

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

impl Caching {
    /// Photos that are kept.
    fn photos(self, scope: Scope) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Validation => scope.val,
            Self::All => scope.train.saturating_add(scope.val),
        }
    }
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
    /// What would be kept if there were room.
    pub wanted: Caching,
    /// What it takes, an estimate.
    pub memory: Memory,
}

impl Plan {
    /// Cuts a run of `settings` on `design` (the network of the way from scratch, or the backbone, cut where the settings cut it) to `limit` bytes:
    /// the most is kept that still leaves micro-batches of a decent size.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] where not even one photo at a time fits, or with batch norm as few as it needs.
    pub fn new(design: &Design, settings: &TrainSettings, scope: Scope, limit: usize) -> Result<Self> {
        Self::within(design, settings, scope, limit).ok_or_else(|| {
            let needed = Self::least(design, settings, scope).total;
            let least = Smallest::of(&Load::of(design, settings, scope), scope).micro_batch;
            let at_a_time = if least == 1 { "one photo".to_owned() } else { format!("{least} photos") };
            let mib = |bytes: usize| format!("{} MiB of memory", bytes.div_ceil(1 << 20));
            Error::new(
                ErrorKind::Usage,
                "training",
                format!("what fits into {}", mib(limit)),
                format!("{} for {at_a_time} at a time", mib(needed)),
                "Train fewer blocks, with fewer photos, or a smaller network.",
            )
        })
    }

    /// As [`Self::new`]; nothing where not even as few photos at a time fit as it takes.
    pub fn within(design: &Design, settings: &TrainSettings, scope: Scope, limit: usize) -> Option<Self> {
        let load = Load::of(design, settings, scope);
        let from = load.trainable_from;
        let Smallest { fewest, micro_batch: least } = Smallest::of(&load, scope);
        let kept: &[Caching] = match (from, settings.augmentation.is_off()) {
            (0, _) => &[Caching::Nothing],
            (_, true) => &[Caching::All, Caching::Validation, Caching::Nothing],
            (_, false) => &[Caching::Validation, Caching::Nothing],
        };
        let cut = |caching: Caching| {
            let load = Load { cached: caching.photos(scope), ..load };
            let micro_batch = design.batch_within(&load, limit)?.max(least);
            let memory = design.memory(&Load { batch: micro_batch, ..load });
            (memory.total <= limit).then_some(Self { from, micro_batch, fewest, caching, wanted: kept[0], memory })
        };
        let decent = |plan: &Self| plan.caching == Caching::Nothing || plan.micro_batch >= FEW.min(load.batch);
        kept.iter().filter_map(|&caching| cut(caching)).find(decent)
    }

    /// What it takes at the least: one photo at a time, or with batch norm as few as it needs, and nothing kept of the frozen blocks.
    pub fn least(design: &Design, settings: &TrainSettings, scope: Scope) -> Memory {
        let load = Load::of(design, settings, scope);
        design.memory(&Load { batch: Smallest::of(&load, scope).micro_batch, ..load })
    }

    /// Photos of the next step where `left` are left of an epoch: what would be too few for the step after it goes with this one.
    pub fn next_batch(&self, left: usize, batch: usize) -> usize {
        if left < batch + self.fewest { left } else { batch }
    }

    /// Steps of an epoch over so many photos.
    pub fn steps(&self, photos: usize, batch: usize) -> usize {
        photos.saturating_sub(self.fewest) / batch + 1
    }

    /// Sizes of the micro-batches of a batch: as few as fit, as equal as can be, as batch norm takes its statistics from each.
    pub fn micro_batches(&self, batch: usize) -> impl Iterator<Item = usize> {
        let parts = batch.div_ceil(self.micro_batch).min(batch / self.fewest).max(1);
        (0..parts).map(move |part| batch * (part + 1) / parts - batch * part / parts)
    }
}

/// The smallest micro-batches that a run can go by.
#[derive(Debug, Clone, Copy)]
struct Smallest {
    /// None has fewer photos.
    fewest: usize,
    /// The least that a micro-batch may be cut to, so that any batch goes by such ones.
    micro_batch: usize,
}

impl Smallest {
    fn of(load: &Load, scope: Scope) -> Self {
        let fewest = if load.batch_norm { FEWEST } else { 1 };
        // An odd batch cannot go by twos.
        Self { fewest, micro_batch: (2 * fewest - 1).min(largest_batch(scope.train, load.batch, fewest)) }
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

    fn of(photos: usize) -> Scope {
        Scope { classes: 2, train: photos, val: photos / 4, on_gpu: false }
    }

    fn settings(blocks: usize) -> TrainSettings {
        TrainSettings { batch: 32, ..TrainSettings::suited_to(Way::LastBlocks { blocks }) }
    }

    #[test]
    fn everything_is_kept_where_there_is_room() {
        let design = Design::mobilenet_v1(0.25, 128);
        let plan = Plan::new(&design, &settings(2), of(100), 4 << 30).unwrap();
        assert_eq!((plan.caching, plan.micro_batch, plan.from), (Caching::All, 32, design.blocks.len() - 2));
        assert_eq!(plan.memory.cache, 125 * 8 * 8 * 128 * 4, "an 8 × 8 map of 128 channels a photo");
    }

    #[test]
    fn less_is_kept_where_there_is_less() {
        let design = Design::mobilenet_v2(1.0, 224);
        let full = Plan::new(&design, &settings(3), of(40_000), usize::MAX).unwrap().memory;
        let less = Plan::new(&design, &settings(3), of(40_000), full.total - full.cache / 2).unwrap();
        assert_eq!(less.caching, Caching::Validation);
        let least = Plan::new(&design, &settings(3), of(40_000), full.total - full.cache).unwrap();
        assert_eq!(least.caching, Caching::Nothing);
    }

    #[test]
    fn augmentation_keeps_what_is_held_out() {
        let settings = TrainSettings { augmentation: Augmentation::moderate(), ..settings(2) };
        let plan = Plan::new(&Design::mobilenet_v1(0.25, 128), &settings, of(100), 4 << 30).unwrap();
        assert_eq!((plan.caching, plan.wanted), (Caching::Validation, Caching::Validation));
        // Before the last two blocks there are 8 × 8 × 128 numbers of each of the 25 photos held out.
        assert_eq!(plan.memory.cache, 25 * 8 * 8 * 128 * 4);
    }

    #[test]
    fn smaller_parts_come_before_a_smaller_cache() {
        let design = Design::mobilenet_v2(1.0, 224);
        let full = Plan::new(&design, &settings(9), of(200), usize::MAX).unwrap().memory;
        let plan = Plan::new(&design, &settings(9), of(200), full.total - full.activations / 3).unwrap();
        assert_eq!((plan.caching, plan.micro_batch), (Caching::All, 16));
    }

    #[test]
    fn a_head_alone_keeps_embeddings_and_minds_no_batch() {
        let settings = TrainSettings { batch: 4096, features_at: Some(4), ..TrainSettings::default() };
        let cut = Design::mobilenet_v2(1.0, 224).cut(4).unwrap();
        let plan = Plan::new(&cut, &settings, of(4000), 2 << 30).unwrap();
        assert_eq!((plan.from, plan.caching, plan.memory.cache), (5, Caching::All, 5000 * 32 * 4));
        let batch = |augmentation| {
            let settings = TrainSettings { batch: 64, augmentation, ..TrainSettings::default() };
            Load::of(&cut, &settings, of(4000)).batch
        };
        assert_eq!([batch(Augmentation::default()), batch(Augmentation::moderate())], [16, 64]);
    }

    #[test]
    fn a_gpu_that_may_be_lost_takes_copies_of_the_network() {
        let design = Design::mobilenet_v1(0.25, 128);
        let memory = |on_gpu| Plan::new(&design, &settings(2), Scope { on_gpu, ..of(40) }, 4 << 30).unwrap().memory;
        let (cpu, gpu) = (memory(false), memory(true));
        let network = 4 * design.parameters(2);
        assert_eq!((cpu.checkpoints, gpu.checkpoints), (0, 3 * network + gpu.optimizer));
        assert_eq!((gpu.weights, gpu.gradients, cpu.weights), (network, cpu.gradients, network + cpu.gradients));
    }

    #[test]
    fn a_large_batch_goes_by_micro_batches() {
        let way = Way::Scratch { architecture: "user-net".into() };
        let settings = TrainSettings { batch: 128, ..TrainSettings::suited_to(way) };
        let plan = Plan::new(&Design::user_net(), &settings, of(200), 1 << 30).unwrap();
        assert!(plan.micro_batch < 128 && plan.memory.total <= 1 << 30, "{plan:?}");
        let parts: Vec<usize> = plan.micro_batches(128).collect();
        assert_eq!(parts.iter().sum::<usize>(), 128);
        assert!(parts.iter().all(|&part| part <= plan.micro_batch));
    }

    #[test]
    fn parts_of_a_batch_are_as_equal_as_can_be() {
        let memory = Memory::default();
        let plan = Plan { fewest: 1, ..plan_of(16, memory) };
        assert_eq!(plan.micro_batches(36).collect::<Vec<_>>(), [12; 3]);
        assert_eq!(plan.micro_batches(16).collect::<Vec<_>>(), [16]);
        assert_eq!(plan.micro_batches(17).collect::<Vec<_>>(), [8, 9]);
    }

    fn plan_of(micro_batch: usize, memory: Memory) -> Plan {
        Plan { from: 0, micro_batch, fewest: 2, caching: Caching::Nothing, wanted: Caching::Nothing, memory }
    }

    #[test]
    fn batch_norm_never_sees_one_photo() {
        let plan = |micro_batch| plan_of(micro_batch, Memory::default());
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
    fn a_batch_of_one_is_too_small_for_batch_norm_alone() {
        let expected = too_small_a_batch(FEWEST - 1, true).expect("one photo has no variance");
        assert!(expected.starts_with(&format!("{FEWEST} or more")), "{expected}");
        assert_eq!([too_small_a_batch(FEWEST, true), too_small_a_batch(1, false)], [None; 2]);
        let scratch = Way::Scratch { architecture: "mobilenet-v1-0.25-128".into() };
        let design = Design::mobilenet_v1(0.25, 128);
        assert_eq!([&scratch, &Way::Everything].map(|way| design.trains_batch_norm(way)), [true, false]);
        assert!(!Design::lenet_5().trains_batch_norm(&scratch), "it has none");
    }

    #[test]
    fn what_cannot_fit_is_refused() {
        let way = Way::Scratch { architecture: "mobilenet-v2-1-224".into() };
        let error = Plan::new(&Design::mobilenet_v2(1.0, 224), &TrainSettings::suited_to(way), of(100), 50 << 20);
        assert!(error.unwrap_err().to_string().contains("50 MiB"));
    }
}

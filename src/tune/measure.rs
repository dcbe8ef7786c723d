//! Times training steps, for figures beside other trainers.

use super::batch::Batches;
use super::data::Place;
use super::stepper::Stepper;
use super::tally::Tally;
use super::{Pixels, Plan, TuneData};
use crate::error::Result;
use crate::network::Network;
use crate::project::{SampleId, TrainSettings, Way};

/// Milliseconds of each of `repeats` steps after a warm-up: pixels in, frozen blocks (nothing is cached), blocks from `from` on and head forward and
/// backward, Adam; until the loss was read back. Cases D and E of `../shared/peers`.
///
/// # Errors
/// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage): more memory than `limit`; [`ErrorKind::Device`](crate::error::ErrorKind::Device): the GPU failed.
pub async fn measure(
    network: Network,
    from: usize,
    batch: usize,
    repeats: usize,
    limit: usize,
    now_ms: impl Fn() -> f64,
) -> Result<Vec<f64>> {
    let blocks = network.design().blocks.len();
    let way = if from == 0 { Way::Everything } else { Way::LastBlocks { blocks: blocks.saturating_sub(from).max(1) } };
    let settings = TrainSettings { batch, lr_factor: 1.0, ..TrainSettings::suited_to(way) };
    let side = network.design().input.width;
    let mut pixels = Pixels::new(side);
    let samples = 0..batch as SampleId;
    for sample in samples.clone() {
        // Some picture: what is in it does not matter, that it is not the same everywhere does.
        let value = |at: usize| (at * 31 + sample as usize * 7919) as u8;
        pixels.insert(sample, (0..side * side * 3).map(value).collect::<Vec<u8>>());
    }
    let classes = network.classes();
    let train = samples.map(|sample| (sample, (sample % classes as SampleId) as u32)).collect();
    let data = TuneData { classes, train, ..TuneData::default() };
    let plan = Plan::new(network.design(), &settings, data.scope(false), limit)?;
    let batches = Batches::new(data, &settings, plan);
    let places: Vec<Place> = (0..batch).map(Place::Train).collect();
    let mut stepper = Stepper::new(network, from, &settings);
    let mut times = Vec::with_capacity(repeats);
    for repeat in 0..=repeats {
        let started = now_ms();
        let mut tally = Tally::default();
        let mut rest = &places[..];
        for count in batches.plan.micro_batches(batch) {
            let (part, others) = rest.split_at(count);
            rest = others;
            let activation = batches.activation(stepper.network(), &pixels, part, None)?;
            let targets = batches.targets(part, &stepper.network().device());
            let share = part.len() as f32 / batch as f32;
            stepper.gather(activation, targets, share, repeat as u64, &mut tally);
        }
        stepper.step(settings.learning_rate);
        tally.read().await?;
        stepper.network().head().await?; // the step itself is queued behind the loss
        times.push(now_ms() - started);
    }
    times.remove(0); // the warm-up: shaders are compiled, memory is taken
    Ok(times)
}

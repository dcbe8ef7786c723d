//! What goes into a step: activations before the first trained block, targets, and weights.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::cache::Cache;
use super::data::Place;
use super::{Pixels, Plan, TuneData};
use crate::augment::{self, augment};
use crate::error::Result;
use crate::head::class_weights;
use crate::kernels::PANEL;
use crate::network::{Mode, Network};
use crate::project::TrainSettings;

/// What a loss is computed against.
#[derive(Debug, Clone)]
pub(super) struct Targets {
    /// Probabilities `[N, K']`, zero in padded columns.
    pub probabilities: Tensor<2>,
    /// Weight of each sample, `[N]`.
    pub weights: Tensor<1>,
    /// All of them together.
    pub weight: f32,
    /// What is right, `[N]`.
    pub labels: Tensor<1, Int>,
    /// What logits are divided by.
    pub temperature: f32,
}

/// Where batches come from.
#[derive(Debug)]
pub(super) struct Batches {
    pub data: TuneData,
    settings: TrainSettings,
    pub plan: Plan,
    pub cache: Cache,
    class_weights: Vec<f32>,
}

impl Batches {
    pub fn new(data: TuneData, settings: &TrainSettings, plan: Plan) -> Self {
        let labels = data.train.iter().map(|&(_, label)| label);
        let class_weights = class_weights(settings.class_weights, data.classes, labels);
        Self { data, settings: settings.clone(), plan, cache: Cache::default(), class_weights }
    }

    /// The activation before the first trained block, without autodiff: the embedding where no block is trained.
    ///
    /// `epoch`: decides how photos are changed; `None`: not at all.
    ///
    /// # Errors
    /// A photo is missing.
    pub fn activation(
        &self,
        network: &Network,
        pixels: &Pixels,
        places: &[Place],
        epoch: Option<usize>,
    ) -> Result<Tensor<4>> {
        if let Some(activation) = self.cache.get(places, &network.device()) {
            return Ok(activation);
        }
        let augmentation = &self.settings.augmentation;
        let epoch = epoch.filter(|_| !augmentation.is_off());
        let side = pixels.side();
        let mut photos = Vec::with_capacity(places.len() * side * side * 3);
        for &place in places {
            let sample = self.data.sample(place);
            let photo = pixels.need(sample)?;
            match epoch {
                Some(epoch) => {
                    let seed = augment::seed(self.settings.seed, epoch, sample);
                    photos.extend(augment(photo, side, augmentation, seed));
                }
                None => photos.extend_from_slice(photo),
            }
        }
        let activation = network.frozen(network.input(&photos), self.plan.from);
        let is_head_alone = self.plan.from == network.design().blocks.len();
        Ok(if is_head_alone { network.forward(activation, self.plan.from, Mode::Infer).embedding } else { activation })
    }

    /// How much a training sample counts.
    pub fn weight(&self, place: Place) -> f32 {
        self.class_weights[self.data.label(place) as usize]
    }

    /// What training samples are to give: smoothed classes, or the teacher's answers.
    pub fn targets(&self, places: &[Place], device: &Device) -> Targets {
        let (smoothing, classes) = (self.settings.label_smoothing, self.data.classes);
        let soft = self.data.soft.as_ref();
        let row = |place: Place| match (place, soft) {
            (Place::Train(at), Some(soft)) => soft.probabilities[at * classes..][..classes].to_vec(),
            _ => one_hot(self.data.label(place), classes, smoothing),
        };
        self.assemble(places, row, |&place| self.weight(place), soft.map_or(1.0, |soft| soft.temperature), device)
    }

    /// What held-out samples are judged by: their classes, plainly.
    pub fn plain_targets(&self, places: &[Place], device: &Device) -> Targets {
        let row = |place: Place| one_hot(self.data.label(place), self.data.classes, 0.0);
        self.assemble(places, row, |_| 1.0, 1.0, device)
    }

    fn assemble(
        &self,
        places: &[Place],
        row: impl Fn(Place) -> Vec<f32>,
        weight: impl Fn(&Place) -> f32,
        temperature: f32,
        device: &Device,
    ) -> Targets {
        let (photos, columns) = (places.len(), self.data.classes.next_multiple_of(PANEL));
        let mut probabilities = Vec::with_capacity(photos * columns);
        for (at, &place) in places.iter().enumerate() {
            probabilities.extend(row(place));
            probabilities.resize((at + 1) * columns, 0.0);
        }
        let weights: Vec<f32> = places.iter().map(weight).collect();
        let labels: Vec<i32> = places.iter().map(|&place| self.data.label(place) as i32).collect();
        Targets {
            probabilities: Tensor::from_data(TensorData::new(probabilities, [photos, columns]), device),
            weight: weights.iter().sum(),
            weights: Tensor::from_data(TensorData::new(weights, [photos]), device),
            labels: Tensor::from_data(TensorData::new(labels, [photos]), device),
            temperature,
        }
    }
}

/// `(1 − ε) [c = y] + ε / C` (Szegedy et al. 2016, section 7).
fn one_hot(label: u32, classes: usize, smoothing: f32) -> Vec<f32> {
    let mut row = vec![smoothing / classes as f32; classes];
    row[label as usize] += 1.0 - smoothing;
    row
}

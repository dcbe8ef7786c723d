//! A head that was taught, with all that is needed to use it.

use super::own_network::OwnNetwork;
use crate::dataset::Rows;
use crate::embeddings::Embeddings;
use crate::error::{Error, ErrorKind, Result};
use crate::head::{Extra, Head, HeadFile};
use crate::judge::{self, Familiarity};
use crate::metrics;
use crate::project::SampleId;
use crate::protocol::{Evaluation, HeadCard, OwnItem, OwnPrediction};

/// Decides the folds in which temperatures are fitted: always the same, so that judging a head again says the same.
const FOLDS_SEED: u32 = 0;
/// What a head's own network made of held-out samples: `[N, E]`, and the samples' numbers, `[N]`.
const SEEN: &str = "seen";
const SEEN_SAMPLES: &str = "seen.samples";

/// A head that can be used: it knows its classes, its temperature, and what is familiar to it.
#[derive(Debug, Clone)]
pub struct Taught {
    file: HeadFile,
    familiarity: Option<Familiarity>,
    /// The network that makes its embeddings, where that is not the backbone as it is.
    network: Option<OwnNetwork>,
    /// What that network made of the samples of the lesson; after it was read from a file, of those held out.
    seen: Embeddings,
    /// The samples that were held out.
    held_out: Vec<SampleId>,
}

impl Taught {
    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`ErrorKind::WeightFile`]: the bytes are no head of ours.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let mut file = HeadFile::read(bytes)?;
        let familiarity = Familiarity::from_tensors(file.head.inputs(), |name| {
            let extra = file.extra.iter().find(|extra| extra.name == name)?;
            Some((extra.values.clone(), extra.shape[..].try_into().ok()?))
        });
        let network =
            file.card.network.clone().map(|card| OwnNetwork::from_extra(card, &mut file.extra)).transpose()?;
        let (seen, held_out) = take_seen(&mut file);
        file.extra.clear();
        Ok(Self { file, familiarity, network, seen, held_out })
    }

    /// A head that knows what is familiar to it, and is not calibrated yet. `seen`: what its own network made of the lesson's samples;
    /// `training`: those that were trained on, with their classes.
    pub(super) fn new(
        head: Head,
        card: HeadCard,
        network: Option<OwnNetwork>,
        seen: Embeddings,
        held_out: Vec<SampleId>,
        (rows, labels): (Rows, &[u32]),
        seed: u32,
    ) -> Self {
        let familiarity = Familiarity::fit(rows, labels, card.classes.len(), seed);
        let file = HeadFile { head, card, extra: Vec::new() };
        Self { file, familiarity: Some(familiarity), network, seen, held_out }
    }

    /// Makes its probabilities mean what they say, and sets the threshold of "none of these", by what was held out.
    pub(super) fn calibrate(&mut self, (known, logits): &(Evaluation, Vec<f32>)) {
        if !known.samples.is_empty() {
            let classes = self.head().classes();
            self.file.card.temperature = judge::temperature(Rows::new(logits, classes), &known.labels);
            self.file.card.rejection = judge::rejection(&known.familiarity, judge::FALSE_REJECTIONS);
        }
    }

    /// The head as a file (safetensors).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut file = self.file.clone();
        let tensor = |(name, values, shape): (&str, &[f32], [usize; 2])| Extra {
            name: name.to_owned(),
            shape: shape.to_vec(),
            values: values.to_vec(),
        };
        file.extra =
            self.familiarity.iter().flat_map(|familiarity| familiarity.tensors().into_iter().map(tensor)).collect();
        if let Some(network) = &self.network {
            file.extra.extend(network.to_extra());
            file.extra.extend(seen_tensors(&self.seen, &self.held_out));
        }
        file.to_bytes()
    }

    /// The network that makes its embeddings, where that is not the backbone as it is.
    pub fn network(&self) -> Option<&OwnNetwork> {
        self.network.as_ref()
    }

    /// What it is.
    pub fn card(&self) -> &HeadCard {
        &self.file.card
    }

    /// The classifier.
    pub fn head(&self) -> &Head {
        &self.file.head
    }

    /// From now on photos less familiar than this are none of the classes.
    pub fn set_threshold(&mut self, threshold: f32) {
        if let Some(rejection) = &mut self.file.card.rejection {
            rejection.threshold = threshold;
        }
    }

    /// What the head says of an embedding `[E]`: its `top` most probable classes.
    ///
    /// # Errors
    /// [`ErrorKind::WeightFile`]: the embedding is of another backbone.
    pub fn predict(&self, embedding: &[f32], top: usize) -> Result<OwnPrediction> {
        let HeadFile { head, card, .. } = &self.file;
        if embedding.len() != head.inputs() {
            return Err(Error::new(
                ErrorKind::WeightFile,
                "the head",
                format!("embeddings of {} numbers, as {} makes them", head.inputs(), card.backbone),
                format!("embeddings of {}", embedding.len()),
                "Choose the network that the head was trained on, or train again.",
            ));
        }
        let logits = head.logits(embedding);
        let probabilities = metrics::softmax(&logits, card.temperature);
        let item = |index| OwnItem { index, label: card.classes[index].clone(), probability: probabilities[index] };
        let familiarity = self.familiarity.as_ref().map_or(0.0, |familiarity| familiarity.score(embedding));
        let none = card.rejection.is_some_and(|rejection| familiarity < rejection.threshold);
        let top = metrics::most_probable(&probabilities, top).into_iter().map(item).collect();
        Ok(OwnPrediction { top, familiarity, none })
    }

    /// How the head does on samples: logits `[N, C]`, and what is to be known of each.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: a sample was not embedded, or the classes are not the head's.
    pub fn evaluate(
        &self,
        embeddings: &Embeddings,
        samples: &[SampleId],
        labels: &[u32],
    ) -> Result<(Evaluation, Vec<f32>)> {
        let known = |label: &u32| usize::try_from(*label).is_ok_and(|label| label < self.head().classes());
        if labels.len() != samples.len() || !labels.iter().all(known) {
            let expected = format!("a label for each photo, below {}", self.head().classes());
            let cure = "Reload the page.";
            return Err(Error::new(ErrorKind::Usage, "the photos to judge by", expected, "others", cure));
        }
        let rows = if self.network.is_some() { &self.seen } else { embeddings }.gather(samples)?;
        let logits = self.head().logits(&rows);
        let scores = |familiarity: &Familiarity| familiarity.scores(Rows::new(&rows, self.head().inputs()));
        let evaluation = Evaluation {
            samples: samples.to_vec(),
            labels: labels.to_vec(),
            familiarity: self.familiarity.as_ref().map_or_else(|| vec![0.0; samples.len()], scores),
            temperatures: judge::cross_fitted_temperatures(
                Rows::new(&logits, self.head().classes()),
                labels,
                FOLDS_SEED,
            ),
        };
        Ok((evaluation, logits))
    }
}

/// The rows of `samples` as tensors that travel along; a sample's number is below 2^24, so that a float holds it.
fn seen_tensors(seen: &Embeddings, samples: &[SampleId]) -> Vec<Extra> {
    let kept: Vec<SampleId> = samples
        .iter()
        .copied()
        .filter(|&sample| sample < 1 << f32::MANTISSA_DIGITS && seen.get(sample).is_some())
        .collect();
    let Ok(values) = seen.gather(&kept) else { return Vec::new() };
    if kept.is_empty() {
        return Vec::new();
    }
    let numbers = kept.iter().map(|&sample| sample as f32).collect(); // exact: see above
    vec![
        Extra { name: SEEN.to_owned(), shape: vec![kept.len(), seen.width()], values },
        Extra { name: SEEN_SAMPLES.to_owned(), shape: vec![kept.len()], values: numbers },
    ]
}

/// What [`seen_tensors`] put in.
fn take_seen(file: &mut HeadFile) -> (Embeddings, Vec<SampleId>) {
    let find = |name: &str| file.extra.iter().find(|extra| extra.name == name);
    let (mut seen, mut samples) = (Embeddings::default(), Vec::new());
    if let (Some(rows), Some(numbers)) = (find(SEEN), find(SEEN_SAMPLES)) {
        let width = rows.shape.last().copied().unwrap_or(0).max(1);
        for (number, row) in numbers.values.iter().zip(rows.values.chunks_exact(width)) {
            let sample = *number as SampleId; // saturates: a foreign number finds no sample
            seen.insert(sample, row);
            samples.push(sample);
        }
    }
    (seen, samples)
}

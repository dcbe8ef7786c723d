//! One lesson, from labelled embeddings to a head that was judged; the page's engine and the terminal give the same.
//!
//! ```text
//! embeddings + labels ─ near-duplicates ─→ split ─→ Trainer ─→ Head ─┬─ temperature, cross-fitted temperatures
//!                                                                    └─ familiarity, threshold of "none of these"
//! ```

use burn::tensor::Device;

use crate::dataset::{NearDuplicates, Rows, SplitRequest, split};
use crate::embeddings::Embeddings;
use crate::error::{Error, ErrorKind, Result};
use crate::head::{Extra, Head, HeadFile, Trainer, TrainingData};
use crate::judge::{self, Familiarity};
use crate::metrics;
use crate::project::{SampleId, SplitKind, TrainSettings};
use crate::protocol::{
    DeviceKind, EpochRow, Evaluation, HeadCard, Labelled, OwnItem, OwnPrediction, SplitReport, TrainSummary,
};

/// Decides the folds in which temperatures are fitted: always the same, so that judging a head again says the same.
const FOLDS_SEED: u32 = 0;

/// A head that can be used: it knows its classes, its temperature, and what is familiar to it.
#[derive(Debug, Clone)]
pub struct Taught {
    file: HeadFile,
    familiarity: Option<Familiarity>,
}

impl Taught {
    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`ErrorKind::WeightFile`]: the bytes are no head of ours.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let file = HeadFile::read(bytes)?;
        let familiarity = Familiarity::from_tensors(file.head.inputs(), |name| {
            let extra = file.extra.iter().find(|extra| extra.name == name)?;
            Some((extra.values.clone(), extra.shape[..].try_into().ok()?))
        });
        Ok(Self { file, familiarity })
    }

    /// The head as a file (safetensors).
    pub fn to_bytes(&self) -> Vec<u8> {
        self.file.to_bytes()
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
        let rows = embeddings.gather(samples)?;
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

/// A lesson under way.
#[derive(Debug)]
pub struct Lesson {
    data: Labelled,
    settings: TrainSettings,
    backbone: String,
    start: Option<Head>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Near-duplicates are looked for, where they are to stay on one side of the split.
    Grouping(Option<Box<NearDuplicates>>),
    /// The split is there.
    Training { split: SplitReport, trainer: Box<Trainer> },
}

/// What a lesson gave since the last look.
#[derive(Debug)]
pub enum Progress {
    /// It is still looking who may be on which side.
    Preparing,
    /// Training begins.
    Started(SplitReport, usize),
    /// Epochs that were finished.
    Epochs(Vec<EpochRow>),
}

/// What a lesson came to.
#[derive(Debug)]
pub struct Outcome {
    /// The head of the best epoch.
    pub taught: Taught,
    /// What training came to.
    pub summary: TrainSummary,
    /// How the head does on the samples that were held out, and its logits `[N, C]`.
    pub evaluation: (Evaluation, Vec<f32>),
}

impl Lesson {
    /// Begins a lesson. `start`: a head to go on from, its classes found by their names.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: settings out of range, fewer than two classes, a label that is no class, a sample that was not embedded.
    pub fn new(
        embeddings: &Embeddings,
        data: Labelled,
        settings: TrainSettings,
        backbone: &str,
        start: Option<&Taught>,
    ) -> Result<Self> {
        crate::head::check(&settings)?;
        check(&data)?;
        // A random split keeps nothing together, so that there is nothing to look for.
        let search = match settings.split {
            SplitKind::Honest => {
                let rows = embeddings.gather(&data.samples)?;
                Some(Box::new(NearDuplicates::new(Rows::new(&rows, embeddings.width().max(1)), settings.seed)))
            }
            SplitKind::Random => None,
        };
        let start = start.filter(|taught| taught.card().backbone == backbone && taught.head().is_of(settings.head));
        let start = start.map(|taught| {
            let place = |name: &String| taught.card().classes.iter().position(|class| class == name);
            taught.head().rearranged(&data.classes.iter().map(place).collect::<Vec<_>>(), settings.seed)
        });
        Ok(Self { data, settings, backbone: backbone.to_owned(), start, stage: Stage::Grouping(search) })
    }

    /// Goes on until `enough()`; [`Self::is_finished`] says when that is no longer needed.
    ///
    /// # Errors
    /// As [`Trainer::new`] and [`Trainer::advance`].
    pub async fn advance(
        &mut self,
        embeddings: &Embeddings,
        (device, kind): (&Device, DeviceKind),
        enough: impl FnMut() -> bool,
        now_ms: impl Fn() -> f64,
    ) -> Result<Progress> {
        match &mut self.stage {
            Stage::Grouping(search) => {
                if search.as_mut().is_some_and(|search| !search.step()) {
                    return Ok(Progress::Preparing);
                }
                let groups = search.take().map(|search| search.groups()).unwrap_or_default();
                let (split, trainer) = self.begin(embeddings, &groups, device, kind)?;
                let started = Progress::Started(split.clone(), trainer.parameters());
                self.stage = Stage::Training { split, trainer: Box::new(trainer) };
                Ok(started)
            }
            Stage::Training { trainer, .. } => Ok(Progress::Epochs(trainer.advance(enough, now_ms).await?)),
        }
    }

    /// Is the training over?
    pub fn is_finished(&self) -> bool {
        matches!(&self.stage, Stage::Training { trainer, .. } if trainer.is_finished())
    }

    /// Was an epoch finished, so that there is a head to keep?
    pub fn has_head(&self) -> bool {
        matches!(&self.stage, Stage::Training { trainer, .. } if trainer.best_epoch() > 0)
    }

    fn begin(
        &self,
        embeddings: &Embeddings,
        groups: &[Vec<usize>],
        device: &Device,
        kind: DeviceKind,
    ) -> Result<(SplitReport, Trainer)> {
        let Labelled { classes, samples, labels, validation } = &self.data;
        let rows = embeddings.gather(samples)?;
        let rows = Rows::new(&rows, embeddings.width());
        let held: std::collections::HashSet<&SampleId> = validation.iter().collect();
        let given: Vec<usize> = (0..samples.len()).filter(|&place| held.contains(&samples[place])).collect();
        let found = split(&SplitRequest {
            embeddings: rows,
            labels,
            classes,
            validation: &given,
            groups,
            kind: self.settings.split,
            share: self.settings.validation,
            seed: self.settings.seed,
        });
        let of = |places: &[usize]| -> Vec<u32> { places.iter().map(|&place| labels[place]).collect() };
        let data = TrainingData {
            classes: classes.len(),
            width: rows.width,
            train: rows.select(&found.training),
            train_labels: of(&found.training),
            val: rows.select(&found.validation),
            val_labels: of(&found.validation),
        };
        let trainer = Trainer::new(data, &self.settings, self.start.as_ref(), device, kind)?;
        let ids = |places: &[usize]| places.iter().map(|&place| samples[place]).collect();
        let report = SplitReport {
            kind: self.settings.split,
            training: ids(&found.training),
            validation: ids(&found.validation),
            groups: found.groups,
            cut: found.cut,
            notes: found.notes,
        };
        Ok((report, trainer))
    }

    /// The head of the best epoch, judged on what was held out.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: no epoch was finished yet; [`ErrorKind::Device`]: the GPU failed.
    pub async fn finish(&self, embeddings: &Embeddings) -> Result<Outcome> {
        let Stage::Training { split, trainer } = &self.stage else { return Err(too_early()) };
        let head = trainer.head().await?;
        let label: std::collections::HashMap<_, _> = self.data.samples.iter().zip(&self.data.labels).collect();
        let labels = |samples: &[SampleId]| -> Vec<u32> { samples.iter().map(|sample| *label[sample]).collect() };
        let (classes, width) = (head.classes(), embeddings.width());
        let rows = embeddings.gather(&split.training)?;
        let familiarity =
            Familiarity::fit(Rows::new(&rows, width), &labels(&split.training), classes, self.settings.seed);
        drop(rows);
        let card = HeadCard {
            backbone: self.backbone.clone(),
            classes: self.data.classes.clone(),
            temperature: 1.0,
            rejection: None,
            network: None,
        };
        let tensor = |(name, values, shape): (&str, &[f32], [usize; 2])| Extra {
            name: name.to_owned(),
            shape: shape.to_vec(),
            values: values.to_vec(),
        };
        let extra = familiarity.tensors().into_iter().map(tensor).collect();
        let file = HeadFile { head, card, extra };
        let mut taught = Taught { file, familiarity: Some(familiarity) };
        let evaluation = taught.evaluate(embeddings, &split.validation, &labels(&split.validation))?;
        if !split.validation.is_empty() {
            let (known, logits) = &evaluation;
            taught.file.card.temperature = judge::temperature(Rows::new(logits, classes), &known.labels);
            taught.file.card.rejection = judge::rejection(&known.familiarity, judge::FALSE_REJECTIONS);
        }
        let val_accuracy =
            (!split.validation.is_empty()).then(|| metrics::accuracy(&evaluation.1, &evaluation.0.labels, classes));
        let summary = TrainSummary {
            best_epoch: trainer.best_epoch(),
            epochs: trainer.epochs(),
            ended: trainer.ended(),
            val_accuracy,
            parameters: trainer.parameters(),
            trainable: trainer.parameters(),
            steps: trainer.steps(),
            steps_per_second: trainer.steps() as f64 / trainer.seconds().max(1e-6),
            seconds: trainer.seconds(),
        };
        Ok(Outcome { taught, summary, evaluation })
    }

    /// Numbers of the samples on each side, once training began.
    pub fn split(&self) -> Option<&SplitReport> {
        match &self.stage {
            Stage::Grouping(_) => None,
            Stage::Training { split, .. } => Some(split),
        }
    }
}

/// Do labels fit the classes, and the classes a head? The page has said so in its own words before.
///
/// # Errors
/// [`ErrorKind::Usage`]: fewer than two classes, an empty one, or a label that is none.
pub fn check(data: &Labelled) -> Result<()> {
    let wrong = |expected: &str, found: String, cure: &str| {
        Err(Error::new(ErrorKind::Usage, "the classes", expected, found, cure))
    };
    if data.classes.len() < 2 {
        let found = format!("{}", data.classes.len());
        return wrong("two classes or more", found, "Add another class: a head tells classes apart.");
    }
    let mut counts = vec![0usize; data.classes.len()];
    for label in &data.labels {
        match counts.get_mut(*label as usize) {
            Some(count) => *count += 1,
            None => return wrong("labels that are classes", format!("the number {label}"), "Reload the page."),
        }
    }
    if data.labels.len() != data.samples.len() {
        let found = format!("{} for {} photos", data.labels.len(), data.samples.len());
        return wrong("a label for each photo", found, "Reload the page.");
    }
    if let Some(empty) = counts.iter().position(|count| *count == 0) {
        let cure = "Add photos to it, or leave it out.";
        return wrong("a photo in every class", format!("none in “{}”", data.classes[empty]), cure);
    }
    Ok(())
}

fn too_early() -> Error {
    Error::new(ErrorKind::Usage, "training", "a finished epoch", "none yet", "Let it train for a moment longer.")
}

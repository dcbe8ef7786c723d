//! The network that learns, and its training, a pass at a time.

use std::time::Instant;

use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::adam::Adam;
use super::checkpoint::Checkpoint;
use super::course::{Length, Spent, rate, side};
use super::loss::{Lesson, Loss, Weighing, loss};
use super::material::Material;
use crate::architecture::Design;
use crate::augment::{augment, seed};
use crate::dataset::shuffle;
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::PANEL;
use crate::network::{Mode, Network};
use crate::photo::{Area, Rgb, resample};
use crate::preprocess::to_input;
use crate::project::{Augmentation, Fill, HeadKind};

/// How a student is trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What it is.
    pub design: Design,
    /// When it ends.
    pub length: Length,
    /// Photos a step.
    pub batch: usize,
    /// The highest learning rate.
    pub rate: f32,
    /// Pull of the weights towards zero.
    pub decay: f32,
    /// The loss's parts.
    pub weighing: Weighing,
    /// Decides initial weights, order and changes to photos.
    pub seed: u32,
}

/// Changes to the views at each pass: strong in colour; in place only a little, as the teacher judged just this crop.
pub const AUGMENTATION: Augmentation = Augmentation {
    flip: true,
    rotation: 10.0,
    zoom: 0.85,
    shift: 0.05,
    brightness: 0.15,
    contrast: 0.25,
    saturation: 0.3,
    fill: Fill::Edge,
};

/// A pass over the training photos.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Epoch {
    /// Which, from 1.
    pub epoch: usize,
    /// Seconds of training since the beginning.
    pub seconds: f64,
    /// Photos seen since the beginning.
    pub photos: usize,
    /// Width and height of the photos at its end, pixels.
    pub side: usize,
    /// The learning rate at its end.
    pub rate: f32,
    /// Mean of the loss's part that teaches classes.
    pub classes: f32,
    /// Mean of the loss's part that teaches the embedding.
    pub embedding: f32,
    /// Share of the photos, changed as they were, of which student and teacher said the same.
    pub agreed: f32,
}

/// A network in training.
#[derive(Debug)]
pub struct Student {
    settings: Settings,
    network: Network,
    adam: Adam,
    epoch: usize,
    spent: Spent,
}

impl Student {
    /// A student with random weights that learns `outputs` numbers.
    ///
    /// # Errors
    /// The settings do not go together, or would train nothing.
    pub fn new(settings: Settings, outputs: usize, device: &Device) -> Result<Self> {
        check(&settings)?;
        let network = Network::random(&settings.design, HeadKind::Linear, outputs, settings.seed, device).trainable(0);
        Ok(Self { settings, network, adam: Adam::default(), epoch: 0, spent: Spent::default() })
    }

    /// A checkpoint of it.
    ///
    /// # Errors
    /// The device failed.
    pub fn checkpoint(&self) -> Result<Checkpoint> {
        Ok(Checkpoint {
            settings: self.settings.to_string(),
            epoch: self.epoch,
            spent: self.spent,
            network: pollster::block_on(self.network.state())?,
            optimizer: self.adam.state(),
        })
    }

    /// Goes on from a checkpoint of the same settings.
    ///
    /// # Errors
    /// The checkpoint is another network's.
    pub fn resume(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        self.network = self.network.load_state(&checkpoint.network, &self.network.device())?;
        self.adam = Adam::from_state(&checkpoint.optimizer.0, checkpoint.optimizer.1, &self.network);
        (self.epoch, self.spent) = (checkpoint.epoch, checkpoint.spent);
        Ok(())
    }

    /// Its network, batch norm not folded yet.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The share of the training that is done, 0–1, where a pass is over so many photos.
    pub fn progress(&self, photos: usize) -> f32 {
        self.settings.length.progress(self.spent, photos)
    }

    /// One pass over all photos, one view of each; the last one ends early where the time is up.
    ///
    /// # Errors
    /// The loss is no number any more.
    pub fn pass(&mut self, material: &Material) -> Result<Epoch> {
        let mut rng = Pcg64::seed_from_u64(u64::from(self.settings.seed) << 32 | self.epoch as u64);
        let mut views: Vec<usize> =
            material.photos.iter().map(|views| views[rng.random_range(0..views.len() as u32) as usize]).collect();
        shuffle(&mut views, &mut rng);
        let mut report = Epoch { epoch: self.epoch + 1, ..Epoch::default() };
        let mut seen = 0;
        for batch in views.chunks(self.settings.batch) {
            let progress = self.progress(views.len());
            if progress >= 1.0 || batch.len() < 2 {
                break; // one photo has no statistics
            }
            let began = Instant::now();
            report.side = side(material.side, progress);
            report.rate = rate(self.settings.rate, progress);
            let loss = self.step(material, batch, report.side, report.rate);
            if !(loss.classes + loss.embedding).is_finite() {
                let cure = "Lower the learning rate with --lr.";
                let rate = report.rate.to_string();
                return Err(Error::new(
                    ErrorKind::Usage,
                    format!("the learning rate {rate}"),
                    "a loss that is a number",
                    "none",
                    cure,
                ));
            }
            self.spent.photos += batch.len();
            self.spent.seconds += began.elapsed().as_secs_f64();
            seen += batch.len();
            report.classes += loss.classes * batch.len() as f32;
            report.embedding += loss.embedding * batch.len() as f32;
            report.agreed += loss.agreed as f32;
        }
        self.epoch += 1;
        let seen = seen.max(1) as f32;
        (report.classes, report.embedding, report.agreed) =
            (report.classes / seen, report.embedding / seen, report.agreed / seen);
        (report.seconds, report.photos) = (self.spent.seconds, self.spent.photos);
        Ok(report)
    }

    /// One step on these views, shown at `side` pixels.
    fn step(&mut self, material: &Material, views: &[usize], side: usize, rate: f32) -> Loss {
        let pixels: Vec<u8> = views.iter().flat_map(|view| self.changed(material, *view, side)).collect();
        let device = self.network.device();
        let input = TensorData::new(to_input(&pixels), [views.len(), side, side, 3]);
        let output = self.network.forward(Tensor::from_data(input, &device), 0, Mode::Train { dropout: 0 });

        // The loss is made here, on plain numbers; what goes back through the network is its gradient, as the derivative of a sum weighed by it.
        let logits = output.logits;
        let values = logits.clone().without_autodiff().into_data().try_to_vec::<f32>().unwrap_or_default(); // made of f32
        let lessons: Vec<Lesson> = views.iter().map(|view| material.lesson(*view)).collect();
        let (loss, gradient) = loss(&values, &lessons, self.settings.weighing);
        let gradient = Tensor::from_data(TensorData::new(gradient, logits.dims()), &device);
        let gradients = (logits * gradient).sum().backward();

        self.network = self.adam.step(self.network.clone(), gradients, rate, self.settings.decay);
        self.network.observe(output.moments);
        loss
    }

    /// A view as this pass shows it, u8 `[side, side, 3]`.
    fn changed(&self, material: &Material, view: usize, side: usize) -> Vec<u8> {
        let seed = seed(self.settings.seed, self.epoch, view as u64);
        let pixels = augment(material.pixels(view), material.side, &AUGMENTATION, seed);
        if side == material.side {
            return pixels;
        }
        let photo = Rgb { width: material.side, height: material.side, pixels };
        resample(&photo, Area::whole(&photo), [side, side]).pixels
    }

    /// The student's logits for whole photos, u8 `[n, side, side, 3]` each after another: one row of `units` a photo.
    ///
    /// # Errors
    /// The device failed.
    pub fn logits(&self, pixels: &[u8], units: usize) -> Result<Vec<Vec<f32>>> {
        let side = self.settings.design.input.height;
        let mut rows = Vec::new();
        for pixels in pixels.chunks(side * side * 3 * self.settings.batch) {
            let logits = self.network.forward(self.network.input(pixels), 0, Mode::Infer).logits;
            let [_, _, _, padded] = logits.dims();
            let values = logits.into_data().try_to_vec::<f32>().map_err(|error| {
                let cure = "Try again; no photo is to blame.";
                Error::new(ErrorKind::Device, "the device", "a result", format!("{error:?}"), cure)
            })?;
            debug_assert_eq!(padded % PANEL, 0);
            rows.extend(values.chunks_exact(padded).map(|row| row[..units].to_vec()));
        }
        Ok(rows)
    }
}

impl std::fmt::Display for Settings {
    /// All that decides what comes of a training but its photos; a checkpoint of other settings is refused.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { design, length, batch, rate, decay, weighing, seed } = self;
        let length = match length {
            Length::Epochs(epochs) => format!("{epochs} epochs"),
            Length::Minutes(minutes) => format!("{minutes} minutes"),
        };
        let Weighing { temperature, embedding } = weighing;
        write!(
            f,
            "{}, {length}, batch {batch}, rate {rate}, decay {decay}, temperature {temperature}, embedding {embedding}, seed {seed}",
            design.name
        )
    }
}

/// Settings that would train nothing are refused; a caller asks before the teacher is set to work.
///
/// # Errors
/// [`ErrorKind::Usage`], naming the setting.
pub fn check(settings: &Settings) -> Result<()> {
    let refuse = |what: &str, expected: &str, found: String, cure: &str| {
        Err(Error::new(ErrorKind::Usage, what, expected, found, cure))
    };
    let length = match settings.length {
        Length::Epochs(epochs) => epochs as f32,
        Length::Minutes(minutes) => minutes,
    };
    if !(length.is_finite() && length > 0.0) {
        return refuse("the length", "more than nothing", length.to_string(), "Give --epochs or --minutes.");
    }
    if settings.batch < 2 {
        let found = settings.batch.to_string();
        return refuse("--batch", "2 or more, for batch norm's statistics", found, "Take 32, for example.");
    }
    if !(settings.rate.is_finite() && settings.rate > 0.0 && settings.rate <= 1.0) {
        return refuse("--lr", "a number above 0, at most 1", settings.rate.to_string(), "Take 0.002, for example.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::teacher::Outputs;
    use super::*;
    use crate::device;

    /// Photos of one colour each, which a made-up teacher tells apart: reddish, greenish, bluish.
    fn material() -> Material {
        let photos = 24;
        let side = 32;
        let mut outputs = Outputs { units: 3, width: 2, ..Outputs::default() };
        let mut pixels = Vec::new();
        for photo in 0..photos {
            let class = photo % 3;
            let mut colour = [40u8, 40, 40];
            colour[class] = 150 + 4 * photo as u8;
            (0..side * side).for_each(|_| pixels.extend(colour));
            outputs.logits.extend((0..3).map(|unit| if unit == class { 4.0 } else { 0.0 }));
            outputs.embeddings.extend([class as f32, 1.0 - class as f32]);
        }
        Material::new(side, (0..photos).map(|view| vec![view]).collect(), pixels, outputs).unwrap()
    }

    fn settings(epochs: usize) -> Settings {
        Settings {
            design: Design::mobilenet_v1(0.25, 32),
            length: Length::Epochs(epochs),
            batch: 8,
            rate: 3e-3,
            decay: 0.01,
            weighing: Weighing { temperature: 2.0, embedding: 2.0 },
            seed: 1,
        }
    }

    #[test]
    fn a_student_learns_what_its_teacher_says() {
        let material = material();
        let settings = Settings { rate: 5e-3, batch: 12, ..settings(40) };
        let mut student = Student::new(settings, material.outputs(), &device::cpu()).unwrap();
        let first = student.pass(&material).unwrap();
        let mut last = first;
        while student.progress(material.photos.len()) < 1.0 {
            last = student.pass(&material).unwrap();
        }
        assert_eq!((last.epoch, last.photos), (40, 40 * 24));
        assert!(last.classes < 0.5 * first.classes, "{first:?} {last:?}");
        assert!(last.agreed > 0.75, "{last:?}");
    }

    #[test]
    fn a_training_goes_on_where_it_was_stopped() {
        let material = material();
        let student = || Student::new(settings(4), material.outputs(), &device::cpu()).unwrap();
        let mut whole = student();
        let losses: Vec<Epoch> = (0..3).map(|_| whole.pass(&material).unwrap()).collect();
        let mut stopped = student();
        stopped.pass(&material).unwrap();
        let checkpoint = stopped.checkpoint().unwrap();
        let mut resumed = student();
        resumed.resume(&checkpoint).unwrap();
        for expected in &losses[1..] {
            let found = resumed.pass(&material).unwrap();
            assert_eq!((found.classes, found.embedding), (expected.classes, expected.embedding));
        }
    }

    #[test]
    fn settings_that_train_nothing_are_refused() {
        let new = |settings: Settings| Student::new(settings, 5, &device::cpu()).unwrap_err().subject;
        assert_eq!(new(Settings { batch: 1, ..settings(1) }), "--batch");
        assert_eq!(new(Settings { rate: 0.0, ..settings(1) }), "--lr");
        assert_eq!(new(Settings { rate: 1e9, ..settings(1) }), "--lr");
        assert_eq!(new(settings(0)), "the length");
    }
}

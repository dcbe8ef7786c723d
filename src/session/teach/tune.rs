//! Photos for lessons that train more than a head; the learning-rate finder; previews; likeness; the head's own network.

use burn::tensor::Device;

use super::*;
use crate::architecture::Design;
use crate::device;
use crate::lesson::{Finder, Lesson, OwnNetwork, Sources, embed};
use crate::network::Network;
use crate::project::{Augmentation, HeadKind, TrainSettings};
use crate::protocol::{DeviceKind, Labelled, Preparing, TuneCommand, TuneEvent};
use crate::session::after::After;
use crate::session::no_backbone;
use crate::tune::RateFinder;
use crate::{augment, photo, predict, preprocess, tune};

/// A search for a learning rate: a lesson that is given as far as its network, then the search.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) number: u32,
    pub(super) stage: FindingStage,
    /// Where it computes, whatever else is done elsewhere.
    device: Device,
    kind: DeviceKind,
    /// Other work found that the GPU it computes on has failed.
    lost: bool,
    /// What it was begun with: a lost GPU means to begin again on the CPU.
    again: (Labelled, TrainSettings),
}

impl Finding {
    /// The GPU was given up.
    pub(super) fn gpu_lost(&mut self) {
        self.lost = self.kind == DeviceKind::Gpu;
    }
}

#[derive(Debug)]
pub(super) enum FindingStage {
    /// Photos come in, as for training.
    Photos(Box<Lesson>),
    /// Rates are tried.
    Rates(Box<RateFinder>),
}

impl<H: Host> Session<H> {
    pub(super) async fn tune(&mut self, command: TuneCommand, attachment: Attachment<H::Photo>) {
        match (command, attachment) {
            (TuneCommand::Supply { run, sample }, Attachment::Photo(photo)) => self.supply(run, sample, &photo).await,
            (TuneCommand::SupplyFailed { run, sample, error }, _) => self.without(run, sample, error),
            (TuneCommand::Preview { augmentation, seed, side }, Attachment::Photo(photo)) => {
                match self.preview(&photo, augmentation, seed, side).await {
                    Ok((tiles, jpeg)) => {
                        self.tell_with(TeachEvent::Tune(TuneEvent::Previewed { tiles, side }), jpeg);
                    }
                    Err(error) => self.tell(TeachEvent::Failed { error }),
                }
            }
            (TuneCommand::Likeness { samples }, _) => match self.likeness(&samples) {
                Ok(event) => self.tell(TeachEvent::Tune(event)),
                Err(error) => self.tell(TeachEvent::Failed { error }),
            },
            (TuneCommand::Measure { trained_from, classes, batch, repeats }, _) => {
                let (kind, measured) = (self.active, self.measure_steps(trained_from, classes, batch, repeats).await);
                match self.after_gpu(kind, measured) {
                    After::Done(event) => self.emit(event),
                    After::Failed(error) | After::Lost(error) => self.tell(TeachEvent::Failed { error }),
                }
            }
            (TuneCommand::FindRate { run, data, settings }, _) => self.find_rate(run, data, settings),
            (command, _) => self.tell(TeachEvent::Failed { error: unexpected(&TeachCommand::Tune(command)) }),
        }
    }

    async fn supply(&mut self, run: u32, sample: SampleId, file: &H::Photo) {
        let side = waiting(&mut self.classroom, run).and_then(|lesson| lesson.side(self.file.as_ref()));
        let Some(side) = side.filter(|side| *side > 0) else { return }; // the run was stopped meanwhile
        match self.host.decode(file, side).await {
            Ok(photo) => {
                let pixels = preprocess::crop_and_resize(&photo.rgb, side);
                if self.classroom.pixels.side() != side {
                    self.classroom.pixels = Pixels::new(side);
                }
                self.classroom.pixels.insert(sample, pixels);
                if let Some(lesson) = waiting(&mut self.classroom, run) {
                    lesson.settle(sample);
                }
            }
            Err(error) => self.without(run, sample, error),
        }
    }

    /// The run goes on without this photo.
    fn without(&mut self, run: u32, sample: SampleId, error: Error) {
        if let Some(lesson) = waiting(&mut self.classroom, run) {
            lesson.give_up(sample);
            self.tell(TeachEvent::Tune(TuneEvent::LeftOut { run, sample, error }));
        }
    }

    /// Tiles side by side in one JPEG, and their names.
    async fn preview(
        &mut self,
        file: &H::Photo,
        augmentation: Augmentation,
        seed: u32,
        side: u32,
    ) -> Result<(Vec<String>, Vec<u8>)> {
        augment::check(&augmentation)?;
        let side = usize::try_from(side).unwrap_or(usize::MAX).clamp(32, 512);
        let decoded = self.host.decode(file, side).await?;
        let pixels = preprocess::crop_and_resize(&decoded.rgb, side);
        let tiles = augment::preview(&pixels, side, &augmentation, seed.into());
        let width = side * tiles.len();
        let mut strip = vec![0u8; width * side * 3];
        for (tile, (_, pixels)) in tiles.iter().enumerate() {
            for (row, line) in pixels.chunks_exact(side * 3).enumerate() {
                strip[(row * width + tile * side) * 3..][..side * 3].copy_from_slice(line);
            }
        }
        let names = tiles.into_iter().map(|(name, _)| name.to_owned()).collect();
        Ok((names, photo::thumbnail(&photo::Rgb { width, height: side, pixels: strip }, width)))
    }

    /// The mean of the backbone's largest probability over samples, from their embeddings.
    fn likeness(&self, samples: &[SampleId]) -> Result<TuneEvent> {
        let file = self.file.as_ref().ok_or_else(no_backbone)?;
        let (rows, width) = (self.classroom.embeddings.gather(samples)?, self.classroom.embeddings.width().max(1));
        let conv = file.conv("head")?;
        let head = crate::head::Dense { inputs: width, weight: conv.weight, bias: conv.bias };
        let labels = &file.meta().labels;
        let sum: f32 = rows.chunks_exact(width).map(|row| predict::confidence(&head.forward(row), labels)).sum();
        Ok(TuneEvent::Likeness { confidence: sum / samples.len().max(1) as f32, samples: samples.len() })
    }

    fn find_rate(&mut self, number: u32, data: Labelled, settings: TrainSettings) {
        self.classroom.finding = None;
        let backbone = self.backbone.as_ref().map(|backbone| backbone.meta().name.clone()).unwrap_or_default();
        let again = (data.clone(), settings.clone());
        // The search is for a network in training, whatever else would be done with it.
        match Lesson::new(&self.classroom.embeddings, data, settings, &backbone, None) {
            Ok(lesson) => {
                let stage = FindingStage::Photos(Box::new(lesson));
                let (device, kind) = (self.device(), self.active);
                self.classroom.finding = Some(Finding { number, stage, device, kind, lost: false, again });
            }
            Err(error) => self.tell(TeachEvent::TrainingFailed { run: number, error }),
        }
    }

    async fn measure_steps(&self, from: usize, classes: usize, batch: usize, repeats: usize) -> Result<Event> {
        let file = self.file.as_ref().ok_or_else(no_backbone)?;
        let network = Network::pretrained(file, None, HeadKind::Linear, classes.max(2), 0, &self.device())?;
        let now = || self.host.now();
        let mut times =
            tune::measure(network, from, batch.max(1), repeats.max(1), crate::memory_limit::here(), now).await?;
        times.sort_by(f64::total_cmp);
        Ok(Event::Measured {
            backbone: file.meta().name.clone(),
            device: self.active,
            batch,
            median_ms: times[times.len() / 2],
            min_ms: times[0],
        })
    }

    /// Is there a search for a learning rate to go on with?
    pub(super) fn is_finding(&self) -> bool {
        self.classroom
            .finding
            .as_ref()
            .is_some_and(|finding| !matches!(&finding.stage, FindingStage::Photos(lesson) if lesson.is_waiting()))
    }

    /// Goes on with the search for a slice of time.
    pub(super) async fn find_some(&mut self) {
        let Some(mut finding) = self.classroom.finding.take() else { return };
        if finding.lost {
            return self.find_on_cpu(finding);
        }
        let found = self.found_some(&mut finding).await;
        // Before anything is told: a loss that a refused kernel left behind must not become a suggestion.
        match self.after_gpu(finding.kind, found) {
            After::Done(event) => {
                let is_over = matches!(event, Some(TuneEvent::Rates { done: true, .. }));
                if let Some(event) = event {
                    self.tell(TeachEvent::Tune(event));
                }
                self.classroom.finding = (!is_over).then_some(finding);
            }
            After::Lost(_) => self.find_on_cpu(finding),
            After::Failed(error) => self.tell(TeachEvent::TrainingFailed { run: finding.number, error }),
        }
    }

    /// Gives what there is to tell.
    async fn found_some(&mut self, finding: &mut Finding) -> Result<Option<TuneEvent>> {
        let Finding { device, kind, .. } = &*finding;
        self.classroom.proven.for_settings(&finding.again.1, device, *kind).await?;
        let until = self.host.now() + super::train::SLICE_MS;
        let enough = || self.host.now() > until;
        let run = finding.number;
        let sources = Sources {
            embeddings: &self.classroom.embeddings,
            weights: self.file.as_ref(),
            pixels: &self.classroom.pixels,
        };
        match &mut finding.stage {
            FindingStage::Photos(lesson) => match lesson.rate_finder(&sources, (&finding.device, finding.kind))? {
                Finder::Grouping => Ok(None),
                Finder::Wants(samples) => Ok((!samples.is_empty()).then_some(TuneEvent::Wanted { run, samples })),
                Finder::Ready(finder) => {
                    finding.stage = FindingStage::Rates(finder);
                    Ok(None)
                }
            },
            FindingStage::Rates(finder) => {
                finder.advance(sources.pixels, enough, || self.host.now()).await?;
                if let Some((done, total)) = finder.preparing() {
                    return Ok(Some(TuneEvent::Preparing { run, stage: Preparing::Features, done, total }));
                }
                let (points, suggested, done) = (finder.points(), finder.suggestion(), finder.is_done());
                Ok(Some(TuneEvent::Rates { run, points, suggested, done }))
            }
        }
    }

    /// The GPU was given up: begins the search again on the CPU. What is left of it is on the GPU, and nothing that the GPU said last can be trusted.
    fn find_on_cpu(&mut self, finding: Finding) {
        let (data, settings) = finding.again;
        self.find_rate(finding.number, data, settings);
        if let Some(again) = &mut self.classroom.finding {
            // A person may have chosen the GPU anew since; what failed once is not tried again.
            (again.device, again.kind) = (device::cpu(), DeviceKind::Cpu);
        }
    }

    /// The embedding that the head's own network makes of a decoded photo; `None` where the head takes the backbone's.
    pub(in crate::session) async fn own_embedding(&mut self, rgb: &photo::Rgb) -> Result<Option<Vec<f32>>> {
        self.prove_own_network().await;
        let device = self.device();
        let Some(head) = &self.classroom.head else { return Ok(None) };
        let Some(own) = head.network() else { return Ok(None) };
        if self.classroom.own.as_ref().is_none_or(|network| network.device() != device) {
            self.classroom.own = Some(own.assemble(self.file.as_ref(), head.head(), &device)?);
        }
        let Some(network) = &self.classroom.own else { return Ok(None) };
        let pixels = preprocess::crop_and_resize(rgb, OwnNetwork::side(own));
        Ok(embed(network, &pixels).await?.pop())
    }

    /// A GPU that cannot compute the head's own network is left for the CPU.
    async fn prove_own_network(&mut self) {
        let (device, kind) = (self.device(), self.active);
        let own = self.classroom.head.as_ref().and_then(Taught::network);
        let Some(design) = own.and_then(|own| Design::parse(&own.card().design).ok()) else { return };
        if let Err(error) = self.classroom.proven.for_network(&design, &device, kind).await {
            self.give_up_gpu(error);
        }
    }

    /// Another head is in use: its network is another.
    pub(super) fn use_head(&mut self, head: Option<Taught>, network: Option<Network>) {
        self.classroom.head = head;
        self.classroom.own = network;
    }
}

/// The lesson of the run, or of the search, of this number: photos for another concern nobody any more.
fn waiting<R>(classroom: &mut Classroom<R>, number: u32) -> Option<&mut Lesson> {
    if let Some(Finding { number: found, stage: FindingStage::Photos(lesson), .. }) = &mut classroom.finding
        && *found == number
    {
        return Some(lesson);
    }
    classroom.run.as_mut().filter(|run| run.number == number).map(|run| &mut run.lesson)
}

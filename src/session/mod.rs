//! The engine as a state machine: a [`Command`] in, [`Event`]s out, without a line of web code.
//!
//! What differs between a browser and a terminal (decoding a photo with the browser's help, the clock, where events go) is behind
//! [`Host`]; the worker is one host, the tests another.

mod after;
mod host;
mod teach;

#[cfg(test)]
mod tests;

use std::cell::Cell;

use crate::backbone::{Backbone, Output};
use crate::device::{self, Gpu, lost};
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::{Command, CommandName, DeviceChoice, DeviceKind, DeviceReport, Event, OwnPrediction, Prediction};
use crate::weights::{WeightFile, sha256_hex};
use crate::{photo, predict, preprocess, verify};

use self::after::After;
use self::teach::Classroom;
pub use host::{Attachment, Host, Photo};

/// Longest side of the thumbnails that go back to the page, pixels: sharp on a card, a few kB each.
const THUMBNAIL: usize = 320;
/// The same for a person's own classes, of which there may be thousands on the page.
const THUMBNAIL_SMALL: usize = 160;
/// Milliseconds between two signs of life.
const SIGN_MS: f64 = 4000.0;

/// The engine's state between commands.
#[derive(Debug)]
pub struct Session<H: Host> {
    host: H,
    active: DeviceKind,
    /// Open and trusted; stays open while the CPU is in use.
    gpu: Option<Gpu>,
    /// The weight file in use, so that it can move to another device.
    file: Option<WeightFile>,
    backbone: Option<Backbone>,
    /// A person's own classes.
    classroom: Classroom<H::Reader>,
    /// sha256 of the weight file in use.
    weights_sum: Option<String>,
    /// When it last gave a sign of life, milliseconds of the host's clock.
    signed_ms: Cell<f64>,
}

impl<H: Host> Session<H> {
    /// A session on the CPU, without a backbone.
    pub fn new(host: H) -> Self {
        Self {
            host,
            active: DeviceKind::Cpu,
            gpu: None,
            file: None,
            backbone: None,
            classroom: Classroom::default(),
            weights_sum: None,
            signed_ms: Cell::new(0.0),
        }
    }

    /// Carries out one command; every outcome is an event.
    pub async fn handle(&mut self, command: Command, attachment: Attachment<H::Photo>) {
        let name = command.name();
        match (command, attachment) {
            (Command::OpenDevice { device }, _) => self.open_device(device).await,
            (Command::LoadBackbone { file, sha256 }, Attachment::Bytes(bytes)) => {
                match self.load_backbone(bytes, sha256.as_deref()) {
                    Ok(card) => self.emit(Event::BackboneReady { card: Box::new(card) }),
                    Err(error) => {
                        let error = if error.kind == ErrorKind::WeightFile { error.about(file) } else { error };
                        self.emit(Event::BackboneFailed { error });
                    }
                }
            }
            (Command::Classify { photo, name, top }, Attachment::Photo(data)) => match self.classify(data, top).await {
                Ok((prediction, thumbnail)) => self.host.emit(Event::Predicted { photo, prediction }, Some(thumbnail)),
                Err(error) => self.emit(Event::PhotoFailed { photo, error: error.about(name) }),
            },
            (Command::Measure { device, batch, repeats }, _) => {
                let measured = self.measure(device, batch, repeats).await;
                let event = match self.after_gpu(device, measured) {
                    After::Done(event) => event,
                    After::Failed(error) | After::Lost(error) => Event::CommandFailed { command: name, error },
                };
                self.emit(event);
            }
            (Command::CompareGolden, Attachment::Bytes(bytes)) => {
                let result = match &self.backbone {
                    Some(backbone) => verify::golden(backbone, &bytes).await,
                    None => Err(no_backbone()),
                };
                self.compared(name, result);
            }
            (Command::CompareKernels, _) => {
                let result = verify::kernels(&self.device()).await;
                self.compared(name, result);
            }
            (Command::Teach(command), attachment) => self.teach(command, attachment).await,
            (command, _) => {
                let expected = format!("what {command:?} carries");
                let cure = "Send the file beside the command, as its documentation says.";
                self.emit(Event::CommandFailed {
                    command: name,
                    error: Error::new(
                        ErrorKind::Usage,
                        "a message to the engine",
                        expected,
                        "nothing, or something else",
                        cure,
                    ),
                });
            }
        }
    }

    /// Goes on with what takes long, for a few hundredths of a second, so that commands are heard in between. Gives whether anything is left.
    pub async fn work(&mut self) -> bool {
        let more = self.work_some().await;
        if more {
            self.sign_of_life();
        }
        more
    }

    /// Says between two parts of what takes long that it goes on; not more often than every few seconds.
    fn sign_of_life(&self) {
        let now = self.host.now();
        if now - self.signed_ms.get() >= SIGN_MS {
            self.signed_ms.set(now);
            self.emit(Event::Alive);
        }
    }

    fn emit(&self, event: Event) {
        self.host.emit(event, None);
    }

    fn compared(&self, command: CommandName, result: Result<Vec<crate::protocol::Comparison>>) {
        // A GPU that complained has left stale numbers somewhere, whatever the comparison says.
        let fault = self.gpu.as_ref().filter(|_| self.active == DeviceKind::Gpu).and_then(Gpu::fault);
        self.emit(match (result, fault) {
            (Ok(comparisons), None) => Event::Compared { device: self.active, comparisons },
            (Ok(_), Some(fault)) => Event::CommandFailed { command, error: lost(fault) },
            (Err(error), _) => Event::CommandFailed { command, error },
        });
    }

    /// The Burn device in use.
    fn device(&self) -> burn::tensor::Device {
        match (&self.gpu, self.active) {
            (Some(gpu), DeviceKind::Gpu) => gpu.device.clone(),
            _ => device::cpu(),
        }
    }

    async fn open_device(&mut self, choice: DeviceChoice) {
        let fallback = match choice {
            DeviceChoice::Cpu => {
                self.active = DeviceKind::Cpu;
                None
            }
            DeviceChoice::Auto | DeviceChoice::Gpu => match self.open_gpu().await {
                Ok(()) => {
                    self.active = DeviceKind::Gpu;
                    None
                }
                Err(error) => {
                    self.active = DeviceKind::Cpu;
                    Some(error)
                }
            },
        };
        if let Err(error) = self.place_backbone() {
            self.emit(Event::BackboneFailed { error });
        }
        self.report(fallback);
    }

    fn report(&self, fallback: Option<Error>) {
        let name = match (&self.gpu, self.active) {
            (Some(gpu), DeviceKind::Gpu) => gpu.name.clone(),
            _ => device::CPU_NAME.to_string(),
        };
        self.emit(Event::DeviceReady { report: DeviceReport { kind: self.active, name, fallback } });
    }

    /// Makes sure that `self.gpu` is open and has passed its test.
    async fn open_gpu(&mut self) -> Result<()> {
        if let Some(gpu) = self.gpu.take() {
            let Some(fault) = gpu.fault() else {
                self.gpu = Some(gpu);
                return Ok(());
            };
            self.classroom.gpu_lost(&lost(fault));
        }
        self.host.gpu_allowed()?;
        let mut gpu = Gpu::open().await?;
        if let Some(name) = self.host.gpu_name().await {
            gpu.name = name;
        }
        self.sign_of_life();
        let tested = verify::device(&gpu.device, DeviceKind::Gpu).await;
        self.sign_of_life();
        // An invalid shader shows as a fault, and as stale numbers: the fault is the better explanation.
        if let Some(fault) = gpu.fault() {
            return Err(Error::new(
                ErrorKind::Device,
                "the GPU's self-test",
                "shaders that the driver accepts",
                fault.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" "),
                "Graft goes on with the CPU: same results, slower. A newer browser or graphics driver may help.",
            ));
        }
        tested?;
        self.gpu = Some(gpu);
        Ok(())
    }

    fn load_backbone(&mut self, bytes: Vec<u8>, sha256: Option<&str>) -> Result<crate::protocol::BackboneCard> {
        let (got, length) = (sha256_hex(&bytes), bytes.len());
        if let Some(expected) = sha256.filter(|expected| *expected != got) {
            return Err(Error::new(
                ErrorKind::WeightFile,
                "the weight file",
                format!("sha256 {expected}"),
                format!("{got} ({length} bytes): it was cut short or changed on its way"),
                "Load it again; if that does not help, build the page again with `make build`.",
            ));
        }
        let file = WeightFile::read(&bytes)?;
        drop(bytes); // the file holds all of it; unpacking needs the room
        self.backbone = Some(Backbone::new(&file, &self.device())?);
        let card = file.to_card(&file.meta().name, length as u64, &got);
        self.file = Some(file);
        if self.weights_sum.as_ref() != Some(&got) {
            self.forget_backbone(); // what another backbone made is of no use to this one
            self.weights_sum = Some(got);
        }
        Ok(card)
    }

    /// Puts the loaded weights on the device in use, if they are elsewhere.
    fn place_backbone(&mut self) -> Result<()> {
        let device = self.device();
        if let (Some(file), Some(backbone)) = (&self.file, &self.backbone)
            && *backbone.device() != device
        {
            self.backbone = Some(Backbone::new(file, &device)?);
        }
        Ok(())
    }

    async fn classify(&mut self, data: H::Photo, top: usize) -> Result<(Prediction, Vec<u8>)> {
        let backbone = self.backbone.as_ref().ok_or_else(no_backbone)?;
        let started = self.host.now();
        let input = backbone.meta().input;
        let photo = self.host.decode(&data, input).await?;
        let pixels = preprocess::crop_and_resize(&photo.rgb, input);
        let decoded = self.host.now();
        let Output { embedding, logits } = self.run(&pixels).await?;
        let logits = logits.concat();
        let network_ms = self.host.now() - decoded;
        let backbone = self.backbone.as_ref().ok_or_else(no_backbone)?;
        let prediction = Prediction {
            top: predict::top(&predict::softmax(&logits), &backbone.meta().labels, top),
            backbone: backbone.meta().name.clone(),
            device: self.active,
            size: photo.size,
            decode_ms: decoded - started,
            network_ms,
            own: None,
        };
        let own = self.own_prediction(&prediction.backbone, embedding.concat(), &photo.rgb, top).await;
        let prediction = Prediction { own, ..prediction };
        Ok((prediction, photo::thumbnail(&photo.rgb, THUMBNAIL)))
    }

    /// What the person's own head says, where it is one for this backbone.
    async fn own_prediction(
        &mut self,
        backbone: &str,
        embedding: Vec<f32>,
        rgb: &photo::Rgb,
        top: usize,
    ) -> Option<OwnPrediction> {
        self.classroom.head.as_ref().filter(|head| head.card().backbone == backbone)?;
        let own = self.own_embedding(rgb).await;
        let own = match self.after_gpu(self.active, own) {
            After::Done(own) => Ok(own),
            After::Failed(error) => Err(error),
            After::Lost(_) => self.own_embedding(rgb).await,
        };
        let embedding = match own {
            Ok(own) => own.unwrap_or(embedding),
            Err(error) => {
                self.emit(Event::CommandFailed { command: CommandName::Classify, error });
                return None;
            }
        };
        self.classroom.head.as_ref()?.predict(&embedding, top).ok()
    }

    /// The network over `pixels`; a GPU that fails on the way is left for the CPU, and the work done again there.
    async fn run(&mut self, pixels: &[u8]) -> Result<Output> {
        self.sign_of_life();
        let result = self.backbone.as_ref().ok_or_else(no_backbone)?.run(pixels).await;
        match self.after_gpu(self.active, result) {
            After::Done(output) => Ok(output),
            After::Failed(error) => Err(error),
            After::Lost(_) => self.backbone.as_ref().ok_or_else(no_backbone)?.run(pixels).await,
        }
    }

    async fn measure(&mut self, kind: DeviceKind, batch: usize, repeats: usize) -> Result<Event> {
        let file = self.file.as_ref().ok_or_else(no_backbone)?;
        let own; // a second copy of the weights, where the other device is asked for
        let backbone = if kind == self.active {
            self.backbone.as_ref().ok_or_else(no_backbone)?
        } else {
            let file = file.clone();
            if kind == DeviceKind::Gpu {
                self.open_gpu().await?;
            }
            let device = match (&self.gpu, kind) {
                (Some(gpu), DeviceKind::Gpu) => gpu.device.clone(),
                _ => device::cpu(),
            };
            own = Backbone::new(&file, &device)?;
            &own
        };
        let side = backbone.meta().input;
        let pixels: Vec<u8> = (0..batch * side * side * 3).map(|i| (i * 31 % 251) as u8).collect();
        self.sign_of_life();
        backbone.run(&pixels).await?; // warm-up: shaders are compiled, memory is taken
        let mut times = Vec::with_capacity(repeats);
        for _ in 0..repeats.max(1) {
            self.sign_of_life();
            let started = self.host.now();
            backbone.run(&pixels).await?;
            times.push(self.host.now() - started);
        }
        times.sort_by(f64::total_cmp);
        Ok(Event::Measured {
            backbone: backbone.meta().name.clone(),
            device: kind,
            batch,
            median_ms: times[times.len() / 2],
            min_ms: times[0],
        })
    }
}

fn no_backbone() -> Error {
    Error::new(
        ErrorKind::WeightFile,
        "the network",
        "a weight file that was loaded",
        "none",
        "Choose a network, or drop a weight file of Graft's own format.",
    )
}

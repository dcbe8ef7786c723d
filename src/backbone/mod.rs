//! A pretrained network: pixels in, embedding and logits out.
//!
//! Layers come from the weight file in the order of [`Architecture::layers`](crate::weights::Architecture::layers); the tables of the
//! papers are there. Everything is channels last, `[N, H, W, C]`.

mod block;
mod layer;

use burn::tensor::{Device, Tensor, TensorData, Transaction};

use self::block::Block;
use self::layer::{Depthwise, Pointwise, Stem};
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::{Activation, PANEL, global_average};
use crate::weights::{Architecture, LayerKind, Meta, WeightFile};

/// A MobileNet on a device.
#[derive(Debug)]
pub struct Backbone {
    meta: Meta,
    device: Device,
    stem: Stem,
    blocks: Vec<Block>,
    /// V2's closing 1×1 convolution.
    last: Option<Pointwise>,
    head: Pointwise,
}

/// What a forward pass gives, read back.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// `[N][E]`: the globally averaged features.
    pub embedding: Vec<Vec<f32>>,
    /// `[N][K]`: the head's sums, before softmax.
    pub logits: Vec<Vec<f32>>,
}

impl Backbone {
    /// Puts the weights of `file` on `device`.
    ///
    /// # Errors
    /// [`ErrorKind::WeightFile`] where the file lacks a layer; [`WeightFile::read`] has checked the rest.
    pub fn new(file: &WeightFile, device: &Device) -> Result<Self> {
        let architecture = file.meta().architecture;
        // How many channels the activation has before the layer in hand; padded to panels of eight, but for the three colours.
        let mut channels = 0;
        // Channels that the block in hand takes in, padding not counted.
        let mut block_inputs = 0;
        let mut stem = None;
        let mut last = None;
        // The head first: its weights are the largest, and what unpacking them takes is then there for all the others to reuse. In wasm
        // memory that was once taken is never given back.
        let embedding = file.meta().embedding.next_multiple_of(PANEL);
        let head = Pointwise::new(&file.conv("head")?, embedding, Activation::Linear, device);
        let mut blocks = Vec::new();
        let mut depthwise = None;
        let mut expand = None;
        for spec in architecture.layers().into_iter().filter(|spec| spec.kind != LayerKind::Head) {
            let conv = file.conv(&spec.name)?;
            let activation = if spec.relu6 { Activation::Relu6 } else { Activation::Linear };
            let outputs = conv.bias.len();
            match (spec.kind, spec.name.rsplit('.').next().unwrap_or_default()) {
                (LayerKind::Stem, _) => {
                    stem = Some(Stem::new(&conv, spec.stride, activation, device));
                    block_inputs = outputs;
                }
                (LayerKind::Depthwise, _) => depthwise = Some(Depthwise::new(&conv, spec.stride, device)),
                (LayerKind::Head, _) => {}
                (LayerKind::Pointwise, "expand") => expand = Some(Pointwise::new(&conv, channels, activation, device)),
                (LayerKind::Pointwise, "last") => last = Some(Pointwise::new(&conv, channels, activation, device)),
                (LayerKind::Pointwise, _) => {
                    let filter = depthwise.take().ok_or_else(|| incomplete(file, &spec.name))?;
                    let close = Pointwise::new(&conv, channels, activation, device);
                    blocks.push(match architecture {
                        Architecture::MobileNetV1 => Block::separable(filter, close),
                        Architecture::MobileNetV2 => {
                            Block::inverted_residual(expand.take(), filter, close, block_inputs == outputs)
                        }
                    });
                    block_inputs = outputs;
                }
            }
            channels = outputs.next_multiple_of(PANEL);
        }
        let stem = stem.ok_or_else(|| incomplete(file, "stem"))?;
        Ok(Self { meta: file.meta().clone(), device: device.clone(), stem, blocks, last, head })
    }

    /// What the network is and what its output units stand for.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The device its weights are on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Everything up to the feature map that is pooled. `stage` sees each stage's output: `stem`, `blocks.0` …, `last`.
    ///
    /// # Shapes
    /// `input`: `[N, S, S, 3]` in the network's own range; returns `[N, S / 32, S / 32, E']`, `E'` padded to panels of eight.
    pub fn features(&self, input: Tensor<4>, mut stage: impl FnMut(&str, &Tensor<4>)) -> Tensor<4> {
        let mut x = self.stem.forward(input); // [N, S / 2, S / 2, C]
        stage("stem", &x);
        for (index, block) in self.blocks.iter().enumerate() {
            x = block.forward(x);
            stage(&format!("blocks.{index}"), &x);
        }
        if let Some(last) = &self.last {
            x = last.forward(x);
            stage("last", &x);
        }
        x
    }

    /// Embedding and logits, still on the device and padded: `[N, 1, 1, E']`, `[N, 1, 1, K']`.
    pub fn forward(&self, input: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        let embedding = global_average::global_average(self.features(input, |_, _| {}));
        (embedding.clone(), self.head.forward(embedding))
    }

    /// Pixels as the network's input.
    ///
    /// # Shapes
    /// `pixels`: one or more photos of `[S, S, 3]` u8 RGB after another; returns `[N, S, S, 3]`, `x / 127.5 - 1`.
    pub fn input(&self, pixels: &[u8]) -> Tensor<4> {
        let side = self.meta.input;
        let values = crate::preprocess::to_input(pixels);
        let photos = pixels.len() / (side * side * 3);
        Tensor::from_data(TensorData::new(values, [photos, side, side, 3]), &self.device)
    }

    /// The whole way from pixels to numbers, with one readback.
    ///
    /// # Errors
    /// [`ErrorKind::Device`] where the device failed, or where a number is not finite.
    pub async fn run(&self, pixels: &[u8]) -> Result<Output> {
        let (embedding, logits) = self.forward(self.input(pixels));
        // The one place where the GPU is waited for.
        let mut read = Transaction::default()
            .register(embedding)
            .register(logits)
            .execute_async()
            .await
            .map_err(Error::no_result)?
            .into_iter();
        let mut rows = |length: usize| -> Result<Vec<Vec<f32>>> {
            let data = read.next().ok_or_else(|| Error::no_result("nothing was read"))?;
            let values = data.as_slice::<f32>().map_err(|error| Error::no_result(format!("{error:?}")))?;
            if !values.iter().all(|value| value.is_finite()) {
                return Err(Error::no_result("numbers that are not finite"));
            }
            let padded = length.next_multiple_of(PANEL);
            Ok(values.chunks_exact(padded).map(|row| row[..length].to_vec()).collect())
        };
        Ok(Output { embedding: rows(self.meta.embedding)?, logits: rows(self.meta.labels.len())? })
    }
}

fn incomplete(file: &WeightFile, layer: &str) -> Error {
    Error::new(
        ErrorKind::WeightFile,
        file.meta().name.clone(),
        format!("the layer `{layer}`"),
        "none of that name",
        "Get the file again, or make it anew with `graft import`.",
    )
}

//! A head's own network as it travels with the head: its description, and the layers that were trained.

use burn::tensor::Device;

use crate::architecture::Design;
use crate::error::{Error, ErrorKind, Result};
use crate::head::{Extra, Head};
use crate::network::{Mode, Named, Network, design_of};
use crate::protocol::NetworkCard;
use crate::weights::WeightFile;

/// Prefix of the tensors' names in a head's file.
const PREFIX: &str = "network.";

/// The backbone with some blocks trained or left away, or a network from random weights.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnNetwork {
    card: NetworkCard,
    /// Weight and bias of each layer that was trained, batch norm folded in, in the order of a weight file.
    layers: Vec<Extra>,
}

impl OwnNetwork {
    /// What is to travel of `network`; waits for a GPU.
    ///
    /// # Errors
    /// [`ErrorKind::Device`]: the GPU failed.
    pub async fn of(network: &Network, card: NetworkCard) -> Result<Self> {
        let layers = network.tensors(card.trained_from).await?;
        let extra = |Named { name, shape, values }| Extra { name, shape, values };
        Ok(Self { card, layers: layers.into_iter().map(extra).collect() })
    }

    /// One whose blocks are all the backbone's.
    pub fn untrained(card: NetworkCard) -> Self {
        Self { card, layers: Vec::new() }
    }

    /// Takes its layers out of what travels with a head.
    ///
    /// # Errors
    /// [`ErrorKind::WeightFile`]: the description names no network.
    pub(super) fn from_extra(card: NetworkCard, extra: &mut Vec<Extra>) -> Result<Self> {
        Design::parse(&card.design)?;
        let (layers, others) = std::mem::take(extra).into_iter().partition(|extra| extra.name.starts_with(PREFIX));
        *extra = others;
        let bare = |extra: Extra| Extra { name: extra.name[PREFIX.len()..].to_owned(), ..extra };
        let layers: Vec<Extra> = layers;
        Ok(Self { card, layers: layers.into_iter().map(bare).collect() })
    }

    /// The reverse of [`OwnNetwork::from_extra`].
    pub(super) fn to_extra(&self) -> impl Iterator<Item = Extra> {
        self.layers.iter().map(|layer| Extra { name: format!("{PREFIX}{}", layer.name), ..layer.clone() })
    }

    /// What it is.
    pub fn card(&self) -> &NetworkCard {
        &self.card
    }

    /// Width and height of the photos that it takes, pixels.
    pub fn side(&self) -> usize {
        Design::parse(&self.card.design).map_or(0, |design| design.input.width)
    }

    /// The network on a device, with the head behind it. `backbone`: the weights that it was grafted onto; not needed where everything was
    /// trained.
    ///
    /// # Errors
    /// [`ErrorKind::WeightFile`]: a layer is missing, or of another shape.
    pub fn assemble(&self, backbone: Option<&WeightFile>, head: &Head, device: &Device) -> Result<Network> {
        let mut design = match backbone.map(design_of) {
            Some(design) if design.name == self.card.design => design,
            _ => Design::parse(&self.card.design)?,
        };
        if let Some(at) = self.card.features_at {
            design = design.cut(at)?;
        }
        let find = |name: &str, _: &[usize]| -> Result<Vec<f32>> {
            if let Some(layer) = self.layers.iter().find(|layer| layer.name == name) {
                return Ok(layer.values.clone());
            }
            let (layer, part) = name.rsplit_once('.').unwrap_or((name, ""));
            let conv = backbone.ok_or_else(|| lacking(name))?.conv(layer)?;
            Ok(if part == "bias" { conv.bias } else { conv.weight })
        };
        Network::from_tensors(&design, find, head, device)
    }
}

/// The embeddings that a network makes of photos, one or more of `[S, S, 3]` u8 after another: `[N][E]`.
///
/// # Errors
/// [`ErrorKind::Device`]: the GPU failed, or gave what is no number.
pub async fn embed(network: &Network, pixels: &[u8]) -> Result<Vec<Vec<f32>>> {
    let output = network.forward(network.input(pixels), 0, Mode::Infer);
    let [_, _, _, padded] = output.embedding.dims();
    let data = output.embedding.into_data_async().await.map_err(Error::no_result)?;
    let values = data.as_slice::<f32>().map_err(|error| Error::no_result(format!("{error:?}")))?;
    if !values.iter().all(|value| value.is_finite()) {
        return Err(Error::no_result("numbers that are not finite"));
    }
    let width = network.design().embedding();
    Ok(values.chunks_exact(padded).map(|row| row[..width].to_vec()).collect())
}

fn lacking(name: &str) -> Error {
    Error::new(
        ErrorKind::WeightFile,
        "the head's network",
        format!("the layer {name}"),
        "none of that name",
        "Load the backbone that it was trained on, or train again.",
    )
}

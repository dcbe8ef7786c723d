//! A whole network against golden results that another program computed.

use burn::tensor::Tensor;
use safetensors::{Dtype, SafeTensors};

use super::{difference, read};
use crate::backbone::Backbone;
use crate::error::{Error, ErrorKind, Result};
use crate::metrics::most_probable;
use crate::predict::softmax;
use crate::protocol::Comparison;

/// Ranks that are compared: as many classes as a card shows.
const RANKS: usize = 5;

/// Compares a backbone with a golden file.
///
/// It holds `pixels` u8 `[N, S, S, 3]`, `embedding` f32 `[N, E]` and `logits` f32 `[N, K]`; for any stage it may hold, of the first photo,
/// `stage.<name>` f32 `[1, C, H, W]` (all of its output), `channel_sums.<name>` f32 `[C]` and `pixel_sums.<name>` f32 `[H, W]`.
///
/// Besides what the file holds, `probabilities` and `ranks` are compared, both in absolute numbers (their scale is 1): the softmax of all units; and how
/// far apart the golden probabilities are of two classes of which one stands where the other should, among the first five.
///
/// # Errors
/// [`ErrorKind::WeightFile`] for a golden file that does not fit the backbone, [`ErrorKind::Device`] for a device that fails.
pub async fn golden(backbone: &Backbone, bytes: &[u8]) -> Result<Vec<Comparison>> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| unfit(error.to_string()))?;
    let pixels = file.tensor("pixels").map_err(|error| unfit(error.to_string()))?;
    let photo = 3 * backbone.meta().input.pow(2);
    if pixels.dtype() != Dtype::U8 || pixels.data().len() < photo || pixels.data().len() % photo != 0 {
        return Err(unfit(format!("`pixels` of shape {:?}", pixels.shape())));
    }
    let mut comparisons = stages(backbone, &file, &pixels.data()[..photo]).await?;
    let output = backbone.run(pixels.data()).await?;
    let logits = floats(&file, "logits")?;
    comparisons.push(difference("embedding".into(), &output.embedding.concat(), &floats(&file, "embedding")?));
    comparisons.push(difference("logits".into(), &output.logits.concat(), &logits));
    comparisons.extend(answers(&output.logits, &logits, backbone.meta().labels.len()));
    Ok(comparisons)
}

/// What a golden file may say of a stage: its tensors' names begin so.
#[derive(Debug, Clone, Copy)]
enum Part {
    Whole,
    ChannelSums,
    PixelSums,
}

impl Part {
    const ALL: [Self; 3] = [Self::Whole, Self::ChannelSums, Self::PixelSums];

    fn prefix(self) -> &'static str {
        match self {
            Self::Whole => "stage.",
            Self::ChannelSums => "channel_sums.",
            Self::PixelSums => "pixel_sums.",
        }
    }

    /// The part of an output `[1, H, W, C]`, in the file's order. `None` where it has not `len` numbers; the output may have more channels
    /// than the golden one, of zeros.
    fn of(self, values: &[f32], [h, w, channels]: [usize; 3], len: usize) -> Option<Vec<f32>> {
        let sum = |values: &mut dyn Iterator<Item = &f32>| values.map(|&value| f64::from(value)).sum::<f64>() as f32;
        match self {
            Self::Whole => (len.is_multiple_of(h * w) && len / (h * w) <= channels)
                .then(|| (0..len).map(|i| values[i % (h * w) * channels + i / (h * w)]).collect()),
            Self::ChannelSums => {
                (len <= channels).then(|| (0..len).map(|c| sum(&mut values.iter().skip(c).step_by(channels))).collect())
            }
            Self::PixelSums => {
                (len == h * w).then(|| values.chunks_exact(channels).map(|pixel| sum(&mut pixel.iter())).collect())
            }
        }
    }
}

/// Everything that the file says of stages, against the first photo's.
async fn stages(backbone: &Backbone, file: &SafeTensors<'_>, photo: &[u8]) -> Result<Vec<Comparison>> {
    let is_of_stage = |name: &&str| Part::ALL.iter().any(|part| name.starts_with(part.prefix()));
    let mut left: Vec<&str> = file.names().into_iter().filter(is_of_stage).collect();
    if left.is_empty() {
        return Ok(Vec::new());
    }
    let mut outputs: Vec<(String, Tensor<4>)> = Vec::new();
    backbone.features(backbone.input(photo), |name, output| outputs.push((name.to_string(), output.clone())));
    let read = read(outputs.iter().map(|(_, output)| output.clone())).await?;

    let mut comparisons = Vec::new();
    for ((stage, output), values) in outputs.into_iter().zip(read) {
        let [_, h, w, channels] = output.dims();
        for part in Part::ALL {
            let key = format!("{}{stage}", part.prefix());
            let Some(place) = left.iter().position(|name| *name == key) else { continue };
            left.swap_remove(place);
            let want = floats(file, &key)?;
            let got = part
                .of(&values, [h, w, channels], want.len())
                .ok_or_else(|| unfit(format!("{} numbers in `{key}`", want.len())))?;
            comparisons.push(difference(key, &got, &want));
        }
    }
    // A tensor that nothing was compared with would look as if it had been.
    match left.first() {
        Some(name) => Err(unfit(format!("`{name}`, a stage that it does not have"))),
        None => Ok(comparisons),
    }
}

/// Probabilities, and classes by rank. `got`: `[N][K]`; `want`: `[N, K]`, both before softmax.
fn answers(got: &[Vec<f32>], want: &[f32], units: usize) -> [Comparison; 2] {
    let want: Vec<Vec<f32>> = want.chunks(units).map(softmax).collect();
    let got: Vec<Vec<f32>> = got.iter().map(|logits| softmax(logits)).collect();
    let probabilities = difference("probabilities".into(), &got.concat(), &want.concat());
    let fits = probabilities.error.is_finite() && got.len() == want.len();
    let gaps = got.iter().zip(&want).flat_map(|(got, want)| {
        let ranks = most_probable(got, RANKS).into_iter().zip(most_probable(want, RANKS));
        ranks.map(|(here, there)| (want[there] - want.get(here).copied().unwrap_or(f32::INFINITY)).abs())
    });
    let ranks = if fits { gaps.fold(0.0, f32::max) } else { f32::INFINITY };
    [Comparison { scale: 1.0, ..probabilities }, Comparison { name: "ranks".into(), error: ranks, scale: 1.0 }]
}

fn floats(file: &SafeTensors, name: &str) -> Result<Vec<f32>> {
    let tensor = file.tensor(name).map_err(|error| unfit(error.to_string()))?;
    let numbers = tensor.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
    if tensor.dtype() == Dtype::F32 {
        Ok(numbers.collect())
    } else {
        Err(unfit(format!("`{name}` of type {:?}", tensor.dtype())))
    }
}

fn unfit(found: String) -> Error {
    let cure = "Give the golden file of the network that is loaded.";
    Error::new(ErrorKind::WeightFile, "the golden file", "reference results for this network", found, cure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_an_output() {
        // Two pixels of two channels, and a third one that is padding.
        let values = [1.0, 2.0, 0.0, 3.0, 4.0, 0.0];
        let of = |part: Part, len| part.of(&values, [1, 2, 3], len);
        assert_eq!(of(Part::Whole, 4).unwrap(), [1.0, 3.0, 2.0, 4.0]);
        assert_eq!(of(Part::ChannelSums, 2).unwrap(), [4.0, 6.0]);
        assert_eq!(of(Part::PixelSums, 2).unwrap(), [3.0, 7.0]);
        for (part, len) in [(Part::Whole, 5), (Part::Whole, 8), (Part::ChannelSums, 4), (Part::PixelSums, 1)] {
            assert!(of(part, len).is_none(), "{part:?} of {len} numbers");
        }
    }

    #[test]
    fn classes_that_change_places_count_by_what_lies_between_them() {
        let logits = |shares: [f32; 3]| shares.map(f32::ln).to_vec();
        let want = logits([0.5, 0.3, 0.2]);
        let [same, ranks] = answers(std::slice::from_ref(&want), &want, 3);
        assert_eq!((same.error, ranks.error), (0.0, 0.0));
        let [probabilities, ranks] = answers(&[logits([0.3, 0.5, 0.2])], &want, 3);
        assert!((probabilities.error - 0.2).abs() < 1e-6 && (ranks.error - 0.2).abs() < 1e-6);
        assert!((ranks.relative() - 0.2).abs() < 1e-6, "its scale is 1");
        // Another number of photos or units fits nothing.
        for got in [vec![], vec![want.clone(), want.clone()], vec![want[..2].to_vec()]] {
            assert!(answers(&got, &want, 3).iter().all(|comparison| comparison.error.is_infinite()));
        }
    }
}

//! From a TFLite graph to named layers: follows the operators from the photo to the classifier and checks each against the
//! architecture's definition.

use std::collections::BTreeMap;

use super::fields::{
    ACTIVATION_NONE, ACTIVATION_RELU6, PADDING_SAME, add, conv_2d, depthwise_conv_2d, fully_connected, pool_2d,
};
use super::schema::{Graph, Operator, OperatorKind, Tensor, TensorType, unfit};
use super::walk::Walk;
use crate::error::Result;
use crate::weights::architecture::{Architecture, LayerKind, LayerSpec};
use crate::weights::layer::{Codes, Layer, channel_axis};

/// What a TFLite file holds of a MobileNet: all but its name and what its classes are called.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Which layers it has.
    pub architecture: Architecture,
    /// The width multiplier, told by the channels.
    pub width: f32,
    /// Width and height of the input, pixels.
    pub input: usize,
    /// Its layers by name, as [`WeightFile::assemble`](crate::weights::WeightFile::assemble) takes them.
    pub layers: BTreeMap<String, Layer>,
}

impl Network {
    /// How many output units its head has.
    pub fn units(&self) -> usize {
        self.layers.get("head").map_or(0, |head| head.shape[0])
    }
}

/// Reads a TFLite MobileNet; `head` holds the classifier where `body` ends with the embedding.
///
/// Weights, scales and zero points are taken over as they are. What must hold, as the network is computed so: 8-bit weights; SAME
/// padding, no dilation, depth multiplier 1; the architecture's strides and residuals; ReLU6 where it belongs and nowhere else; an
/// input of `x / 127.5 - 1` (some files say `x / 128 - 1`, half a step of a pixel's value away); global average pooling.
///
/// # Errors
/// The bytes are no TFLite file, are damaged, or hold a network of which one of these is not true.
pub fn import(body: &[u8], head: Option<&[u8]>) -> Result<Network> {
    let graph = Graph::read(body)?;
    let architecture = tell(&graph)?;
    let mut walk = Walk::new(graph)?;
    let input = input_side(&walk.current()?)?;
    walk.skip(&[OperatorKind::Quantize])?; // from the photo's 0..=255 to int8: the same values

    let mut layers = BTreeMap::new();
    let mut block_input = (walk.at, 0); // tensor and channels before the block
    for spec in architecture.layers() {
        if spec.kind == LayerKind::Head {
            break;
        }
        if spec.name.ends_with(".expand") || spec.name == "blocks.0.depthwise" {
            block_input = (walk.at, channels(&walk.current()?)?);
        }
        layers.insert(spec.name.clone(), convolution(&mut walk, &spec)?);
        if spec.name.ends_with(".project") {
            residual(&mut walk, &spec, &layers, block_input)?;
        }
    }
    pool(&mut walk)?;

    let bare = walk.skip(&[OperatorKind::Reshape, OperatorKind::Squeeze])?.is_none();
    let mut walk = match (head, bare) {
        (None, false) => walk,
        (Some(head), true) => continue_in(&walk, Graph::read(head)?)?,
        (None, true) => {
            let found = "the end of the file; its classifier may be in a second one (`--head`)".to_string();
            return Err(unfit("a classifier after the pooling", found));
        }
        (Some(_), false) => {
            return Err(unfit("no classifier, as a file of its own is given for it", "a classifier".to_string()));
        }
    };
    layers.insert("head".to_string(), classifier(&mut walk)?);
    // Only what leaves the order of the classes as it is.
    let rest = [OperatorKind::Reshape, OperatorKind::Squeeze, OperatorKind::Softmax, OperatorKind::Quantize];
    if let Some(operator) = walk.skip(&rest)? {
        return Err(unfit("nothing but a softmax after the classifier", operator.to_string()));
    }

    let (mark, at_width_1) = architecture.width_mark();
    let width = layers.get(mark).map_or(0, |layer| layer.shape[0]) as f32 / at_width_1;
    Ok(Network { architecture, width, input, layers })
}

/// V2 adds residuals, V1 adds nothing.
fn tell(graph: &Graph<'_>) -> Result<Architecture> {
    let mut index = 0;
    while let Some(operator) = graph.operator(index)? {
        if operator.kind == OperatorKind::Add {
            return Ok(Architecture::MobileNetV2);
        }
        index += 1;
    }
    Ok(Architecture::MobileNetV1)
}

/// The input's side, after checking that it is a photo in the range every network here expects.
fn input_side(input: &Tensor<'_>) -> Result<usize> {
    const TOLERANCE: f32 = 0.01; // 1/128 is where the two ways to write the range differ
    let side = match input.shape()?[..] {
        [1, height, width, 3] if height == width => height,
        ref other => return Err(unfit("an input of shape [1, S, S, 3]", format!("{other:?}"))),
    };
    let (lowest, highest) = match input.dtype {
        TensorType::UInt8 => (0.0, 255.0),
        TensorType::Int8 => (-128.0, 127.0),
        other => return Err(unfit("an input of 8 bits", format!("{other:?}"))),
    };
    let Some(quantisation) = input.quantisation()? else {
        return Err(unfit("an input with a scale", "none".to_string()));
    };
    let ([scale], [zero_point]) = (&quantisation.scale[..], &quantisation.zero_point[..]) else {
        return Err(unfit("an input with one scale", quantisation.scale.len().to_string()));
    };
    let range = [lowest, highest].map(|q: f32| scale * (q - *zero_point as f32));
    let fits = (range[0] + 1.0).abs() < TOLERANCE && (range[1] - 1.0).abs() < TOLERANCE;
    if fits { Ok(side) } else { Err(unfit("an input from -1 to 1", format!("{} to {}", range[0], range[1]))) }
}

/// The channels of an activation, its last axis.
fn channels(tensor: &Tensor<'_>) -> Result<usize> {
    tensor.shape()?.last().copied().ok_or_else(|| unfit("an activation with channels", "a single number".to_string()))
}

/// One convolution of the body.
fn convolution(walk: &mut Walk<'_>, spec: &LayerSpec) -> Result<Layer> {
    let depthwise = spec.kind == LayerKind::Depthwise;
    let kind = if depthwise { OperatorKind::DepthwiseConv2d } else { OperatorKind::Conv2d };
    let operator = walk.take(&[kind], &spec.name)?;
    let options = operator.options()?;
    let layer = weights(walk, &operator, spec)?;

    let expect = |what: &str, expected: i32, found: i32| {
        if found == expected {
            return Ok(());
        }
        Err(unfit(&format!("{what} {expected} of `{}`", spec.name), found.to_string()))
    };
    let stride = i32::try_from(spec.stride).unwrap_or(i32::MAX);
    let (padding, strides, dilations, activation) = if depthwise {
        use depthwise_conv_2d as field;
        expect("depth multiplier", 1, options.i32(field::DEPTH_MULTIPLIER, 0)?)?;
        (
            field::PADDING,
            [field::STRIDE_W, field::STRIDE_H],
            [field::DILATION_W_FACTOR, field::DILATION_H_FACTOR],
            field::FUSED_ACTIVATION_FUNCTION,
        )
    } else {
        use conv_2d as field;
        (
            field::PADDING,
            [field::STRIDE_W, field::STRIDE_H],
            [field::DILATION_W_FACTOR, field::DILATION_H_FACTOR],
            field::FUSED_ACTIVATION_FUNCTION,
        )
    };
    // A 1×1 convolution reaches over no edge: any padding is the same.
    if spec.kind != LayerKind::Pointwise {
        expect("padding", i32::from(PADDING_SAME), i32::from(options.i8(padding, PADDING_SAME)?))?;
    }
    for field in strides {
        expect("stride", stride, options.i32(field, 0)?)?;
    }
    for field in dilations {
        expect("dilation", 1, options.i32(field, 1)?)?;
    }
    let wanted = if spec.relu6 { ACTIVATION_RELU6 } else { ACTIVATION_NONE };
    expect("activation", i32::from(wanted), i32::from(options.i8(activation, ACTIVATION_NONE)?))?;
    Ok(layer)
}

/// The addition after a projection, there exactly where the block keeps size and channels.
fn residual(
    walk: &mut Walk<'_>,
    project: &LayerSpec,
    layers: &BTreeMap<String, Layer>,
    block: (i32, usize),
) -> Result<()> {
    let (block_input, channels_in) = block;
    let depthwise = project.name.replace(".project", ".depthwise");
    let specs = Architecture::MobileNetV2.layers();
    let stride = specs.iter().find(|spec| spec.name == depthwise).map_or(0, |spec| spec.stride);
    let channels_out = layers.get(&project.name).map_or(0, |layer| layer.shape[0]);
    if stride != 1 || channels_in != channels_out {
        return Ok(()); // an addition here would be refused as the next layer
    }
    let projected = walk.at;
    let what = format!("the residual after {}", project.name);
    let operator = walk.take(&[OperatorKind::Add], &what)?;
    let inputs = [operator.input(0)?, operator.input(1)?];
    if inputs != [block_input, projected] && inputs != [projected, block_input] {
        return Err(unfit(&format!("{what} to add the block's input"), format!("{operator} of other tensors")));
    }
    let activation = operator.options()?.i8(add::FUSED_ACTIVATION_FUNCTION, ACTIVATION_NONE)?;
    if activation != ACTIVATION_NONE {
        return Err(unfit(&format!("{what} without an activation"), format!("activation {activation}")));
    }
    Ok(())
}

/// Global average pooling, as a pool over the whole plane or as a mean.
fn pool(walk: &mut Walk<'_>) -> Result<()> {
    let before = walk.current()?.shape()?;
    let [1, height, width, channels] = before[..] else {
        return Err(unfit("[1, H, W, C] before the pooling", format!("{before:?}")));
    };
    let operator = walk.take(&[OperatorKind::AveragePool2d, OperatorKind::Mean], "the pooling")?;
    let global = if operator.kind == OperatorKind::Mean {
        let axes = walk.graph.tensor(operator.input(1)?)?.data()?;
        axes == [1, 2].map(i32::to_le_bytes).as_flattened()
    } else {
        let options = operator.options()?;
        let filter = [options.i32(pool_2d::FILTER_HEIGHT, 0)?, options.i32(pool_2d::FILTER_WIDTH, 0)?];
        filter.map(usize::try_from) == [Ok(height), Ok(width)]
            && options.i8(pool_2d::FUSED_ACTIVATION_FUNCTION, ACTIVATION_NONE)? == ACTIVATION_NONE
    };
    let after = walk.current()?.shape()?;
    if !global || !matches!(after[..], [1, 1, 1, c] | [1, c] if c == channels) {
        let found = format!("{operator} from {before:?} to {after:?}");
        return Err(unfit("an average over the whole plane", found));
    }
    Ok(())
}

/// Goes on in the file that holds the classifier, which must begin where the body ended.
fn continue_in<'a>(body: &Walk<'_>, head: Graph<'a>) -> Result<Walk<'a>> {
    let walk = Walk::new(head)?;
    let (end, begin) = (body.current()?, walk.current()?);
    let fits = channels(&end)? == channels(&begin)? && end.quantisation()? == begin.quantisation()?;
    if !fits {
        let found = "another length or scale at its beginning";
        return Err(unfit("a classifier that goes on where the first file ends", found.to_string()));
    }
    Ok(walk)
}

/// The classifier: a dense layer, or a 1×1 convolution of one pixel, which is the same.
fn classifier(walk: &mut Walk<'_>) -> Result<Layer> {
    let operator = walk.take(&[OperatorKind::Conv2d, OperatorKind::FullyConnected], "head")?;
    let options = operator.options()?;
    let (activation, plain) = if operator.kind == OperatorKind::Conv2d {
        (options.i8(conv_2d::FUSED_ACTIVATION_FUNCTION, ACTIVATION_NONE)?, true)
    } else {
        let plain = options.i8(fully_connected::WEIGHTS_FORMAT, 0)? == 0; // not shuffled for a processor
        (options.i8(fully_connected::FUSED_ACTIVATION_FUNCTION, ACTIVATION_NONE)?, plain)
    };
    if activation != ACTIVATION_NONE || !plain {
        return Err(unfit("a plain linear classifier", format!("activation {activation}, plain order {plain}")));
    }
    let spec = LayerSpec { name: "head".to_string(), kind: LayerKind::Head, stride: 1, relu6: false };
    weights(walk, &operator, &spec)
}

/// The constants of a convolution or dense layer: its second and third input.
fn weights(walk: &Walk<'_>, operator: &Operator<'_>, spec: &LayerSpec) -> Result<Layer> {
    let weight = walk.graph.tensor(operator.input(1)?)?;
    let bias = walk.graph.tensor(operator.input(2)?)?;
    let shape = match weight.shape()?[..] {
        [a, b, c, d] => [a, b, c, d],
        [units, embedding] if spec.kind == LayerKind::Head => [units, 1, 1, embedding],
        ref other => return Err(unfit(&format!("a weight of 4 axes for `{}`", spec.name), format!("{other:?}"))),
    };
    let data = weight.data()?;
    if data.is_empty() {
        return Err(unfit(&format!("constant weights for `{}`", spec.name), "none in the file".to_string()));
    }
    let codes = match weight.dtype {
        TensorType::UInt8 => Codes::U8(data.to_vec()),
        TensorType::Int8 => Codes::I8(data.iter().map(|&byte| i8::from_le_bytes([byte])).collect()),
        other => return Err(unfit(&format!("8-bit weights for `{}`", spec.name), format!("{other:?}"))),
    };
    if bias.dtype != TensorType::Int32 {
        return Err(unfit(&format!("a 32-bit bias for `{}`", spec.name), format!("{:?}", bias.dtype)));
    }
    let scaled = |tensor: &Tensor<'_>, what: &str| {
        tensor
            .quantisation()?
            .ok_or_else(|| unfit(&format!("a scale for the {what} of `{}`", spec.name), "none".to_string()))
    };
    let weight = scaled(&weight, "weight")?;
    let bias_quantisation = scaled(&bias, "bias")?;
    // One scale per channel must be one per *output* channel.
    if weight.scale.len() > 1 && usize::try_from(weight.axis) != Ok(channel_axis(spec.kind)) {
        let expected = format!("scales along axis {} of `{}`", channel_axis(spec.kind), spec.name);
        return Err(unfit(&expected, format!("axis {}", weight.axis)));
    }
    if bias_quantisation.zero_point.iter().any(|&zero_point| zero_point != 0) {
        return Err(unfit(&format!("a bias of `{}` around 0", spec.name), "another zero point".to_string()));
    }
    // That the lengths fit the shape is checked with all else when the weight file is assembled.
    Ok(Layer {
        shape,
        weight: codes,
        weight_scale: weight.scale,
        weight_zero_point: weight.zero_point,
        bias: bias.data()?.as_chunks().0.iter().copied().map(i32::from_le_bytes).collect(),
        bias_scale: bias_quantisation.scale,
    })
}

//! The field numbers of TensorFlow's schema, as far as a MobileNet uses them:
//! <https://github.com/tensorflow/tensorflow/blob/b6971fc8f4c9b60aa9a49366a0113505fa82a761/tensorflow/compiler/mlir/lite/schema/schema.fbs>.
//! A field's number is its place in the schema's table, a union counting as two (its type, then its value).

/// `table Model`.
pub(super) mod model {
    pub const OPERATOR_CODES: usize = 1;
    pub const SUBGRAPHS: usize = 2;
    pub const BUFFERS: usize = 4;
}
/// `table SubGraph`.
pub(super) mod subgraph {
    pub const TENSORS: usize = 0;
    pub const INPUTS: usize = 1;
    pub const OPERATORS: usize = 3;
}
/// `table Tensor`.
pub(super) mod tensor {
    pub const SHAPE: usize = 0;
    pub const TYPE: usize = 1;
    pub const BUFFER: usize = 2;
    pub const QUANTIZATION: usize = 4;
    pub const SPARSITY: usize = 6;
}
/// `table QuantizationParameters`.
pub(super) mod quantization {
    pub const SCALE: usize = 2;
    pub const ZERO_POINT: usize = 3;
    pub const DETAILS: usize = 5;
    pub const QUANTIZED_DIMENSION: usize = 6;
}
/// `table Buffer`.
pub(super) mod buffer {
    pub const DATA: usize = 0;
    pub const OFFSET: usize = 1;
}
/// `table OperatorCode`.
pub(super) mod operator_code {
    pub const DEPRECATED_BUILTIN_CODE: usize = 0;
    pub const BUILTIN_CODE: usize = 3;
}
/// `table Operator`.
pub(super) mod operator {
    pub const OPCODE_INDEX: usize = 0;
    pub const INPUTS: usize = 1;
    pub const OUTPUTS: usize = 2;
    pub const BUILTIN_OPTIONS: usize = 4;
}
/// `table Conv2DOptions`.
pub(super) mod conv_2d {
    pub const PADDING: usize = 0;
    pub const STRIDE_W: usize = 1;
    pub const STRIDE_H: usize = 2;
    pub const FUSED_ACTIVATION_FUNCTION: usize = 3;
    pub const DILATION_W_FACTOR: usize = 4;
    pub const DILATION_H_FACTOR: usize = 5;
}
/// `table DepthwiseConv2DOptions`.
pub(super) mod depthwise_conv_2d {
    pub const PADDING: usize = 0;
    pub const STRIDE_W: usize = 1;
    pub const STRIDE_H: usize = 2;
    pub const DEPTH_MULTIPLIER: usize = 3;
    pub const FUSED_ACTIVATION_FUNCTION: usize = 4;
    pub const DILATION_W_FACTOR: usize = 5;
    pub const DILATION_H_FACTOR: usize = 6;
}
/// `table Pool2DOptions`.
pub(super) mod pool_2d {
    pub const FILTER_WIDTH: usize = 3;
    pub const FILTER_HEIGHT: usize = 4;
    pub const FUSED_ACTIVATION_FUNCTION: usize = 5;
}
/// `table FullyConnectedOptions`.
pub(super) mod fully_connected {
    pub const FUSED_ACTIVATION_FUNCTION: usize = 0;
    pub const WEIGHTS_FORMAT: usize = 1;
}
/// `table AddOptions`.
pub(super) mod add {
    pub const FUSED_ACTIVATION_FUNCTION: usize = 0;
}

/// `enum Padding`.
pub(super) const PADDING_SAME: i8 = 0;
/// `enum ActivationFunctionType`.
pub(super) const ACTIVATION_NONE: i8 = 0;
/// `enum ActivationFunctionType`.
pub(super) const ACTIVATION_RELU6: i8 = 3;

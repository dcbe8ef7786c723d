//! The tables of a TFLite file that a MobileNet uses: graph, operators, tensors, quantisation.

use super::fields::{buffer, model, operator, operator_code, quantization, subgraph, tensor};
use super::flatbuffer::{Numbers, Table, Tables};
use crate::error::{Error, ErrorKind, Result};

/// The schema's `file_identifier`.
const IDENTIFIER: &[u8; 4] = b"TFL3";

/// `enum BuiltinOperator`, those that an 8-bit MobileNet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OperatorKind {
    Add,
    AveragePool2d,
    Conv2d,
    DepthwiseConv2d,
    FullyConnected,
    Reshape,
    Softmax,
    Mean,
    Squeeze,
    Quantize,
    Other(i32),
}

impl OperatorKind {
    fn from_code(code: i32) -> Self {
        match code {
            0 => Self::Add,
            1 => Self::AveragePool2d,
            3 => Self::Conv2d,
            4 => Self::DepthwiseConv2d,
            9 => Self::FullyConnected,
            22 => Self::Reshape,
            25 => Self::Softmax,
            40 => Self::Mean,
            43 => Self::Squeeze,
            114 => Self::Quantize,
            other => Self::Other(other),
        }
    }
}

/// `enum TensorType`, those that an 8-bit network holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TensorType {
    Int32,
    UInt8,
    Int8,
    Other(i8),
}

/// The one subgraph of a file, and what its numbers refer to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Graph<'a> {
    operator_codes: Tables<'a>,
    buffers: Tables<'a>,
    tensors: Tables<'a>,
    inputs: Numbers<'a, 4>,
    operators: Tables<'a>,
}

/// One operator.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operator<'a> {
    pub(super) kind: OperatorKind,
    /// Its place in the order of execution.
    pub(super) index: usize,
    table: Table<'a>,
}

/// One tensor: an activation, or a constant with its numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tensor<'a> {
    pub(super) dtype: TensorType,
    table: Table<'a>,
    buffers: Tables<'a>,
}

/// How a tensor's numbers are meant: `scale * (q - zero_point)`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantisation {
    /// One scale, or one per index along `axis`.
    pub(super) scale: Vec<f32>,
    /// As many zero points.
    pub(super) zero_point: Vec<i32>,
    /// The axis that the scales belong to.
    pub(super) axis: i32,
}

impl<'a> Graph<'a> {
    /// The graph of a TFLite file.
    pub(super) fn read(file: &'a [u8]) -> Result<Self> {
        let model = Table::root(file, IDENTIFIER)?;
        let subgraphs = model.tables(model::SUBGRAPHS)?;
        if subgraphs.len() != 1 {
            return Err(unfit("one graph", format!("{}", subgraphs.len())));
        }
        let subgraph = subgraphs.get(0)?;
        Ok(Self {
            operator_codes: model.tables(model::OPERATOR_CODES)?,
            buffers: model.tables(model::BUFFERS)?,
            tensors: subgraph.tables(subgraph::TENSORS)?,
            inputs: subgraph.numbers(subgraph::INPUTS)?,
            operators: subgraph.tables(subgraph::OPERATORS)?,
        })
    }

    /// The number of the graph's only input tensor.
    pub(super) fn input(&self) -> Result<i32> {
        match (self.inputs.len(), self.inputs.get(0)) {
            (1, Some(input)) => Ok(i32::from_le_bytes(input)),
            (count, _) => Err(unfit("one input", count.to_string())),
        }
    }

    /// The operator at this place in the order of execution; `None` past the last.
    pub(super) fn operator(&self, index: usize) -> Result<Option<Operator<'a>>> {
        if index >= self.operators.len() {
            return Ok(None);
        }
        let table = self.operators.get(index)?;
        let code = self.operator_codes.get(as_index(table.u32(operator::OPCODE_INDEX, 0)?))?;
        // Files from before 2020 know only the one-byte code; later ones repeat it there while it fits. The larger is meant.
        let old = i32::from(code.i8(operator_code::DEPRECATED_BUILTIN_CODE, 0)?);
        let kind = OperatorKind::from_code(old.max(code.i32(operator_code::BUILTIN_CODE, 0)?));
        Ok(Some(Operator { kind, index, table }))
    }

    /// The tensor of this number.
    pub(super) fn tensor(&self, number: i32) -> Result<Tensor<'a>> {
        let index = usize::try_from(number).map_err(|_| unfit("a tensor", format!("number {number}")))?;
        let table = self.tensors.get(index)?;
        if table.table(tensor::SPARSITY)?.is_some() {
            return Err(unfit("dense tensors", "a sparse one".to_string()));
        }
        let dtype = match table.i8(tensor::TYPE, 0)? {
            2 => TensorType::Int32,
            3 => TensorType::UInt8,
            9 => TensorType::Int8,
            other => TensorType::Other(other),
        };
        Ok(Tensor { dtype, table, buffers: self.buffers })
    }
}

impl<'a> Operator<'a> {
    /// The numbers of its input tensors.
    pub(super) fn inputs(&self) -> Result<Numbers<'a, 4>> {
        self.table.numbers(operator::INPUTS)
    }

    /// The number of one input tensor.
    pub(super) fn input(&self, place: usize) -> Result<i32> {
        let number = self.inputs()?.get(place).map(i32::from_le_bytes);
        number.ok_or_else(|| unfit(&format!("an input {place} of {self}"), "none".to_string()))
    }

    /// The number of its only output tensor.
    pub(super) fn output(&self) -> Result<i32> {
        let outputs = self.table.numbers(operator::OUTPUTS)?;
        match (outputs.len(), outputs.get(0)) {
            (1, Some(output)) => Ok(i32::from_le_bytes(output)),
            (count, _) => Err(unfit(&format!("one output of {self}"), count.to_string())),
        }
    }

    /// Its options; which table that is follows from its kind.
    pub(super) fn options(&self) -> Result<Table<'a>> {
        self.table
            .table(operator::BUILTIN_OPTIONS)?
            .ok_or_else(|| unfit(&format!("options of {self}"), "none".to_string()))
    }
}

impl std::fmt::Display for Operator<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "operator {} ({:?})", self.index, self.kind)
    }
}

impl<'a> Tensor<'a> {
    /// Its shape: up to four axes, as photos, weights and biases have.
    pub(super) fn shape(&self) -> Result<Vec<usize>> {
        const MOST_AXES: usize = 4;
        let sides = self.table.numbers::<4>(tensor::SHAPE)?;
        if sides.len() > MOST_AXES {
            return Err(unfit("tensors of up to 4 axes", format!("one of {}", sides.len())));
        }
        let side = |side: [u8; 4]| {
            let side = i32::from_le_bytes(side);
            usize::try_from(side).map_err(|_| unfit("sides of at least 0", side.to_string()))
        };
        sides.iter().map(side).collect()
    }

    /// The bytes of a constant; empty for an activation.
    pub(super) fn data(&self) -> Result<&'a [u8]> {
        let buffer = self.buffers.get(as_index(self.table.u32(tensor::BUFFER, 0)?))?;
        // Files above 2 GiB keep their data outside the flatbuffer, and say where (0 and 1 mean nowhere).
        if buffer.number(buffer::OFFSET)?.map_or(0, u64::from_le_bytes) > 1 {
            return Err(unfit("the numbers inside the flatbuffer", "numbers appended to it".to_string()));
        }
        Ok(buffer.numbers(buffer::DATA)?.as_bytes())
    }

    /// How its numbers are meant; `None` where they are not quantised.
    pub(super) fn quantisation(&self) -> Result<Option<Quantisation>> {
        let Some(table) = self.table.table(tensor::QUANTIZATION)? else { return Ok(None) };
        if table.table(quantization::DETAILS)?.is_some() {
            return Err(unfit("scales and zero points", "a custom quantisation".to_string()));
        }
        let scale: Vec<f32> = table.numbers(quantization::SCALE)?.iter().map(f32::from_le_bytes).collect();
        if scale.is_empty() {
            return Ok(None);
        }
        let zero_point = |zero_point: [u8; 8]| {
            let zero_point = i64::from_le_bytes(zero_point);
            i32::try_from(zero_point).map_err(|_| unfit("a zero point of 8 bits", zero_point.to_string()))
        };
        let mut zero_point: Vec<i32> =
            table.numbers(quantization::ZERO_POINT)?.iter().map(zero_point).collect::<Result<_>>()?;
        if zero_point.is_empty() {
            zero_point.resize(scale.len(), 0);
        }
        if zero_point.len() != scale.len() {
            return Err(unfit(&format!("{} zero points", scale.len()), zero_point.len().to_string()));
        }
        Ok(Some(Quantisation { scale, zero_point, axis: table.i32(quantization::QUANTIZED_DIMENSION, 0)? }))
    }
}

/// A u32 of the file as an index; one too large for this machine is past the end of any list.
fn as_index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A file that is whole, but not of a kind that can be imported.
pub(super) fn unfit(expected: &str, found: String) -> Error {
    let cure = "Only 8-bit MobileNetV1 and MobileNetV2 can be imported; models/README.md says how they look.";
    Error::new(ErrorKind::WeightFile, "the TFLite file", expected, found, cure)
}

//! A network as a table of its layers, as people know it from Keras, with what depthwise separable convolutions save.

use super::{Design, Layer, Operation, Shape};

/// One line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The layer's name; `pool` and `head` for what follows the last block.
    pub layer: String,
    /// What it computes: "3×3 convolution, stride 2".
    pub operation: String,
    /// What goes out.
    pub output: Shape,
    /// Weights and biases, batch norm folded in.
    pub parameters: usize,
    /// Batch norm's own numbers while it is trained from random weights, see [`Layer::batch_norm_parameters`].
    pub batch_norm: usize,
    /// Multiply-adds for one photo.
    pub multiply_adds: usize,
    /// Where this 1×1 convolution closes a depthwise separable one: what would stand in the place of both.
    pub standard: Option<Standard>,
}

/// The standard 3×3 convolution in the place of a depthwise and a 1×1 one; of a whole network, with one in the place of each such pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standard {
    /// Its weights and biases.
    pub parameters: usize,
    /// Its multiply-adds for one photo.
    pub multiply_adds: usize,
    /// Multiply-adds of the two together as a share of it: `1/N + 1/D_K²` (Howard et al. 2017, section 3.1) with N output channels and
    /// windows of `D_K` = 3 pixels. Of a whole network: all its multiply-adds as a share of what they would be.
    pub ratio: f64,
}

impl Standard {
    /// `depthwise` and the 1×1 convolution right behind it; nothing for other pairs.
    fn of(depthwise: &Layer, pointwise: &Layer) -> Option<Self> {
        let (Operation::Depthwise { stride }, Operation::Pointwise) = (depthwise.operation, pointwise.operation) else {
            return None;
        };
        let standard = Layer {
            operation: Operation::Convolution { kernel: 3, stride, same: true },
            input: depthwise.input,
            ..pointwise.clone()
        };
        let separable = depthwise.multiply_adds() + pointwise.multiply_adds();
        Some(Self {
            parameters: standard.parameters(),
            multiply_adds: standard.multiply_adds(),
            ratio: separable as f64 / standard.multiply_adds() as f64,
        })
    }
}

impl Design {
    /// The table, a line a layer, with a linear head of so many classes.
    pub fn summary(&self, classes: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        for block in &self.blocks {
            for (index, layer) in block.layers.iter().enumerate() {
                let added = block.residual && index + 1 == block.layers.len();
                let before = index.checked_sub(1).map(|before| &block.layers[before]);
                rows.push(Row {
                    layer: layer.name.clone(),
                    operation: layer.operation.text() + if added { " + block's input" } else { "" },
                    output: layer.output,
                    parameters: layer.parameters(),
                    batch_norm: layer.batch_norm_parameters(),
                    multiply_adds: layer.multiply_adds(),
                    standard: before.and_then(|before| Standard::of(before, layer)),
                });
            }
        }
        let plain = |name: &str, operation: Operation, channels, parameters, multiply_adds| Row {
            layer: name.to_string(),
            operation: operation.text(),
            output: Shape { height: 1, width: 1, channels },
            parameters,
            batch_norm: 0,
            multiply_adds,
            standard: None,
        };
        let features = self.shape_before(self.blocks.len());
        if (features.height, features.width) != (1, 1) {
            rows.push(plain("pool", Operation::GlobalAverage, features.channels, 0, 0));
        }
        let weights = features.channels * classes;
        rows.push(plain("head", Operation::Dense, classes, weights + classes, weights));
        rows
    }

    /// What the whole network, with a linear head of so many classes, would take with standard convolutions in the separable ones' place; nothing where
    /// it has none.
    pub fn standard(&self, classes: usize) -> Option<Standard> {
        let (parameters, multiply_adds) = (self.parameters(classes), self.multiply_adds(classes));
        let mut whole = Standard { parameters, multiply_adds, ratio: 1.0 };
        for block in &self.blocks {
            for pair in block.layers.windows(2) {
                let [depthwise, pointwise] = pair else { continue };
                let Some(standard) = Standard::of(depthwise, pointwise) else { continue };
                // First what is added: of few channels a pair may have more weights than what it stands for.
                whole.parameters += standard.parameters;
                whole.parameters -= depthwise.parameters() + pointwise.parameters();
                whole.multiply_adds += standard.multiply_adds;
                whole.multiply_adds -= depthwise.multiply_adds() + pointwise.multiply_adds();
            }
        }
        whole.ratio = multiply_adds as f64 / whole.multiply_adds.max(1) as f64;
        (whole.multiply_adds != multiply_adds).then_some(whole)
    }

    /// [`Self::summary`] as text in columns, with the totals below it.
    pub fn summary_text(&self, classes: usize) -> String {
        const COLUMNS: usize = 8;
        const HEADINGS: [&str; COLUMNS] = [
            "layer",
            "operation",
            "output",
            "parameters",
            "multiply-adds",
            "standard: parameters",
            "multiply-adds",
            "ratio",
        ];
        let cells = |row: &Row| {
            let [numbers, standard, ratio] = match &row.standard {
                Some(Standard { parameters, multiply_adds, ratio }) => {
                    [thousands(*parameters), thousands(*multiply_adds), format!("{ratio:.3}")]
                }
                None => Default::default(),
            };
            let (parameters, multiply_adds) = (thousands(row.parameters), thousands(row.multiply_adds));
            let output = row.output.to_string();
            [row.layer.clone(), row.operation.clone(), output, parameters, multiply_adds, numbers, standard, ratio]
        };
        let rows: Vec<[String; COLUMNS]> =
            std::iter::once(HEADINGS.map(str::to_string)).chain(self.summary(classes).iter().map(cells)).collect();
        let mut widths = [0; COLUMNS];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let line = |row: &[String; COLUMNS]| {
            // Words to the left, numbers to the right.
            let padded = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| match column {
                0..=2 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_string()
        };
        let rule = "─".repeat(widths.iter().sum::<usize>() + 2 * (widths.len() - 1));
        let mut text = format!("{}, input {}\n{rule}\n{}\n{rule}\n", self.title, self.input, line(&rows[0]));
        for row in &rows[1..] {
            text += &line(row);
            text.push('\n');
        }
        let parameters = self.parameters(classes);
        text += &format!(
            "{rule}\nParameters: {} ({:.1} MB of float32), batch norm folded in\n",
            thousands(parameters),
            parameters as f64 * 4.0 / 1e6
        );
        if self.has_batch_norm() {
            let counted = thousands(self.keras_parameters(classes));
            text += &format!("With batch norm, as Keras counts while it is trained from random weights: {counted}\n");
        }
        text +=
            &format!("Weight layers: {}; multiply-adds: {}\n", self.depth(), thousands(self.multiply_adds(classes)));
        if let Some(standard) = self.standard(classes) {
            let share = parameters as f64 / standard.parameters.max(1) as f64;
            text += &format!(
                "With standard convolutions in the separable ones' place: {} parameters, {} multiply-adds. Of these the network has {share:.3} and {:.3}; a pair by itself 1/N + 1/D_K², with N channels out and D_K = 3\n",
                thousands(standard.parameters),
                thousands(standard.multiply_adds),
                standard.ratio
            );
        }
        text
    }
}

impl Operation {
    /// In words: "3×3 convolution, stride 2".
    pub fn text(self) -> String {
        let window = |size: usize, what: &str, stride: usize, usual: usize| {
            let stride = if stride == usual { String::new() } else { format!(", stride {stride}") };
            format!("{size}×{size} {what}{stride}")
        };
        match self {
            Self::Convolution { kernel, stride, .. } => window(kernel, "convolution", stride, 1),
            Self::Depthwise { stride } => window(3, "depthwise", stride, 1),
            Self::Pointwise => "1×1 convolution".to_string(),
            Self::MaxPool { size, stride } => window(size, "maximum", stride, size),
            Self::AveragePool { size, stride } => window(size, "average", stride, size),
            Self::GlobalAverage => "global average".to_string(),
            Self::Flatten => "flatten".to_string(),
            Self::Dense => "dense".to_string(),
        }
    }
}

/// 1234567 as `1,234,567`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

//! The windows of a convolution or a pooling: how many there are, where they begin, what they see.

/// What windows see beyond the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// Zeros, so that there are `ceil(size / stride)` outputs: TensorFlow's `SAME`, see [`same_padding`].
    Same,
    /// Nothing: windows stay inside, `floor((size - kernel) / stride) + 1` outputs.
    Valid,
}

/// The windows of a convolution or a pooling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Rows and columns of a window.
    pub kernel: usize,
    /// Pixels from one window to the next.
    pub stride: usize,
    /// What lies beyond the edge.
    pub padding: Padding,
}

impl Window {
    /// The window, checked against an activation.
    ///
    /// # Panics
    /// If there is no such window, or if `Valid` ones do not fit into `height` × `width`: a defect of ours, as networks are checked
    /// when they are planned.
    pub(super) fn new([kernel, stride]: [usize; 2], padding: Padding, [height, width]: [usize; 2]) -> Self {
        assert!(kernel > 0 && stride > 0, "windows of {kernel} by {kernel} at stride {stride}");
        assert!(
            padding == Padding::Same || kernel <= height.min(width),
            "windows of {kernel} by {kernel} do not fit into {height} by {width}"
        );
        Self { kernel, stride, padding }
    }

    /// How many windows there are along a side of `size` pixels, and how far the first one reaches before it.
    pub const fn output(&self, size: usize) -> (usize, usize) {
        match self.padding {
            Padding::Same => same_padding(size, self.kernel, self.stride),
            Padding::Valid => ((size - self.kernel) / self.stride + 1, 0),
        }
    }

    /// The pixels in the window of output `pixel`, in reading order, of an input `width` wide; for windows that stay inside.
    pub(super) fn taps(self, pixel: usize, width: usize) -> impl Iterator<Item = usize> {
        let out_w = self.output(width).0;
        let first = pixel / out_w * self.stride * width + pixel % out_w * self.stride;
        (0..self.kernel).flat_map(move |i| (0..self.kernel).map(move |j| first + i * width + j))
    }
}

/// Numbers in a `kernel`×`kernel` patch of `channels` channels, `kernel² · C` rounded up to a panel of eight with zeros: its length is the
/// depth of the forward product and the width of a backward one.
pub const fn patch_len(kernel: usize, channels: usize) -> usize {
    (kernel * kernel * channels).next_multiple_of(super::PANEL)
}

/// Output size and leading padding of a convolution that pads as TensorFlow's `SAME`.
///
/// `SAME` gives `ceil(size / stride)` outputs and puts the smaller half of the padding first: at stride 2 on an even input that
/// is 0 before and 1 after. Source: TensorFlow API docs, `tf.nn` "Notes on padding".
pub const fn same_padding(size: usize, kernel: usize, stride: usize) -> (usize, usize) {
    let out = size.div_ceil(stride);
    let needed = (out - 1) * stride + kernel;
    let total = needed.saturating_sub(size);
    (out, total / 2)
}

#[cfg(test)]
mod tests {
    use super::same_padding;

    #[test]
    fn same_padding_as_tensorflow() {
        assert_eq!(same_padding(224, 3, 2), (112, 0));
        assert_eq!(same_padding(7, 3, 1), (7, 1));
        assert_eq!(same_padding(5, 3, 2), (3, 1));
        assert_eq!(same_padding(1, 3, 1), (1, 1));
    }
}

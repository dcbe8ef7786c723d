//! Joins the operations to Burn's autodiff: what each keeps for the way back, and where its gradients go.
//!
//! Burn drops a step's state as soon as the step has run, so that activations go as their gradients come.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, TensorMetadata};

use super::backward::{BackwardKernels, Kept};
use super::{Activation, Kernels};

#[derive(Debug)]
struct Pointwise;

#[derive(Debug)]
struct PointwiseResidual;

#[derive(Debug)]
struct Depthwise;

#[derive(Debug)]
struct GlobalAverage;

impl<B: BackwardKernels> Backward<B, 3> for Pointwise {
    type State = Kept<FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let layer = B::pointwise_backward(grads.consume::<B>(&ops.node), ops.state);
        for (parent, gradient) in ops.parents.into_iter().zip([layer.input, layer.weight, layer.bias]) {
            register::<B>(grads, parent.map(|parent| parent.id), gradient);
        }
    }
}

impl<B: BackwardKernels> Backward<B, 4> for PointwiseResidual {
    type State = Kept<FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 4>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let layer = B::pointwise_backward(gradient.clone(), ops.state);
        // The residual's gradient is the output's own: the same memory, not a copy.
        let all = [layer.input, layer.weight, layer.bias, Some(gradient)];
        for (parent, gradient) in ops.parents.into_iter().zip(all) {
            register::<B>(grads, parent.map(|parent| parent.id), gradient);
        }
    }
}

impl<B: BackwardKernels> Backward<B, 3> for Depthwise {
    type State = (Kept<FloatTensor<B>>, usize);

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let (kept, stride) = ops.state;
        let layer = B::depthwise_backward(grads.consume::<B>(&ops.node), kept, stride);
        for (parent, gradient) in ops.parents.into_iter().zip([layer.input, layer.weight, layer.bias]) {
            register::<B>(grads, parent.map(|parent| parent.id), gradient);
        }
    }
}

impl<B: BackwardKernels> Backward<B, 1> for GlobalAverage {
    /// Height and width.
    type State = (usize, usize);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let (height, width) = ops.state;
        let gradient = B::global_average_backward(grads.consume::<B>(&ops.node), height, width);
        let [parent] = ops.parents;
        register::<B>(grads, parent.map(|parent| parent.id), Some(gradient));
    }
}

/// Hands a gradient on where both it and someone who waits for it are there.
pub(super) fn register<B: Backend>(
    grads: &mut Gradients,
    node: Option<burn::backend::autodiff::NodeId>,
    gradient: Option<FloatTensor<B>>,
) {
    if let (Some(node), Some(gradient)) = (node, gradient) {
        grads.register::<B>(node, gradient);
    }
}

/// What a layer must keep, its output still missing.
pub(super) fn kept<B: Backend, C: CheckpointStrategy>(
    input: &FloatTensor<Autodiff<B, C>>,
    weight: &FloatTensor<Autodiff<B, C>>,
    bias: &FloatTensor<Autodiff<B, C>>,
    activation: Activation,
) -> Kept<FloatTensor<B>> {
    Kept {
        shape: input.shape().dims(),
        input: weight.is_tracked().then(|| input.primitive().clone()),
        weight: input.is_tracked().then(|| weight.primitive().clone()),
        output: None,
        bias: bias.is_tracked(),
        activation,
    }
}

impl<T: Clone> Kept<T> {
    pub(super) fn with_output(mut self, output: &T) -> Self {
        self.output = (self.activation != Activation::Linear).then(|| output.clone());
        self
    }
}

impl<B: Kernels + BackwardKernels, C: CheckpointStrategy> Kernels for Autodiff<B, C> {
    fn graft_pointwise(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let kept = kept::<B, C>(&input, &weight, &bias, activation);
        let ((input, a), (weight, b), (bias, c)) = (input.into_parts(), weight.into_parts(), bias.into_parts());
        let output = B::graft_pointwise(input, weight, bias, activation);
        match Backward::<B, 3>::prepare::<C>(Pointwise, [a, b, c]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish(kept.with_output(&output), output),
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }

    fn graft_pointwise_residual(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let kept = kept::<B, C>(&input, &weight, &bias, Activation::Linear);
        let ((input, a), (weight, b), (bias, c)) = (input.into_parts(), weight.into_parts(), bias.into_parts());
        let (residual, d) = residual.into_parts();
        let output = B::graft_pointwise_residual(input, weight, bias, residual);
        match Backward::<B, 4>::prepare::<C>(PointwiseResidual, [a, b, c, d]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish(kept, output),
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }

    fn graft_depthwise(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        stride: usize,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let kept = kept::<B, C>(&input, &weight, &bias, activation);
        let ((input, a), (weight, b), (bias, c)) = (input.into_parts(), weight.into_parts(), bias.into_parts());
        let output = B::graft_depthwise(input, weight, bias, stride, activation);
        match Backward::<B, 3>::prepare::<C>(Depthwise, [a, b, c]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((kept.with_output(&output), stride), output),
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }

    fn graft_global_average(input: FloatTensor<Self>) -> FloatTensor<Self> {
        let [_, height, width, _] = input.shape().dims();
        let (input, node) = input.into_parts();
        let output = B::graft_global_average(input);
        match Backward::<B, 1>::prepare::<C>(GlobalAverage, [node]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((height, width), output),
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::backward::LayerGradients;
    use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
    use burn::backend::flex::FlexDevice;
    use burn::backend::ops::FloatTensorOps;
    use burn::backend::{AutodiffBackend, Flex};
    use burn::tensor::TensorData;

    use super::*;

    type Diff = Autodiff<Flex>;

    fn constant(shape: impl Into<Vec<usize>>) -> FloatTensor<Diff> {
        let shape = shape.into();
        let count = shape.iter().product();
        Diff::from_inner(Flex::float_from_data(TensorData::new(vec![0.5f32; count], shape), &FlexDevice))
    }

    fn leaf(shape: impl Into<Vec<usize>>) -> FloatTensor<Diff> {
        Diff::float_set_require_grad(constant(shape), true)
    }

    /// What is there of a layer's parts: input, weight, bias.
    fn gradients<T>(layer: LayerGradients<T>) -> [bool; 3] {
        [layer.input.is_some(), layer.weight.is_some(), layer.bias.is_some()]
    }

    #[test]
    fn only_what_a_trainable_parent_needs_is_kept_and_computed() {
        for wanted in 0..8 {
            let [x, w, b] = [1, 2, 4].map(|bit| wanted & bit != 0);
            let make = |wanted: bool, shape: &[usize]| if wanted { leaf(shape) } else { constant(shape) };
            for (weight, depthwise) in [(&[2, 8, 8][..], false), (&[9, 8][..], true)] {
                let outputs = if depthwise { 8 } else { 16 };
                let (input, weight, bias) = (make(x, &[1, 3, 3, 8]), make(w, weight), make(b, &[outputs]));
                let kept = kept::<Flex, NoCheckpointing>(&input, &weight, &bias, Activation::Linear);
                assert_eq!((kept.input.is_some(), kept.weight.is_some(), kept.bias), (w, x, b));
                let gradient = constant([1, 3, 3, outputs]).into_primitive();
                let layer = if depthwise {
                    Flex::depthwise_backward(gradient, kept, 1)
                } else {
                    Flex::pointwise_backward(gradient, kept)
                };
                assert_eq!(gradients(layer), [x, w, b]);
            }
        }
    }

    #[test]
    fn an_output_is_kept_only_where_an_activation_cut_it() {
        let output = constant([1, 1, 1, 8]).into_primitive();
        for (activation, keeps) in [(Activation::Linear, false), (Activation::Relu6, true), (Activation::Relu, true)] {
            let (input, weight, bias) = (leaf([1, 1, 1, 8]), constant([1, 8, 8]), constant([8]));
            let kept = kept::<Flex, NoCheckpointing>(&input, &weight, &bias, activation).with_output(&output);
            assert_eq!(kept.output.is_some(), keeps, "{activation:?}");
        }
    }

    #[test]
    fn a_layer_of_constants_is_not_tracked() {
        let output =
            Diff::graft_pointwise(constant([1, 1, 1, 8]), constant([1, 8, 8]), constant([8]), Activation::Relu6);
        assert!(!output.is_tracked());
        let output = Diff::graft_pointwise(constant([1, 1, 1, 8]), constant([1, 8, 8]), leaf([8]), Activation::Relu6);
        assert!(output.is_tracked());
    }
}

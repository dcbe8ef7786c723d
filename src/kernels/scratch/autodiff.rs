//! Joins the operations to Burn's autodiff: what each keeps for the way back, and where its gradients go.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, TensorMetadata};

use super::{ScratchGradients, ScratchKernels};
use crate::kernels::Activation;
use crate::kernels::autodiff::{kept, register};
use crate::kernels::backward::Kept;
use crate::kernels::window::Window;

/// An operation of one input: its gradient from that of the output and what was kept.
macro_rules! of_one_input {
    ($name:ident, $state:ty, |$gradient:ident, $kept:pat_param| $body:expr) => {
        #[derive(Debug)]
        struct $name;

        impl<B: ScratchGradients> Backward<B, 1> for $name {
            type State = $state;

            fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
                let ($gradient, $kept) = (grads.consume::<B>(&ops.node), ops.state);
                let [parent] = ops.parents;
                register::<B>(grads, parent.map(|parent| parent.id), Some($body));
            }
        }
    };
}

of_one_input!(MaxPool, (FloatTensor<B>, Window), |gradient, (input, window)| B::max_pool_gradient(
    gradient, input, window
));

of_one_input!(AveragePool, ([usize; 4], Window), |gradient, (shape, window)| B::average_pool_gradient(
    gradient, shape, window
));

of_one_input!(
    CrossEntropy,
    ([FloatTensor<B>; 3], usize, f32),
    |gradient, ([logits, targets, weights], classes, temperature)| B::cross_entropy_gradient(
        gradient,
        logits,
        targets,
        weights,
        classes,
        temperature
    )
);

#[derive(Debug)]
struct Convolution;

impl<B: ScratchGradients> Backward<B, 3> for Convolution {
    type State = (Kept<FloatTensor<B>>, Window);

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let (kept, window) = ops.state;
        let layer = B::convolution_backward(grads.consume::<B>(&ops.node), kept, window);
        for (parent, gradient) in ops.parents.into_iter().zip([layer.input, layer.weight, layer.bias]) {
            register::<B>(grads, parent.map(|parent| parent.id), gradient);
        }
    }
}

#[derive(Debug)]
struct BatchNorm;

/// What batch normalisation keeps: nothing as large as the input but the input itself.
#[derive(Debug, Clone)]
struct Normalised<T> {
    input: T,
    statistics: [T; 2],
    parameters: [T; 2],
    activation: Activation,
}

impl<B: ScratchGradients> Backward<B, 3> for BatchNorm {
    type State = Normalised<FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let Normalised { input, statistics, parameters, activation } = ops.state;
        let gradient = grads.consume::<B>(&ops.node);
        let all = B::batch_norm_gradient(gradient, input, statistics, parameters, activation);
        for (parent, gradient) in ops.parents.into_iter().zip(all) {
            register::<B>(grads, parent.map(|parent| parent.id), Some(gradient));
        }
    }
}

impl<B: ScratchGradients, C: CheckpointStrategy> ScratchKernels for Autodiff<B, C> {
    fn graft_convolution(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let kept = kept::<B, C>(&input, &weight, &bias, activation);
        let ((input, a), (weight, b), (bias, c)) = (input.into_parts(), weight.into_parts(), bias.into_parts());
        let output = B::graft_convolution(input, weight, bias, window, activation);
        match Backward::<B, 3>::prepare::<C>(Convolution, [a, b, c]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((kept.with_output(&output), window), output),
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }

    fn graft_max_pool(input: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
        let (input, node) = input.into_parts();
        match Backward::<B, 1>::prepare::<C>(MaxPool, [node]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((input.clone(), window), B::graft_max_pool(input, window)),
            OpsKind::UnTracked(prep) => prep.finish(B::graft_max_pool(input, window)),
        }
    }

    fn graft_average_pool(input: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
        let shape = input.shape().dims();
        let (input, node) = input.into_parts();
        let output = B::graft_average_pool(input, window);
        match Backward::<B, 1>::prepare::<C>(AveragePool, [node]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((shape, window), output),
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }

    fn graft_batch_norm(
        input: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let ((input, a), (gamma, b), (beta, c)) = (input.into_parts(), gamma.into_parts(), beta.into_parts());
        let prep = Backward::<B, 3>::prepare::<C>(BatchNorm, [a, b, c]).compute_bound().stateful();
        let (output, mean, variance) = match prep {
            OpsKind::Tracked(prep) => {
                let (output, mean, variance) =
                    B::graft_batch_norm(input.clone(), gamma.clone(), beta.clone(), activation);
                let statistics = [mean.clone(), variance.clone()];
                let kept = Normalised { input, statistics, parameters: [gamma, beta], activation };
                (prep.finish(kept, output), mean, variance)
            }
            OpsKind::UnTracked(prep) => {
                let (output, mean, variance) = B::graft_batch_norm(input, gamma, beta, activation);
                (prep.finish(output), mean, variance)
            }
        };
        // Leaves of their own: nothing goes back through the running statistics.
        (output, Self::from_inner(mean), Self::from_inner(variance))
    }

    fn graft_normalise(
        input: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let [input, mean, variance, gamma, beta] =
            [input, mean, variance, gamma, beta].map(|tensor| tensor.into_primitive());
        Self::from_inner(B::graft_normalise(input, mean, variance, gamma, beta, activation))
    }

    fn graft_cross_entropy(
        logits: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        classes: usize,
        temperature: f32,
    ) -> FloatTensor<Self> {
        let ((logits, node), targets, weights) =
            (logits.into_parts(), targets.into_primitive(), weights.into_primitive());
        match Backward::<B, 1>::prepare::<C>(CrossEntropy, [node]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let kept = ([logits.clone(), targets.clone(), weights.clone()], classes, temperature);
                prep.finish(kept, B::graft_cross_entropy(logits, targets, weights, classes, temperature))
            }
            OpsKind::UnTracked(prep) => {
                prep.finish(B::graft_cross_entropy(logits, targets, weights, classes, temperature))
            }
        }
    }

    fn graft_correct(logits: FloatTensor<Self>, labels: FloatTensor<Self>, classes: usize) -> FloatTensor<Self> {
        Self::from_inner(B::graft_correct(logits.into_primitive(), labels.into_primitive(), classes))
    }
}

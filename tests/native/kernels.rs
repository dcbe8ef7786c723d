//! Every kernel against its plain reference, on the CPU and on the GPU.

use graft::protocol::Comparison;
use graft::verify::{kernels, tolerance};

use crate::common::devices;

#[test]
fn every_kernel_agrees_with_its_reference_on_every_device() {
    for (device, kind) in devices("kernels against their references") {
        let comparisons = pollster::block_on(kernels(&device)).unwrap();
        let gradients = comparisons.iter().filter(|comparison| comparison.name.contains("gradient")).count();
        // At least 53 of the pretrained networks' kernels, and 90 of the operations from scratch.
        assert!(comparisons.len() >= 143, "only {} comparisons", comparisons.len());
        assert!(comparisons.len() - gradients >= 50, "only {} comparisons", comparisons.len() - gradients);
        assert!(gradients >= 80, "only {gradients} gradients");
        // Single operations are far tighter than whole networks; a NaN is within no tolerance.
        let fails =
            |comparison: &&Comparison| !matches!(comparison.relative(), error if error <= tolerance(kind) / 10.0);
        let wrong: Vec<&Comparison> = comparisons.iter().filter(fails).collect();
        assert!(wrong.is_empty(), "{kind:?}: {wrong:#?}");
    }
}

//! Every kernel against its plain reference, on the CPU and on the GPU.

use graft::protocol::Comparison;
use graft::verify::{kernels, scratch, tolerance};

use crate::common::devices;

#[test]
fn every_kernel_agrees_with_its_reference_on_every_device() {
    for (device, kind) in devices("kernels against their references") {
        let comparisons = pollster::block_on(kernels(&device)).unwrap();
        let gradients = comparisons.iter().filter(|comparison| comparison.name.contains("gradient")).count();
        assert!(comparisons.len() - gradients >= 18, "only {} comparisons", comparisons.len() - gradients);
        assert!(gradients >= 35, "only {gradients} gradients");
        for comparison in comparisons {
            // Single operations are far tighter than whole networks.
            assert!(comparison.relative() <= tolerance(kind) / 10.0, "{kind:?}: {comparison:?}");
        }
    }
}

#[test]
fn every_operation_from_scratch_agrees_with_its_reference_on_every_device() {
    let mut wrong = Vec::new();
    for (device, kind) in devices("operations of networks from random weights") {
        let comparisons = pollster::block_on(scratch(&device)).unwrap();
        assert!(comparisons.len() >= 90, "only {} comparisons", comparisons.len());
        // A NaN is within no tolerance.
        let fails =
            |comparison: &Comparison| !matches!(comparison.relative(), error if error <= tolerance(kind) / 10.0);
        wrong.extend(comparisons.into_iter().filter(fails).map(|comparison| (kind, comparison)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

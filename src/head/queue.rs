//! How much is queued on a GPU before it is waited for.

/// Milliseconds between readbacks on a GPU: the curves move, and a pause is obeyed, a few times a second.
const READBACK_MS: f64 = 200.0;

/// As many steps, or parts of steps, as should take [`READBACK_MS`], at most twice as many as `before`. `taken`: milliseconds that those `queued` last
/// time took.
pub(crate) fn next_queue(before: usize, queued: usize, taken: f64) -> usize {
    let fitting = queued as f64 * READBACK_MS / taken.max(1.0);
    (fitting as usize).clamp(1, before.saturating_mul(2).min(1 << 14))
}

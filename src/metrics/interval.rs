//! How far a share that was counted may be from the true one.

/// Standard normal deviate of a two-sided 95 % interval.
const Z: f64 = 1.959_964;

/// The 95 % interval of a share, `right` of `total` (Wilson 1927; Brown, Cai & DasGupta 2001, equation 4): lower and upper end, 0–1.
/// Unlike the textbook's it stays within 0–1 and is of use for small counts. Of nothing: 0 to 1.
pub fn wilson(right: usize, total: usize) -> (f64, f64) {
    if total == 0 {
        return (0.0, 1.0);
    }
    let (n, share, z2) = (total as f64, right as f64 / total as f64, Z * Z);
    let centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    // All or none: the end is exactly there, but rounding may put it a hair beside.
    let low = if right == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if right >= total { 1.0 } else { (centre + half).min(1.0) };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_published_values() {
        // Newcombe 1998 (Statistics in Medicine 17:857), table I, method 3.
        let close = |(low, high): (f64, f64), want: (f64, f64)| {
            assert!((low - want.0).abs() < 1e-4 && (high - want.1).abs() < 1e-4, "{low} {high}");
        };
        close(wilson(81, 263), (0.2553, 0.3662));
        close(wilson(15, 148), (0.0624, 0.1605));
        close(wilson(0, 20), (0.0, 0.1611));
        close(wilson(1, 29), (0.0061, 0.1718));
        close(wilson(20, 20), (0.8389, 1.0));
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }
}

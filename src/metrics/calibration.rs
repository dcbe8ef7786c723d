//! Do probabilities mean what they say? Reliability plot and expected calibration error (Guo et al. 2017, section 2).

/// How many ranges the page and the terminal use, as Guo et al. do (section 4).
pub const BINS: usize = 15;

/// Samples whose highest probability lies in one range.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bin {
    /// The range's lower end; the upper is that of the next bin, or 1.
    pub low: f32,
    /// Samples in it.
    pub count: usize,
    /// Mean of their highest probabilities.
    pub confidence: f32,
    /// Share of them that are right.
    pub accuracy: f32,
}

/// Sorts samples (highest probability, right or not) into `bins` ranges of equal width.
pub fn reliability(samples: impl IntoIterator<Item = (f32, bool)>, bins: usize) -> Vec<Bin> {
    let bins = bins.max(1);
    let mut result: Vec<Bin> =
        (0..bins).map(|place| Bin { low: place as f32 / bins as f32, ..Bin::default() }).collect();
    for (confidence, right) in samples {
        let place = ((confidence * bins as f32) as usize).min(bins - 1);
        result[place].count += 1;
        result[place].confidence += confidence;
        result[place].accuracy += f32::from(u8::from(right));
    }
    for bin in &mut result {
        let count = bin.count.max(1) as f32;
        bin.confidence /= count;
        bin.accuracy /= count;
    }
    result
}

/// Expected calibration error: the mean distance of confidence and accuracy over the bins, weighted by their samples, 0–1.
pub fn calibration_error(bins: &[Bin]) -> f32 {
    let total: usize = bins.iter().map(|bin| bin.count).sum();
    let weighted: f32 = bins.iter().map(|bin| bin.count as f32 * (bin.confidence - bin.accuracy).abs()).sum();
    weighted / total.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibration_error_of_a_boaster() {
        // Ten samples at 95 % of which half are right: 0.45 off.
        let bins = reliability((0..10).map(|place| (0.95, place % 2 == 0)), 15);
        assert_eq!(bins.iter().filter(|bin| bin.count > 0).count(), 1);
        assert!((calibration_error(&bins) - 0.45).abs() < 1e-6);
        assert_eq!(calibration_error(&[]), 0.0);
    }
}

//! How many photos are held out: the page says it beforehand, the split does it.

/// Photos of a class of `size` that are held out where that `share` (0–0.5) is: the nearest number; of two or more at least one, unless the share is 0; never
/// all. Near-duplicates that stay on one side may make it a few more or fewer.
pub fn held_out_of(share: f32, size: usize) -> usize {
    match size {
        _ if share <= 0.0 => 0,
        0 | 1 => 0,
        _ => ((size as f32 * share).round() as usize).clamp(1, size - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_of_two_or_more_is_on_both_sides() {
        assert_eq!([0, 1, 2, 3, 7, 8, 40].map(|size| held_out_of(0.2, size)), [0, 0, 1, 1, 1, 2, 8]);
        assert_eq!([2, 3, 40].map(|size| held_out_of(0.5, size)), [1, 2, 20]);
        assert_eq!([1, 2, 40].map(|size| held_out_of(0.0, size)), [0; 3]);
        assert_eq!([1, 2, 40].map(|size| held_out_of(9.0, size)), [0, 1, 39]);
    }
}

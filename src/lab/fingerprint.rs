//! What tells the data of two runs apart.

/// FNV-1a, 64 bits (Fowler, Noll & Vo): its basis and its prime.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// A fingerprint of samples with their classes, by their numbers, and of those that came to be held out: 16 hexadecimal digits, the same for the same
/// data in the same order. Names do not count.
pub fn fingerprint(taught: &[(u64, u32)], held_out: &[u64]) -> String {
    let mut hash = BASIS;
    let mut take = |number: u64| {
        for byte in number.to_le_bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    };
    take(taught.len() as u64);
    for (sample, class) in taught {
        take(*sample);
        take(u64::from(*class));
    }
    held_out.iter().for_each(|sample| take(*sample));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn other_samples_other_labels_and_other_sides_are_other_data() {
        let of = fingerprint(&[(1, 1), (2, 1), (3, 2)], &[]);
        assert_eq!((of.len(), &of), (16, &fingerprint(&[(1, 1), (2, 1), (3, 2)], &[])));
        for other in [
            fingerprint(&[(1, 1), (2, 2), (3, 2)], &[]),
            fingerprint(&[(1, 1), (2, 1), (4, 2)], &[]),
            fingerprint(&[(1, 1), (2, 1)], &[]),
            fingerprint(&[(1, 1), (2, 1), (3, 2)], &[3]),
            fingerprint(&[], &[]),
        ] {
            assert_ne!(of, other);
        }
    }
}

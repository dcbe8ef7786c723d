//! Refuses changes out of range before anything is computed.

use crate::error::{Error, Result};
use crate::project::Augmentation;

/// Are the changes in range?
///
/// # Errors
/// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage), naming the change, its range and what was found.
pub fn check(augmentation: &Augmentation) -> Result<()> {
    let Augmentation { flip: _, rotation, zoom, shift, brightness, contrast, saturation, fill: _ } = *augmentation;
    let ranges = [
        ("the rotation", rotation, 0.0, 45.0),
        ("the zoom", zoom, 0.8, 1.0),
        ("the shift", shift, 0.0, 0.3),
        ("the change of brightness", brightness, 0.0, 0.5),
        ("the change of contrast", contrast, 0.0, 0.5),
        ("the change of saturation", saturation, 0.0, 0.5),
    ];
    for (subject, value, least, most) in ranges {
        // Not `value < least || value > most`: a NaN is refused too.
        if !(value >= least && value <= most) {
            return Err(Error::out_of_range(subject, format!("a number from {least} to {most}"), value));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn ranges() {
        for good in [Augmentation::default(), Augmentation::moderate()] {
            check(&good).unwrap();
        }
        let bad = [
            Augmentation { rotation: 46.0, ..Augmentation::default() },
            Augmentation { rotation: -1.0, ..Augmentation::default() },
            Augmentation { zoom: 0.0, ..Augmentation::default() },
            Augmentation { zoom: 1.1, ..Augmentation::default() },
            Augmentation { shift: f32::NAN, ..Augmentation::default() },
            Augmentation { brightness: 0.6, ..Augmentation::default() },
            Augmentation { contrast: f32::INFINITY, ..Augmentation::default() },
            Augmentation { saturation: -0.1, ..Augmentation::default() },
        ];
        for augmentation in bad {
            assert_eq!(check(&augmentation).expect_err("out of range").kind, ErrorKind::Usage);
        }
    }
}

//! How often a student says what its teacher says.

/// Shares of photos, 0–1.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Agreement {
    /// The student's most probable class is the teacher's.
    pub top1: f32,
    /// The teacher's most probable class is among the student's five most probable.
    pub top5: f32,
}

/// Compares rows of logits; both have one row a photo.
pub fn agreement<'a>(student: impl Iterator<Item = &'a [f32]>, teacher: impl Iterator<Item = &'a [f32]>) -> Agreement {
    let (mut photos, mut first, mut five) = (0, 0, 0);
    for (student, teacher) in student.zip(teacher) {
        let Some(wanted) = largest(teacher) else { continue };
        let above = student.iter().filter(|value| **value > student[wanted]).count();
        photos += 1;
        first += usize::from(above == 0);
        five += usize::from(above < 5);
    }
    let share = |count: usize| if photos == 0 { 0.0 } else { count as f32 / photos as f32 };
    Agreement { top1: share(first), top5: share(five) }
}

/// The index of the largest value.
pub fn largest(values: &[f32]) -> Option<usize> {
    (0..values.len()).max_by(|a, b| values[*a].total_cmp(&values[*b]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_and_among_five() {
        let teacher = [[0.0, 9.0, 1.0, 2.0, 3.0, 4.0, 5.0]; 4];
        let student = [
            [0.0, 9.0, 1.0, 2.0, 3.0, 4.0, 5.0], // the same
            [9.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0], // second
            [9.0, 4.5, 1.0, 2.0, 3.0, 8.0, 7.0], // fourth
            [9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0], // last
        ];
        let rows = |rows: &'static [[f32; 7]]| rows.iter().map(|row| &row[..]);
        let found = agreement(rows(Box::leak(Box::new(student))), rows(Box::leak(Box::new(teacher))));
        assert_eq!(found, Agreement { top1: 0.25, top5: 0.75 });
        assert_eq!(agreement(std::iter::empty(), std::iter::empty()), Agreement::default());
    }
}

//! What the student is told about a batch: the loss, and its gradient by the student's outputs.
//!
//! The student's outputs are one row a photo: K logits, then E numbers that stand for the teacher's embedding, then padding. With the temperature T
//! (Hinton et al. 2015, section 2), the teacher's logits `t`, the student's `s`, the teacher's embedding `e` (each number standardised) and the student's `f`:
//!
//! ```text
//! loss = T² · KL(softmax(t / T) ‖ softmax(s / T)) + weight · mean (e − f)²       mean over the batch
//! ```

use super::agreement::largest;

/// How the two parts of the loss are made and weighed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighing {
    /// T.
    pub temperature: f32,
    /// Of the embedding's part.
    pub embedding: f32,
}

/// What the teacher says of a photo.
#[derive(Debug, Clone, Copy)]
pub struct Lesson<'a> {
    /// `[K]`.
    pub logits: &'a [f32],
    /// `[E]`, standardised.
    pub embedding: &'a [f32],
}

/// The loss of a batch, its parts not weighed yet.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Loss {
    /// T² · KL, the mean over photos.
    pub classes: f32,
    /// Mean squared difference of embeddings.
    pub embedding: f32,
    /// Photos of which student and teacher say the same.
    pub agreed: usize,
}

/// The loss, and its gradient by `outputs`, `[N, P]`; as many photos as there are `lessons`.
pub fn loss(outputs: &[f32], lessons: &[Lesson], weighing: Weighing) -> (Loss, Vec<f32>) {
    let photos = lessons.len().max(1);
    let padded = outputs.len() / photos;
    let mut gradient = vec![0.0; outputs.len()];
    let mut sums = [0.0f64; 2];
    let mut agreed = 0;
    let heat = weighing.temperature;
    for ((row, to), lesson) in outputs.chunks(padded).zip(gradient.chunks_mut(padded)).zip(lessons) {
        let (units, width) = (lesson.logits.len(), lesson.embedding.len());
        let (row, rest) = row.split_at(units);
        agreed += usize::from(largest(row) == largest(lesson.logits));
        let (taught, said) = (softmax(lesson.logits, heat), softmax(row, heat));
        for (unit, (taught, said)) in taught.iter().zip(&said).enumerate() {
            sums[0] += f64::from(heat * heat * taught * (taught.max(1e-30).ln() - said.max(1e-30).ln()));
            to[unit] = heat * (said - taught) / photos as f32;
        }
        let scale = 2.0 * weighing.embedding / (width.max(1) * photos) as f32;
        for (place, (taught, said)) in lesson.embedding.iter().zip(rest).enumerate() {
            let apart = said - taught;
            sums[1] += f64::from(apart * apart) / width as f64;
            to[units + place] = scale * apart;
        }
    }
    let mean = |sum: f64| (sum / photos as f64) as f32;
    (Loss { classes: mean(sums[0]), embedding: mean(sums[1]), agreed }, gradient)
}

/// softmax(values / heat).
fn softmax(values: &[f32], heat: f32) -> Vec<f32> {
    let highest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut shares: Vec<f32> = values.iter().map(|value| ((value - highest) / heat).exp()).collect();
    let sum: f32 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= sum);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHING: Weighing = Weighing { temperature: 2.0, embedding: 3.0 };

    fn total(outputs: &[f32], lessons: &[Lesson]) -> f32 {
        let (loss, _) = loss(outputs, lessons, WEIGHING);
        loss.classes + WEIGHING.embedding * loss.embedding
    }

    #[test]
    fn the_gradient_is_that_of_finite_differences() {
        let lessons = [
            Lesson { logits: &[1.0, -1.0, 0.5], embedding: &[0.2, -0.4] },
            Lesson { logits: &[0.0, 3.0, -2.0], embedding: &[1.0, 0.0] },
        ];
        // Three logits, two numbers of the embedding, three of padding.
        let outputs: Vec<f32> = (0..16).map(|i| (i * 7 % 11) as f32 / 4.0 - 1.0).collect();
        let (_, gradient) = loss(&outputs, &lessons, WEIGHING);
        for place in 0..16 {
            let moved = |by: f32| {
                let mut outputs = outputs.clone();
                outputs[place] += by;
                total(&outputs, &lessons)
            };
            let expected = (moved(1e-2) - moved(-1e-2)) / 2e-2;
            assert!((gradient[place] - expected).abs() < 2e-3, "{place}: {} for {expected}", gradient[place]);
        }
        assert!(gradient[5..8].iter().all(|value| *value == 0.0), "padding is no part of it");
    }

    #[test]
    fn the_teachers_own_outputs_cost_nothing() {
        let lesson = Lesson { logits: &[1.0, -1.0, 5.0], embedding: &[0.2, -0.4] };
        let (loss, gradient) = loss(&[1.0, -1.0, 5.0, 0.2, -0.4], &[lesson], WEIGHING);
        assert!(loss.classes.abs() < 1e-6 && loss.embedding == 0.0 && loss.agreed == 1);
        assert!(gradient.iter().all(|value| value.abs() < 1e-6));
    }
}

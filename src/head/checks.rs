//! Refuses settings and data that no head can be trained with, before anything is computed.

use super::{Head, TrainingData};
use crate::error::{Error, ErrorKind, Result};
use crate::project::{HeadKind, TrainSettings};

/// Widest hidden layer: far more than any head on embeddings needs, little enough memory everywhere.
const MAX_UNITS: usize = 4096;
/// Most epochs: a slip of the finger should not train for a week.
pub(crate) const MAX_EPOCHS: usize = 10_000;
/// Largest batch.
const MAX_BATCH: usize = 4096;

/// Are the settings in range?
///
/// # Errors
/// [`ErrorKind::Usage`], naming the setting, its range and what was found.
pub fn check(settings: &TrainSettings) -> Result<()> {
    let whole = |subject: &str, value: usize, most: usize| {
        let expected = format!("a whole number from 1 to {most}");
        if (1..=most).contains(&value) { Ok(()) } else { Err(Error::out_of_range(subject, expected, value)) }
    };
    let within = |subject: &str, value: f32, least: f32, most: f32| {
        let expected = format!("a number from {least} to {most}");
        if value >= least && value <= most { Ok(()) } else { Err(Error::out_of_range(subject, expected, value)) }
    };
    if !(settings.learning_rate > 0.0 && settings.learning_rate <= 100.0) {
        return Err(Error::out_of_range("the learning rate", "a number above 0, at most 100", settings.learning_rate));
    }
    if let HeadKind::Hidden { units, dropout } = settings.head {
        whole("the hidden layer's width", units, MAX_UNITS)?;
        within("the dropout", dropout, 0.0, 0.9)?;
    }
    within("the momentum", settings.momentum, 0.0, 0.99)?;
    within("the weight decay", settings.weight_decay, 0.0, 10.0)?;
    within("the label smoothing", settings.label_smoothing, 0.0, 0.5)?;
    within("the share held out for validation", settings.validation, 0.0, 0.5)?;
    whole("the batch size", settings.batch, MAX_BATCH)?;
    whole("the number of epochs", settings.epochs, MAX_EPOCHS)?;
    if settings.shots == Some(0) {
        return Err(Error::out_of_range("the photos a class to train on", "a whole number from 1, or none", 0));
    }
    if settings.patience == Some(0) {
        return Err(Error::out_of_range("the patience", "a whole number from 1, or none", 0));
    }
    crate::schedule::check(settings)
}

/// Can a head be trained on this?
///
/// # Errors
/// [`ErrorKind::Usage`].
pub(super) fn check_data(data: &TrainingData) -> Result<()> {
    let labels = data.train_labels.iter().chain(&data.val_labels).copied();
    check_labels(data.classes, data.train_labels.len(), labels)?;
    for (values, labels) in [(&data.train, &data.train_labels), (&data.val, &data.val_labels)] {
        if values.len() != labels.len() * data.width || data.width == 0 {
            let expected = format!("{} numbers a photo", data.width);
            return Err(wrong_photos(expected, format!("{} for {} photos", values.len(), labels.len())));
        }
        if values.iter().any(|value| !value.is_finite()) {
            return Err(wrong_photos("embeddings that are numbers", "one that is not"));
        }
    }
    Ok(())
}

/// Are there classes and photos enough, and is every label a class? `train`: how many photos there are to train on; `labels`: theirs and those of
/// the photos held out.
///
/// # Errors
/// [`ErrorKind::Usage`].
pub(crate) fn check_labels(classes: usize, train: usize, mut labels: impl Iterator<Item = u32>) -> Result<()> {
    if classes < 2 {
        return Err(wrong_photos("at least two classes", classes.to_string()));
    }
    if train == 0 {
        return Err(wrong_photos("at least one photo to train on", "none"));
    }
    match labels.find(|&label| label as usize >= classes) {
        Some(label) => Err(wrong_photos(format!("classes below {classes}"), format!("class {label}"))),
        None => Ok(()),
    }
}

/// Nothing can be trained on these photos.
pub(crate) fn wrong_photos(expected: impl Into<String>, found: impl Into<String>) -> Error {
    let cure = "Add photos, or classes, and train again.";
    Error::new(ErrorKind::Usage, "the photos to train on", expected, found, cure)
}

/// Does a head to start from fit?
///
/// # Errors
/// [`ErrorKind::Usage`].
pub(super) fn check_start(head: &Head, data: &TrainingData, settings: &TrainSettings) -> Result<()> {
    if head.inputs() == data.width && head.classes() == data.classes && head.is_of(settings.head) {
        return Ok(());
    }
    let found = format!(
        "{} inputs, {} classes{}",
        head.inputs(),
        head.classes(),
        if head.hidden.is_some() { ", a hidden layer" } else { "" }
    );
    let expected = format!("{} inputs, {} classes and the shape that the settings ask for", data.width, data.classes);
    Err(Error::new(ErrorKind::Usage, "the head to train on from", expected, found, "Train a new head instead."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_in_range() {
        check(&TrainSettings::default()).unwrap();
    }

    #[test]
    fn every_setting_out_of_range_is_refused() {
        let refuse = |change: fn(&mut TrainSettings)| {
            let mut settings = TrainSettings::default();
            change(&mut settings);
            let error = check(&settings).expect_err("out of range");
            assert_eq!(error.kind, ErrorKind::Usage);
        };
        refuse(|s| s.learning_rate = 0.0);
        refuse(|s| s.learning_rate = -1.0);
        refuse(|s| s.learning_rate = f32::NAN);
        refuse(|s| s.learning_rate = f32::INFINITY);
        refuse(|s| s.momentum = 1.0);
        refuse(|s| s.weight_decay = f32::NAN);
        refuse(|s| s.label_smoothing = -0.1);
        refuse(|s| s.validation = 0.9);
        refuse(|s| s.batch = 0);
        refuse(|s| s.epochs = 0);
        refuse(|s| s.patience = Some(0));
        refuse(|s| s.shots = Some(0));
        refuse(|s| s.warm_up = 51.0);
        refuse(|s| s.head = HeadKind::Hidden { units: 0, dropout: 0.0 });
        refuse(|s| s.head = HeadKind::Hidden { units: 10, dropout: 1.0 });
    }
}

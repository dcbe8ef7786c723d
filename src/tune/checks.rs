//! Refuses settings and data that no network can be trained with, before anything is computed.

use super::TuneData;
use crate::architecture::too_small_a_batch;
use crate::error::{Error, ErrorKind, Result};
use crate::head::{self, MAX_EPOCHS, wrong_photos};
use crate::network::Network;
use crate::project::{TrainSettings, Way};

/// Are the settings in range?
///
/// # Errors
/// [`ErrorKind::Usage`], naming the setting, its range and what was found.
pub fn check(settings: &TrainSettings) -> Result<()> {
    head::check(settings)?;
    crate::augment::check(&settings.augmentation)?;
    let factor = settings.lr_factor;
    if !(1.0..=10.0).contains(&factor) {
        let subject = "the factor between the blocks' learning rates";
        return Err(Error::out_of_range(subject, "a number from 1 to 10", factor));
    }
    if let Some(clip) = settings.clip.filter(|&clip| !(clip > 0.0 && clip.is_finite())) {
        return Err(Error::out_of_range("the longest gradient", "a number above 0, or none", clip));
    }
    if settings.head_first > MAX_EPOCHS {
        let expected = format!("a whole number from 0 to {MAX_EPOCHS}");
        return Err(Error::out_of_range("the epochs of the head alone", expected, settings.head_first));
    }
    match settings.way {
        Way::LastBlocks { blocks: 0 } => {
            Err(Error::out_of_range("the number of blocks to train", "a whole number from 1", 0))
        }
        _ => Ok(()),
    }
}

/// Can a network be trained on this?
///
/// # Errors
/// [`ErrorKind::Usage`].
pub(super) fn check_data(data: &TuneData, settings: &TrainSettings) -> Result<()> {
    let labels = data.train.iter().chain(&data.val).map(|&(_, label)| label);
    head::check_labels(data.classes, data.train.len(), labels)?;
    if let Some(soft) = &data.soft {
        let count = data.train.len() * data.classes;
        if soft.probabilities.len() != count || !soft.probabilities.iter().all(|value| (0.0..=1.0).contains(value)) {
            let expected = format!("{count} probabilities of the teacher");
            return Err(wrong_photos(expected, soft.probabilities.len().to_string()));
        }
        if !(soft.temperature >= 1.0 && soft.temperature.is_finite()) {
            return Err(Error::out_of_range("the temperature of distillation", "a number from 1", soft.temperature));
        }
    }
    let photos = data.train.len();
    if settings.batch > photos {
        let found = format!("{}, with {photos} photos to train on", settings.batch);
        return Err(Error::new(
            ErrorKind::Usage,
            "the batch size",
            format!("at most {photos}, as many photos as there are to train on"),
            found,
            format!("Set it to {} or less, or add photos.", photos.min(16)),
        ));
    }
    Ok(())
}

/// Does the network fit data and settings?
///
/// # Errors
/// [`ErrorKind::Usage`].
pub(super) fn check_network(network: &Network, data: &TuneData, settings: &TrainSettings) -> Result<()> {
    let (classes, found) = (data.classes, network.classes());
    if classes != found {
        let cure = "Make the network's head for these classes.";
        let [expected, found] = [classes, found].map(|count| format!("{count} classes"));
        return Err(Error::new(ErrorKind::Usage, "the network's head", expected, found, cure));
    }
    if let Some(expected) = too_small_a_batch(settings.batch, network.has_batch_norm()) {
        return Err(Error::new(
            ErrorKind::Usage,
            "the batch size",
            expected,
            settings.batch.to_string(),
            "Set it to 16, or as many photos as there are.",
        ));
    }
    let blocks = network.design().blocks.len();
    match settings.way {
        Way::LastBlocks { blocks: wanted } if wanted > blocks => {
            let expected =
                format!("a whole number from 1 to {blocks}, as many blocks as {} has", network.design().title);
            Err(Error::out_of_range("the number of blocks to train", expected, wanted))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Augmentation, Schedule};

    #[test]
    fn what_suits_a_way_is_in_range() {
        let scratch = Way::Scratch { architecture: "lenet-5".into() };
        for way in [Way::Frozen, Way::LastBlocks { blocks: 3 }, Way::Everything, scratch] {
            check(&TrainSettings::suited_to(way)).unwrap();
        }
    }

    #[test]
    fn every_setting_out_of_range_is_refused() {
        let refuse = |subject: &str, change: fn(&mut TrainSettings)| {
            let mut settings = TrainSettings::suited_to(Way::Everything);
            change(&mut settings);
            let error = check(&settings).expect_err(subject);
            assert_eq!(error.kind, ErrorKind::Usage);
            assert!(error.subject.contains(subject), "{error}");
        };
        refuse("learning rate", |s| s.learning_rate = 0.0);
        refuse("learning rate", |s| s.learning_rate = 1e9);
        refuse("learning rates", |s| s.lr_factor = 0.5);
        refuse("learning rates", |s| s.lr_factor = f32::NAN);
        refuse("warm-up", |s| s.warm_up = -1.0);
        refuse("warm-up", |s| s.warm_up = 1e9);
        refuse("gradient", |s| s.clip = Some(0.0));
        refuse("gradient", |s| s.clip = Some(f32::INFINITY));
        refuse("head alone", |s| s.head_first = usize::MAX);
        refuse("between two steps", |s| s.schedule = Schedule::Step { every: 0, factor: 0.5 });
        refuse("factor", |s| s.schedule = Schedule::Step { every: 1, factor: 2.0 });
        refuse("blocks", |s| s.way = Way::LastBlocks { blocks: 0 });
        refuse("rotation", |s| s.augmentation = Augmentation { rotation: 90.0, ..Augmentation::default() });
    }

    #[test]
    fn data_that_cannot_be_trained_on_is_refused() {
        let settings = TrainSettings { batch: 4, ..TrainSettings::default() };
        let good = TuneData { classes: 2, train: vec![(0, 0), (1, 1), (2, 0), (3, 1)], val: vec![(4, 1)], soft: None };
        check_data(&good, &settings).unwrap();
        let refuse = |found: &str, data: TuneData| {
            let error = check_data(&data, &settings).expect_err(found);
            assert!(error.to_string().contains(found), "{error}");
        };
        refuse("two classes", TuneData { classes: 1, ..good.clone() });
        refuse("found none", TuneData { train: vec![], ..good.clone() });
        refuse("class 7", TuneData { val: vec![(4, 7)], ..good.clone() });
        refuse("3 photos", TuneData { train: good.train[..3].to_vec(), ..good.clone() });
        let soft = |count, temperature| Some(SoftTargets { probabilities: vec![0.5; count].into(), temperature });
        refuse("found 3", TuneData { soft: soft(3, 2.0), ..good.clone() });
        refuse("temperature", TuneData { soft: soft(8, 0.0), ..good.clone() });
        check_data(&TuneData { soft: soft(8, 4.0), ..good }, &settings).unwrap();
    }

    use super::super::SoftTargets;
}

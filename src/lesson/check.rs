//! Can a lesson be made of this? The page has said so in its own words before.

use crate::error::{Error, ErrorKind, Result};
use crate::protocol::Labelled;

/// Do labels fit the classes, and the classes a head?
///
/// # Errors
/// [`ErrorKind::Usage`]: fewer than two classes, an empty one, or a label that is none.
pub fn check(data: &Labelled) -> Result<()> {
    let wrong = |expected: &str, found: String, cure: &str| {
        Err(Error::new(ErrorKind::Usage, "the classes", expected, found, cure))
    };
    if data.classes.len() < 2 {
        let found = format!("{}", data.classes.len());
        return wrong("two classes or more", found, "Add another class: a head tells classes apart.");
    }
    let mut counts = vec![0usize; data.classes.len()];
    for label in &data.labels {
        match counts.get_mut(*label as usize) {
            Some(count) => *count += 1,
            None => return wrong("labels that are classes", format!("the number {label}"), "Reload the page."),
        }
    }
    if data.labels.len() != data.samples.len() {
        let found = format!("{} for {} photos", data.labels.len(), data.samples.len());
        return wrong("a label for each photo", found, "Reload the page.");
    }
    if let Some(empty) = counts.iter().position(|count| *count == 0) {
        let cure = "Add photos to it, or leave it out.";
        return wrong("a photo in every class", format!("none in “{}”", data.classes[empty]), cure);
    }
    Ok(())
}

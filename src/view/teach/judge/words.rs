//! Sentences about how good a head is, in plain words.

use super::Validation;
use crate::metrics::RejectionCost;
use crate::view::format;
use crate::view::teach::training::ready::Problem;

/// The headline: "95.4 % of 87 held-out photos are right."
pub fn headline(validation: &Validation) -> String {
    let photos = validation.samples.len();
    let (share, are) = (format::percent(validation.accuracy()), if photos == 1 { "is" } else { "are" });
    format!("{share} of {photos} held-out {} {are} right", if photos == 1 { "photo" } else { "photos" })
}

/// What the interval means.
pub fn interval(validation: &Validation) -> String {
    let (low, high) = validation.interval;
    let few = if validation.samples.len() < 30 { " That is wide because so few photos were held out." } else { "" };
    format!(
        "Of many more photos like these, between {} and {} would be right (with 95\u{a0}% confidence).{few}",
        format::percent(low as f32),
        format::percent(high as f32)
    )
}

/// What a threshold costs: in all, and the class that loses most.
pub fn cost(cost: &RejectionCost, names: &[String]) -> String {
    if cost.turned_away == 0 {
        return format!("None of the {} held-out photos would be turned away.", cost.total);
    }
    let all = format!(
        "{} of {} held-out photos ({}) would be turned away wrongly.",
        cost.turned_away,
        cost.total,
        format::percent(cost.share())
    );
    let worst = cost.worst.and_then(|(class, away, of)| {
        let name = names.get(class)?;
        Some(format!(" Worst is {name}: {away} of {of} ({}).", format::percent(away as f32 / of.max(1) as f32)))
    });
    all + &worst.unwrap_or_default()
}

/// What the temperature did.
pub fn temperature(validation: &Validation) -> String {
    let (_, before) = &validation.before;
    let points = |error: &f32| format!("{:.1}", error * 100.0);
    let after = validation.after.as_ref().map_or(String::new(), |(_, after)| {
        format!(
            " On average a probability is {} points off the share that is right; it was {} before.",
            points(after),
            points(before)
        )
    });
    let what = match validation.temperature {
        value if (value - 1.0).abs() < 0.005 => "The probabilities are as the head gave them".to_owned(),
        value if value > 1.0 => {
            format!("The head was too sure of itself, so its answers are softened (temperature {value:.2})")
        }
        value => format!("The head was too modest, so its answers are sharpened (temperature {value:.2})"),
    };
    format!("{what}.{after}")
}

/// That the project has changed since the head was trained; `changes` says how.
pub fn stale(changes: &str) -> String {
    format!("Since this head was trained, {changes}. Train again to count that.")
}

/// Why wrong labels cannot be looked for.
pub fn no_suspects(problem: &Problem) -> String {
    match problem {
        Problem::NotReady => "The engine or its network is not ready yet; look for wrong labels when it is.".to_owned(),
        Problem::Setting(..) => problem.words(),
        _ => "Wrong labels can be looked for once two classes have photos.".to_owned(),
    }
}

/// The step of undo for a moved photo.
pub fn moved(photo: &str, class: &str) -> String {
    format!("Move {photo} to {class}")
}

/// The step of undo for a removed photo.
pub fn removed(photo: &str) -> String {
    format!("Remove {photo}")
}

/// What a suspect label says of itself.
pub fn neighbours(share: f32) -> String {
    match (share * 100.0).round() {
        0.0 => "None of the photos most like it are of its class.".to_owned(),
        share => format!("Of the photos most like it, {share:.0}\u{a0}% are of its class."),
    }
}

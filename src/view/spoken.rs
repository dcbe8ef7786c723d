//! What a screen reader says of photos: of each when it is reached, and of all while they are looked at.

use super::format;
use super::photos::{Photo, PhotoState, Photos};

/// A photo and what was found in it.
pub fn photo(photo: &Photo) -> String {
    let found = match (photo.state, photo.prediction.as_ref().and_then(|found| found.top.first())) {
        (PhotoState::Done, Some(first)) => {
            format!("{}, {}", format::class_name(&first.label), format::percent(first.probability))
        }
        (PhotoState::Failed, _) => "could not be classified".to_owned(),
        _ => "waiting".to_owned(),
    };
    format!("{}: {found}", photo.name)
}

/// What goes on. `reading`: files of a folder that were found so far.
pub fn now(photos: &Photos, reading: Option<usize>) -> String {
    if reading.is_some() { "Reading the folder".to_owned() } else { run(photos) }
}

/// How far the photos are: tenths rather than every photo, each that was refused by its name, and of a single one what was found.
fn run(photos: &Photos) -> String {
    let Some(run) = photos.run else { return String::new() };
    let over = run.ended_ms.is_some();
    let last = run.last.and_then(|id| photos.list.iter().find(|photo| photo.id == id));
    if let (true, 1, Some(last)) = (over, run.total, last) {
        return last.error.as_ref().map_or_else(|| photo(last), |error| error.to_string());
    }
    let share = if run.total > 0 { run.done as f64 / run.total as f64 } else { 1.0 };
    let mut words = if over {
        format!("{} done", format::photos(run.total))
    } else {
        format!("{:.0} percent", (share * 10.0).floor() * 10.0)
    };
    if !photos.refused.is_empty() {
        words += &format!(". Not classified: {}", format::names(&photos.refused));
    }
    words
}

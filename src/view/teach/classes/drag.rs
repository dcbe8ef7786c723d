//! What is dragged within the page. Files from outside go the way of all files, see [`crate::view::input`].

use web_sys::DragEvent;

use crate::project::{ClassId, SampleId};

const SAMPLE: &str = "application/x-graft-sample";
const SELECTED: &str = "application/x-graft-selected";
const CLASS: &str = "application/x-graft-class";

/// What is dragged.
#[derive(Debug, Clone, Copy)]
pub enum Dragged {
    /// A photo.
    Sample(SampleId),
    /// All that are selected.
    Selected,
    /// A class, to another place.
    Class(ClassId),
}

/// Begins to drag.
pub fn begin(event: &DragEvent, dragged: &Dragged) {
    let Some(data) = event.data_transfer() else { return };
    let (kind, text) = match dragged {
        Dragged::Sample(id) => (SAMPLE, id.to_string()),
        Dragged::Selected => (SELECTED, String::from("selected")),
        Dragged::Class(id) => (CLASS, id.to_string()),
    };
    let _ = data.set_data(kind, &text);
    data.set_effect_allowed("move");
}

/// Is it something of this page? What exactly is told only when it is let go.
pub fn is_ours(event: &DragEvent) -> bool {
    let kinds = [SAMPLE, SELECTED, CLASS];
    event.data_transfer().is_some_and(|data| {
        data.types().iter().any(|kind| kind.as_string().is_some_and(|kind| kinds.contains(&kind.as_str())))
    })
}

/// What was let go.
pub fn dropped(event: &DragEvent) -> Option<Dragged> {
    let data = event.data_transfer()?;
    let text = |kind: &str| data.get_data(kind).ok().filter(|text| !text.is_empty());
    if let Some(id) = text(CLASS) {
        return id.parse().ok().map(Dragged::Class);
    }
    if text(SELECTED).is_some() {
        return Some(Dragged::Selected);
    }
    text(SAMPLE)?.parse().ok().map(Dragged::Sample)
}

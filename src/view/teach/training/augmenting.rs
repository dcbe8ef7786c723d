//! Augmentation: what can happen to a photo, each with its range and its words, and the preview of it.

use std::rc::Rc;

use crate::project::{Augmentation, Fill};

/// One kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Mirrored.
    Flip,
    /// Turned.
    Rotation,
    /// Enlarged.
    Zoom,
    /// Moved.
    Shift,
    /// Lighter or darker.
    Brightness,
    /// Contrast.
    Contrast,
    /// Colours.
    Saturation,
}

/// What comes in at the edge: the word that is kept, and what people read.
pub const FILLS: [(&str, &str); 3] =
    [("edge", "the edge, repeated"), ("mirror", "the photo, mirrored"), ("grey", "grey")];

impl Change {
    /// All, in the order in which they are done.
    pub const ALL: [Self; 7] =
        [Self::Flip, Self::Rotation, Self::Zoom, Self::Shift, Self::Brightness, Self::Contrast, Self::Saturation];

    /// Its name, as the engine's previews and tests have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Flip => "flip",
            Self::Rotation => "rotation",
            Self::Zoom => "zoom",
            Self::Shift => "shift",
            Self::Brightness => "brightness",
            Self::Contrast => "contrast",
            Self::Saturation => "saturation",
        }
    }

    /// Its name on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Flip => "Mirror",
            Self::Rotation => "Turn",
            Self::Zoom => "Zoom",
            Self::Shift => "Shift",
            Self::Brightness => "Brightness",
            Self::Contrast => "Contrast",
            Self::Saturation => "Colour",
        }
    }

    /// The most that its slider goes to, in the slider's steps; 0 is off. A flip has none.
    pub fn steps(self) -> u32 {
        match self {
            Self::Flip => 1,
            Self::Rotation => 45,
            Self::Zoom => 20,
            Self::Shift => 30,
            Self::Brightness | Self::Contrast | Self::Saturation => 50,
        }
    }

    /// Where its slider stands.
    pub fn step(self, of: &Augmentation) -> u32 {
        let hundredths = |share: f32| (share * 100.0).round();
        let step = match self {
            Self::Flip => f32::from(u8::from(of.flip)),
            Self::Rotation => of.rotation.round(),
            Self::Zoom => hundredths(1.0 - of.zoom),
            Self::Shift => hundredths(of.shift),
            Self::Brightness => hundredths(of.brightness),
            Self::Contrast => hundredths(of.contrast),
            Self::Saturation => hundredths(of.saturation),
        };
        // A cast of what is no number gives 0.
        (step as u32).min(self.steps())
    }

    /// With its slider at this step.
    pub fn at(self, step: u32, of: Augmentation) -> Augmentation {
        let step = step.min(self.steps()) as f32;
        let share = step / 100.0;
        match self {
            Self::Flip => Augmentation { flip: step > 0.0, ..of },
            Self::Rotation => Augmentation { rotation: step, ..of },
            Self::Zoom => Augmentation { zoom: 1.0 - share, ..of },
            Self::Shift => Augmentation { shift: share, ..of },
            Self::Brightness => Augmentation { brightness: share, ..of },
            Self::Contrast => Augmentation { contrast: share, ..of },
            Self::Saturation => Augmentation { saturation: share, ..of },
        }
    }

    /// What it does at most: "± 10°", "off".
    pub fn text(self, of: &Augmentation) -> String {
        match (self, self.step(of)) {
            (_, 0) => "off".to_owned(),
            (Self::Flip, _) => "half of the time".to_owned(),
            (Self::Rotation, step) => format!("±\u{a0}{step}°"),
            (Self::Zoom, step) => format!("{}–100\u{a0}% in view", 100 - step),
            (_, step) => format!("±\u{a0}{step}\u{a0}%"),
        }
    }
}

/// The word of a fill.
pub fn fill_word(fill: Fill) -> &'static str {
    match fill {
        Fill::Edge => "edge",
        Fill::Mirror => "mirror",
        Fill::Grey => "grey",
    }
}

/// The fill of a word; the edge where it is none.
pub fn fill_of(word: &str) -> Fill {
    match word {
        "mirror" => Fill::Mirror,
        "grey" => Fill::Grey,
        _ => Fill::Edge,
    }
}

/// What a tile of a preview shows, in words.
pub fn tile_words(tile: &str) -> &str {
    match tile {
        "photo" => "The photo",
        "all" => "All together",
        other => match Change::ALL.into_iter().find(|change| change.word() == other) {
            Some(change) => change.label(),
            None => other,
        },
    }
}

/// The preview of what augmentation does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// Another number: another photo, other changes.
    pub seed: u32,
    /// The changes that were last asked to be shown; `None`: none were.
    pub asked: Option<Augmentation>,
    /// Is an answer awaited?
    pub awaited: bool,
    /// Something was changed since; it is asked for once the answer is there.
    pub stale: bool,
    /// The picture.
    pub shown: Option<Rc<Tiles>>,
}

/// Squares side by side in one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Tiles {
    /// What was done to the photo in each.
    pub names: Vec<String>,
    /// Width and height of each, pixels.
    pub side: u32,
    /// The picture's `blob:` address.
    pub address: String,
}

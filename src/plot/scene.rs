//! A drawing as a list of marks, in pixels from the upper left corner.

/// What something is painted with; the page has a light and a dark form of each, a file the light one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paint {
    /// Text.
    Ink,
    /// Lesser text.
    Muted,
    /// Hairlines.
    Line,
    /// The accent.
    Leaf,
    /// The ground that it stands on.
    Card,
    /// One of [`HUES`] colours that can be told apart, counted from 0; more begin again. Never alone: a name or a shape goes with it.
    Hue(u8),
}

/// So many hues there are.
pub const HUES: usize = 6;

/// Okabe & Ito's colours ("Color universal design", 2008), darkened until thin lines and letters can be read on white.
const HUE: [(&str, &str); HUES] = [
    ("#0072b2", "hue-0"),
    ("#b84f00", "hue-1"),
    ("#007a59", "hue-2"),
    ("#a8447f", "hue-3"),
    ("#8a5c00", "hue-4"),
    ("#1e2420", "hue-5"),
];

impl Paint {
    /// The colour in a file.
    pub fn hex(self) -> &'static str {
        match self {
            Self::Ink => "#1e2420",
            Self::Muted => "#5b655e",
            Self::Line => "#dde1da",
            Self::Leaf => "#1f7a4d",
            Self::Card => "#ffffff",
            Self::Hue(place) => HUE[usize::from(place) % HUES].0,
        }
    }

    /// The end of its class names on the page: `fill-leaf`, `stroke-leaf`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ink => "ink",
            Self::Muted => "muted",
            Self::Line => "line",
            Self::Leaf => "leaf",
            Self::Card => "card",
            Self::Hue(place) => HUE[usize::from(place) % HUES].1,
        }
    }
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// With what.
    pub paint: Paint,
    /// How thick, pixels.
    pub width: f64,
    /// Length of a dash and of a gap, pixels.
    pub dash: Option<(f64, f64)>,
    /// 0–1.
    pub opacity: f64,
}

impl Stroke {
    /// A full line.
    pub fn new(paint: Paint, width: f64) -> Self {
        Self { paint, width, dash: None, opacity: 1.0 }
    }

    /// The same in dashes.
    pub fn dashed(self, dash: f64, gap: f64) -> Self {
        Self { dash: Some((dash, gap)), ..self }
    }

    /// The same with this share of the ink, 0–1.
    pub fn faint(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }
}

/// Which part of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// One thing that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A line through points.
    Path {
        /// Through which, two or more.
        points: Vec<(f64, f64)>,
        /// How.
        stroke: Stroke,
    },
    /// A disc with a rim of the ground's colour.
    Dot {
        /// Its middle.
        at: (f64, f64),
        /// Pixels.
        radius: f64,
        /// With what.
        paint: Paint,
        /// 0–1.
        opacity: f64,
    },
    /// A rectangle with round corners.
    Area {
        /// Its upper left corner.
        at: (f64, f64),
        /// Width and height.
        size: (f64, f64),
        /// With what it is filled.
        fill: Paint,
        /// Its rim.
        rim: Option<Stroke>,
        /// Radius of the corners.
        round: f64,
    },
    /// A line of text.
    Text {
        /// Where its baseline is.
        at: (f64, f64),
        /// What it says.
        text: String,
        /// What of it is there.
        anchor: Anchor,
        /// With what.
        paint: Paint,
        /// Bold?
        strong: bool,
        /// With a rim of the ground's colour, to be read over lines?
        halo: bool,
    },
}

impl Mark {
    /// The same elsewhere.
    fn moved(mut self, by: (f64, f64)) -> Self {
        let add = |point: &mut (f64, f64)| *point = (point.0 + by.0, point.1 + by.1);
        match &mut self {
            Self::Path { points, .. } => points.iter_mut().for_each(add),
            Self::Dot { at, .. } | Self::Area { at, .. } | Self::Text { at, .. } => add(at),
        }
        self
    }
}

/// Height of the letters, pixels.
pub const LETTERS: f64 = 12.0;

/// About how wide a text is in a system font of [`LETTERS`], pixels, rather too wide than too narrow; no browser is asked, so that a
/// drawing is the same everywhere.
pub fn text_width(text: &str) -> f64 {
    let width = |letter: char| match letter {
        letter if "iljtf.,:;'|!()[] \u{a0}".contains(letter) => 4.2,
        '%' | 'm' | 'w' | 'M' | 'W' => 11.0,
        letter if letter.is_uppercase() => 8.8,
        letter if letter.is_ascii() => 7.4,
        // Letters of other scripts can be as wide as they are high.
        _ => LETTERS,
    };
    text.chars().map(width).sum()
}

/// A drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Pixels.
    pub width: f64,
    /// Pixels.
    pub height: f64,
    /// What it shows, for those who cannot see it.
    pub label: String,
    /// What is drawn, the lowest first.
    pub marks: Vec<Mark>,
}

impl Scene {
    /// One under the other.
    pub fn stacked(scenes: impl IntoIterator<Item = Self>, gap: f64) -> Self {
        let mut all = Self { width: 0.0, height: 0.0, label: String::new(), marks: Vec::new() };
        for scene in scenes {
            if all.height > 0.0 {
                all.height += gap;
                all.label.push_str(" · ");
            }
            let down = all.height;
            all.marks.extend(scene.marks.into_iter().map(|mark| mark.moved((0.0, down))));
            all.label.push_str(&scene.label);
            all.width = all.width.max(scene.width);
            all.height += scene.height;
        }
        all
    }

    /// With room around it.
    pub fn padded(mut self, by: f64) -> Self {
        self.marks = self.marks.into_iter().map(|mark| mark.moved((by, by))).collect();
        self.width += 2.0 * by;
        self.height += 2.0 * by;
        self
    }
}

//! What a person looks at.

/// The parts of the panel about held-out photos.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    /// Which class was taken for which.
    #[default]
    Confusion,
    /// Precision, recall, F1, support.
    Classes,
    /// Photos by the probability of their class, the least probable first.
    Mistakes,
    /// Do the probabilities mean what they say?
    Calibration,
    /// "None of these".
    Unknown,
    /// Labels that look wrong.
    Suspects,
}

impl Tab {
    /// All of them, in their order.
    pub const ALL: [Self; 6] =
        [Self::Confusion, Self::Classes, Self::Mistakes, Self::Calibration, Self::Unknown, Self::Suspects];

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Confusion => "Mix-ups",
            Self::Classes => "Classes",
            Self::Mistakes => "Worst photos",
            Self::Calibration => "Probabilities",
            Self::Unknown => "None of these",
            Self::Suspects => "Wrong labels",
        }
    }

    /// `data-tab` and ids on the page.
    pub fn word(self) -> &'static str {
        match self {
            Self::Confusion => "confusion",
            Self::Classes => "classes",
            Self::Mistakes => "mistakes",
            Self::Calibration => "calibration",
            Self::Unknown => "unknown",
            Self::Suspects => "suspects",
        }
    }
}

/// The columns of the table of classes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Column {
    /// The person's order.
    #[default]
    Class,
    /// Of those called this class, the share that are.
    Precision,
    /// Of those that are this class, the share that was called so.
    Recall,
    /// Harmonic mean of both.
    F1,
    /// Photos of the class.
    Support,
}

/// Photos of a list that are shown at first, and how many more at a time.
pub const PAGE: usize = 24;

/// What a person looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Showing {
    /// The part.
    pub tab: Tab,
    /// Shares of the true class in the confusion matrix, rather than counts.
    pub shares: bool,
    /// The cell whose photos are shown: true class, what the head said.
    pub cell: Option<(usize, usize)>,
    /// Orders the classes.
    pub sort: Column,
    /// The largest first.
    pub descending: bool,
    /// Photos that the list in sight shows.
    pub limit: usize,
}

impl Default for Showing {
    fn default() -> Self {
        Self { tab: Tab::default(), shares: false, cell: None, sort: Column::default(), descending: false, limit: PAGE }
    }
}

impl Showing {
    /// Another column, or the same the other way round. Shares begin with the worst, as that is what one looks for.
    pub(super) fn sort_by(&mut self, column: Column) {
        self.descending = if self.sort == column { !self.descending } else { column == Column::Support };
        self.sort = column;
    }
}

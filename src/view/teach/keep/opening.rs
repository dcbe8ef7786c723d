//! A `.graft` file being opened. Until all of it is here and sound, nothing of the page is changed.

use std::collections::HashSet;
use std::rc::Rc;

use crate::error::{Error, ErrorKind};
use crate::project::{FORMAT_VERSION, Project, SampleId};
use crate::protocol::ZipEntry;

/// Photos that are asked of the engine at once.
const WINDOW: usize = 4;

/// What a `.graft` file holds beside the photos' bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Contents {
    /// The file's name.
    pub name: String,
    /// The project.
    pub project: Rc<Project>,
    /// What the page had put beside it: runs, curves.
    pub page: Rc<serde_json::Value>,
    /// Where each sample's photo is.
    pub photos: Rc<[(SampleId, ZipEntry)]>,
    /// Samples whose embeddings are in the file.
    pub embedded: Rc<[SampleId]>,
    /// Length of the head's file; 0 where there is none.
    pub head_bytes: usize,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Opening {
    /// The engine reads what is in the file.
    Reading {
        /// The question's number.
        number: u32,
        /// The file's name.
        name: String,
    },
    /// A person is asked whether the project on the page may go.
    Asking(Contents),
    /// The photos are taken out.
    Unpacking(Unpacking),
}

/// How far the photos are.
#[derive(Debug, Clone, PartialEq)]
pub struct Unpacking {
    /// What the file holds.
    pub contents: Contents,
    sent: usize,
    /// Photos that are here.
    pub done: usize,
    /// When it began, milliseconds on the page's clock.
    pub began_ms: f64,
}

impl Unpacking {
    /// Begins to take out the photos.
    pub fn new(contents: Contents, now_ms: f64) -> Self {
        Self { contents, sent: 0, done: 0, began_ms: now_ms }
    }

    /// Places in the zip file of the photos to be asked for now.
    pub fn more(&mut self) -> Vec<usize> {
        let photos = &self.contents.photos;
        let until = (self.done + WINDOW).min(photos.len());
        let asked = photos[self.sent.min(until)..until].iter().map(|(_, entry)| entry.index).collect();
        self.sent = self.sent.max(until);
        asked
    }

    /// Has the engine photos to take out?
    pub fn is_awaited(&self) -> bool {
        self.done < self.sent
    }

    /// Are all photos here?
    pub fn is_done(&self) -> bool {
        self.done >= self.contents.photos.len()
    }
}

impl Contents {
    /// Refuses what this program cannot know or what does not fit together.
    pub fn check(&self) -> Result<(), Error> {
        let damaged = |expected: &str, found: String| {
            let cure = "Nothing was changed. Open another copy of the file, if there is one.";
            Err(Error::new(ErrorKind::Io, self.name.clone(), expected, found, cure))
        };
        let project = &*self.project;
        if project.version > FORMAT_VERSION {
            return Err(Error::new(
                ErrorKind::Io,
                self.name.clone(),
                format!("a project of version {FORMAT_VERSION} or earlier"),
                format!("version {}", project.version),
                "Nothing was changed. Reload this page, which may bring a newer Graft, or open the file where it was made.",
            ));
        }
        let mut samples = HashSet::new();
        let classes: HashSet<_> = project.classes.iter().map(|class| class.id).collect();
        for sample in &project.samples {
            if !samples.insert(sample.id) {
                return damaged("each photo once", format!("{} twice", sample.name));
            }
            if sample.class.is_some_and(|class| !classes.contains(&class)) {
                return damaged("photos in classes that are there", format!("{} in none of them", sample.name));
            }
        }
        Ok(())
    }
}

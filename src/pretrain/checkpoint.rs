//! A training on disk, so that it can be stopped at any time and go on.

use std::collections::BTreeMap;
use std::path::Path;

use safetensors::SafeTensors;

use super::course::Spent;
use super::teacher::write_whole;
use crate::error::{Error, ErrorKind, Result};
use crate::network::State;
use crate::tensor_file::{self, Tensor};

/// All that a training needs to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// What was trained, with what and how: a training with other settings does not go on from here.
    pub settings: String,
    /// Whole passes so far.
    pub epoch: usize,
    /// Photos and time so far.
    pub spent: Spent,
    /// The network's numbers.
    pub network: State,
    /// The optimizer's: see [`super::adam::Adam::state`].
    pub optimizer: (Vec<Vec<f32>>, u32),
}

impl Checkpoint {
    /// Writes the file, the former one kept until it is whole.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let rows = |kind: &str, rows: &[Vec<f32>]| -> Vec<Tensor<'static>> {
            let name = |index: usize| format!("{kind}.{index:04}");
            rows.iter().enumerate().map(|(index, row)| Tensor::f32(name(index), vec![row.len()], row)).collect()
        };
        let mut tensors = rows("network", &self.network.tensors);
        tensors.extend(rows("optimizer", &self.optimizer.0));
        let metadata = BTreeMap::from([
            ("format", "graft-pretraining".to_string()),
            ("settings", self.settings.clone()),
            ("epoch", self.epoch.to_string()),
            ("photos", self.spent.photos.to_string()),
            ("seconds", self.spent.seconds.to_string()),
            ("updates", self.network.updates.to_string()),
            ("steps", self.optimizer.1.to_string()),
        ]);
        write_whole(path, &tensor_file::write(&metadata, &tensors))
    }

    /// Reads a file that [`Self::write`] made.
    ///
    /// # Errors
    /// It is missing, damaged, or of a training with other settings.
    pub fn read(path: &Path, settings: &str) -> Result<Self> {
        let refused = |expected: &str, found: String| {
            let cure = "Begin anew, without --resume.";
            Error::new(ErrorKind::Usage, path.display().to_string(), expected, found, cure)
        };
        let bytes = std::fs::read(path).map_err(|error| refused("a checkpoint", error.to_string()))?;
        let damaged = |found: String| refused("a whole checkpoint", found);
        let (_, header) = SafeTensors::read_metadata(&bytes).map_err(|error| damaged(error.to_string()))?;
        let file = SafeTensors::deserialize(&bytes).map_err(|error| damaged(error.to_string()))?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let text = |key: &str| metadata.get(key).cloned().ok_or_else(|| damaged(format!("none of `{key}`")));
        if text("settings")? != settings {
            return Err(refused(&format!("a training of {settings}"), text("settings")?));
        }
        let count = |key: &str| text(key)?.parse::<usize>().map_err(|error| damaged(error.to_string()));
        let small = |key: &str| text(key)?.parse::<u32>().map_err(|error| damaged(error.to_string()));
        let seconds = text("seconds")?.parse::<f64>().map_err(|error| damaged(error.to_string()))?;
        let rows = |kind: &str| -> Vec<Vec<f32>> {
            let mut names: Vec<&str> = file.names().into_iter().filter(|name| name.starts_with(kind)).collect();
            names.sort_unstable();
            let views = names.into_iter().filter_map(|name| file.tensor(name).ok());
            let values = |bytes: &[u8]| bytes.as_chunks::<4>().0.iter().map(|word| f32::from_le_bytes(*word)).collect();
            views.map(|view| values(view.data())).collect()
        };
        Ok(Self {
            settings: settings.to_string(),
            epoch: count("epoch")?,
            spent: Spent { photos: count("photos")?, seconds },
            network: State { tensors: rows("network."), updates: small("updates")? },
            optimizer: (rows("optimizer."), small("steps")?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_comes_back() {
        let path = std::env::temp_dir().join(format!("graft-checkpoint-{}.safetensors", std::process::id()));
        let checkpoint = Checkpoint {
            settings: "a network".to_string(),
            epoch: 3,
            spent: Spent { photos: 120, seconds: 4.5 },
            network: State { tensors: vec![vec![1.0, 2.0], vec![-0.5; 12]], updates: 9 },
            optimizer: (vec![vec![0.25; 2]; 4], 11),
        };
        checkpoint.write(&path).unwrap();
        assert_eq!(Checkpoint::read(&path, "a network").unwrap(), checkpoint);
        assert!(Checkpoint::read(&path, "another").unwrap_err().found.contains("a network"));
        std::fs::write(&path, b"cut").unwrap();
        assert_eq!(Checkpoint::read(&path, "a network").unwrap_err().kind, ErrorKind::Usage);
        std::fs::remove_file(&path).unwrap();
    }
}

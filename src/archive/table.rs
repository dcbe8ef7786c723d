//! Embeddings with labels and file names, for other programs: CSV for spreadsheets, npz for NumPy.

use std::io::{Result, Seek, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::npy;

/// What is written.
#[derive(Debug, Clone, Copy)]
pub struct EmbeddingTable<'a> {
    /// Names of the classes.
    pub classes: &'a [String],
    /// Class of each photo, an index into `classes`; `[N]`.
    pub labels: &'a [u32],
    /// Each photo's path or name; `[N]`.
    pub files: &'a [String],
    /// Each photo's embedding, `[N, width]`.
    pub rows: &'a [f32],
    /// Numbers a photo.
    pub width: usize,
}

impl EmbeddingTable<'_> {
    /// NumPy's `.npz`: arrays `embeddings` f32 `[N, E]`, `labels` int64 `[N]`, `classes` and `files` text.
    ///
    /// # Errors
    /// What the sink says.
    pub fn write_npz(&self, sink: impl Write + Seek) -> Result<()> {
        let mut file = ZipWriter::new(sink);
        let arrays = [
            ("embeddings", npy::floats(self.rows, self.width)),
            ("labels", npy::integers(self.labels)),
            ("classes", npy::texts(self.classes)),
            ("files", npy::texts(self.files)),
        ];
        for (name, array) in arrays {
            file.start_file(format!("{name}.npy"), SimpleFileOptions::default())?;
            file.write_all(&array)?;
        }
        file.finish()?.flush()
    }

    /// A header, then a row a photo: file, class, and the embedding's numbers.
    ///
    /// # Errors
    /// What the sink says.
    pub fn write_csv(&self, mut sink: impl Write) -> Result<()> {
        let columns: Vec<String> = (0..self.width).map(|i| format!("e{i}")).collect();
        writeln!(sink, "file,class,{}", columns.join(","))?;
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let rows = self.rows.chunks_exact(self.width.max(1));
        for ((row, name), label) in rows.zip(self.files).zip(self.labels) {
            let class =
                usize::try_from(*label).ok().and_then(|label| self.classes.get(label)).map_or("", String::as_str);
            let numbers: Vec<String> = row.iter().map(f32::to_string).collect();
            writeln!(sink, "{},{},{}", quoted(name), quoted(class), numbers.join(","))?;
        }
        sink.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_a_photo() {
        let (classes, files) = (["a \"b\"".to_owned(), "c".to_owned()], ["x.jpg".to_owned(), "y.jpg".to_owned()]);
        let table = EmbeddingTable {
            classes: &classes,
            labels: &[1, 0],
            files: &files,
            rows: &[1.0, 0.5, -2.0, 3.0],
            width: 2,
        };
        let mut csv = Vec::new();
        table.write_csv(&mut csv).unwrap();
        let text = String::from_utf8(csv).unwrap();
        assert_eq!(text, "file,class,e0,e1\n\"x.jpg\",\"c\",1,0.5\n\"y.jpg\",\"a \"\"b\"\"\",-2,3\n");
        let mut npz = std::io::Cursor::new(Vec::new());
        table.write_npz(&mut npz).unwrap();
        assert!(npz.into_inner().starts_with(b"PK"));
    }
}

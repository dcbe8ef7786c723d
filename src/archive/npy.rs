//! NumPy's array files, as `numpy.load` reads them. Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.

/// float32 `[rows.len() / columns, columns]`.
pub fn floats(rows: &[f32], columns: usize) -> Vec<u8> {
    let mut file = header("<f4", &format!("({}, {columns})", rows.len().checked_div(columns).unwrap_or(0)));
    file.extend(rows.iter().flat_map(|value| value.to_le_bytes()));
    file
}

/// int64 `[values.len()]`.
pub fn integers(values: &[u32]) -> Vec<u8> {
    let mut file = header("<i8", &format!("({},)", values.len()));
    file.extend(values.iter().flat_map(|value| i64::from(*value).to_le_bytes()));
    file
}

/// Unicode text `[texts.len()]`: four bytes a character, each padded to the longest.
pub fn texts(texts: &[String]) -> Vec<u8> {
    let longest = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0).max(1);
    let mut file = header(&format!("<U{longest}"), &format!("({},)", texts.len()));
    for text in texts {
        let characters = text.chars().map(u32::from).chain(std::iter::repeat(0)).take(longest);
        file.extend(characters.flat_map(u32::to_le_bytes));
    }
    file
}

/// Magic, version 1.0, and a Python dictionary padded so that the data begins at a multiple of 64 bytes.
fn header(kind: &str, shape: &str) -> Vec<u8> {
    let mut text = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
    while (10 + text.len() + 1) % 64 != 0 {
        text.push(' ');
    }
    text.push('\n');
    let length = u16::try_from(text.len()).expect("a header of a hundred characters").to_le_bytes();
    [b"\x93NUMPY\x01\x00".as_slice(), &length, text.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_begins_at_a_multiple_of_64() {
        let file = floats(&[1.0, 2.0, 3.0, 4.0], 2);
        assert_eq!((file.len() - 16) % 64, 0);
        assert!(
            String::from_utf8_lossy(&file[10..])
                .starts_with("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }")
        );
        assert_eq!(&file[file.len() - 4..], 4.0f32.to_le_bytes());
        assert_eq!(texts(&["ab".into(), "c".into()]).len() % 64, 16);
        assert_eq!(integers(&[7]).len() % 64, 8);
    }
}

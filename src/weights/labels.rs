//! Class lists: what each output unit of a network stands for.

use crate::error::{Error, ErrorKind, Result};

/// The name of one output unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// WordNet id such as `n02110341`; `None` where the class has none.
    pub id: Option<String>,
    /// The name in the class list.
    pub name: String,
}

/// A list of one name a line, whichever unit is the background: the iNaturalist lists, or a person's own.
pub fn with_background(names: &str) -> Vec<Label> {
    lines(names).map(|name| Label { id: None, name: name.to_string() }).collect()
}

/// ImageNet's list: the background, then a name a line, and the WordNet ids in the same order without the background.
///
/// `ids` is a line a class, the id its first field that looks like one: `n01440764`, or `0<tab>n01440764<tab>tench`.
///
/// # Errors
/// The two lists are not of the same length, or a line of `ids` holds none.
pub fn background_first(names: &str, ids: &str) -> Result<Vec<Label>> {
    let mut labels = with_background(names);
    let ids: Vec<Option<&str>> = lines(ids).map(|line| line.split('\t').find(|field| is_wordnet_id(field))).collect();
    let damaged = |expected: String, found: String| {
        let cure = "Delete the lists in models/cache and get them again with `graft resolve`.";
        Error::new(ErrorKind::Registry, "the class list", expected, found, cure)
    };
    if labels.len() != ids.len() + 1 {
        return Err(damaged(
            format!("{} names, the background and one per WordNet id", ids.len() + 1),
            format!("{} names", labels.len()),
        ));
    }
    for (line, (label, id)) in labels.iter_mut().skip(1).zip(&ids).enumerate() {
        let id =
            id.ok_or_else(|| damaged("a WordNet id in every line".to_string(), format!("none in line {}", line + 1)))?;
        label.id = Some(id.to_string());
    }
    Ok(labels)
}

/// Names for a network that came without any: `unit 0`, `unit 1`, ….
pub fn unnamed(units: usize) -> Vec<Label> {
    (0..units).map(|unit| Label { id: None, name: format!("unit {unit}") }).collect()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// An `n` and eight digits: a noun's offset in WordNet 3.0.
fn is_wordnet_id(field: &str) -> bool {
    field.strip_prefix('n').is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_the_id_list_give_the_same_labels() {
        let names = "background\ntench, Tinca tinca\ngoldfish\n";
        let plain = background_first(names, "n01440764\nn01443537\n").unwrap();
        let table = background_first(names, "0\tn01440764\ttench\n1\tn01443537\tgoldfish\n").unwrap();
        assert_eq!(plain, table);
        assert_eq!(plain[0], Label { id: None, name: "background".to_string() });
        assert_eq!(plain[1], Label { id: Some("n01440764".to_string()), name: "tench, Tinca tinca".to_string() });
    }

    #[test]
    fn lists_that_do_not_fit_are_refused() {
        assert!(background_first("background\ntench", "n01440764\nn01443537").unwrap_err().found.contains("2 names"));
        assert!(background_first("background\ntench", "tench").unwrap_err().found.contains("line 1"));
    }
}

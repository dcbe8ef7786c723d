//! The data sheet: what a project's photos are like, class by class, and what is likely to go wrong with them.

use std::collections::{HashMap, HashSet};

use super::model::{ClassId, Project, Sample, SampleId};

/// A class this many times as large as another makes the smaller one hard to learn.
const UNEQUAL: usize = 10;
/// Up to here a class is too small for its validation accuracy to say much: one photo held out is all or nothing.
const FEW: usize = 5;
/// From here on the tables are long and a class's photos few.
const MANY_CLASSES: usize = 100;

/// What is known beside the project.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// Who was trained on and who was held out, the last time; `None` before.
    pub split: Option<(&'a [SampleId], &'a [SampleId])>,
    /// Photos that could not be embedded.
    pub failed: Option<&'a HashSet<SampleId>>,
    /// Groups of near-duplicates; `None` while nobody has looked.
    pub groups: Option<&'a [Vec<SampleId>]>,
}

/// One line of the sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetRow {
    /// The class; `None` for the unsorted photos and for the totals.
    pub class: Option<ClassId>,
    /// The class's name, "Unsorted" or "All".
    pub name: String,
    /// Photos.
    pub photos: usize,
    /// Of these, photos that were decoded; the next three are about them.
    pub decoded: usize,
    /// Median width, pixels; 0 where none was decoded.
    pub width: u32,
    /// Median height, pixels; 0 where none was decoded.
    pub height: u32,
    /// Photos without colour.
    pub grey: usize,
    /// Photos trained on the last time; `None` before.
    pub training: Option<usize>,
    /// Photos held out the last time; `None` before.
    pub validation: Option<usize>,
    /// Photos whose bytes another photo has, too; the first of each counts not.
    pub copies: usize,
    /// Photos in groups of near-duplicates; `None` while nobody has looked.
    pub near: Option<usize>,
    /// Photos that could not be embedded.
    pub failed: usize,
}

/// The sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// A row a class in the person's order, then the unsorted photos if there are any.
    pub rows: Vec<SheetRow>,
    /// All photos.
    pub total: SheetRow,
    /// What a person should know, full sentences.
    pub warnings: Vec<String>,
}

impl Sheet {
    /// The heads of [`Sheet::table`]'s columns.
    pub const COLUMNS: [&'static str; 11] = [
        "class",
        "photos",
        "median width",
        "median height",
        "grey",
        "colour",
        "training",
        "validation",
        "exact copies",
        "near-duplicates",
        "failed",
    ];

    /// Counts.
    pub fn new(project: &Project, beside: Beside) -> Self {
        let mut gathered: HashMap<Option<ClassId>, Gathered> = HashMap::new();
        let mut all = Gathered::default();
        let near: Option<HashSet<SampleId>> = beside.groups.map(|groups| groups.iter().flatten().copied().collect());
        let split = beside.split.map(|(training, validation)| -> [HashSet<SampleId>; 2] {
            [training, validation].map(|ids| ids.iter().copied().collect())
        });
        let mut seen: HashMap<&str, Option<ClassId>> = HashMap::new();
        let mut torn = 0;
        for sample in &project.samples {
            let first = (!sample.sha256.is_empty()).then(|| seen.get(sample.sha256.as_str()).copied()).flatten();
            seen.entry(sample.sha256.as_str()).or_insert(sample.class);
            torn += usize::from(first.is_some_and(|class| class != sample.class));
            for to in [gathered.entry(sample.class).or_default(), &mut all] {
                to.take(sample);
                to.row.copies += usize::from(first.is_some());
                to.row.failed += usize::from(beside.failed.is_some_and(|failed| failed.contains(&sample.id)));
                if let Some([training, validation]) = &split {
                    *to.row.training.get_or_insert(0) += usize::from(training.contains(&sample.id));
                    *to.row.validation.get_or_insert(0) += usize::from(validation.contains(&sample.id));
                }
                if let Some(near) = &near {
                    *to.row.near.get_or_insert(0) += usize::from(near.contains(&sample.id));
                }
            }
        }
        let mut row = |class: Option<ClassId>, name: &str| {
            let found = gathered.remove(&class).unwrap_or_else(|| {
                let zero = |known: bool| known.then_some(0);
                let row = SheetRow {
                    training: zero(split.is_some()),
                    validation: zero(split.is_some()),
                    near: zero(near.is_some()),
                    ..SheetRow::default()
                };
                Gathered { row, ..Gathered::default() }
            });
            SheetRow { class, name: name.to_owned(), ..found.finish() }
        };
        let mut rows: Vec<SheetRow> = project.classes.iter().map(|class| row(Some(class.id), &class.name)).collect();
        let warnings = warnings(&rows, torn);
        let unsorted = row(None, "Unsorted");
        rows.extend((unsorted.photos > 0).then_some(unsorted));
        Self { rows, total: SheetRow { name: "All".to_owned(), ..all.finish() }, warnings }
    }

    /// The sheet as a table: [`Sheet::COLUMNS`], then a row a class and the totals. What is not known is empty.
    pub fn table(&self) -> Vec<[String; 11]> {
        let cells = |row: &SheetRow| {
            let known = |number: Option<usize>| number.map(|number| number.to_string()).unwrap_or_default();
            let decoded = |number: usize| if row.decoded > 0 { number.to_string() } else { String::new() };
            [
                row.name.clone(),
                row.photos.to_string(),
                decoded(row.width as usize),
                decoded(row.height as usize),
                decoded(row.grey),
                decoded(row.decoded - row.grey),
                known(row.training),
                known(row.validation),
                row.copies.to_string(),
                known(row.near),
                row.failed.to_string(),
            ]
        };
        let rows = self.rows.iter().chain([&self.total]).map(cells);
        std::iter::once(Self::COLUMNS.map(str::to_owned)).chain(rows).collect()
    }
}

/// A row, and what its medians are taken of.
#[derive(Debug, Default)]
struct Gathered {
    row: SheetRow,
    widths: Vec<u32>,
    heights: Vec<u32>,
}

impl Gathered {
    fn take(&mut self, sample: &Sample) {
        self.row.photos += 1;
        let [width, height] = sample.size;
        if width > 0 && height > 0 {
            self.row.decoded += 1;
            self.row.grey += usize::from(sample.grey);
            self.widths.push(width);
            self.heights.push(height);
        }
    }

    fn finish(mut self) -> SheetRow {
        self.row.width = median(self.widths);
        self.row.height = median(self.heights);
        self.row
    }
}

/// The middle one; the lower of two middle ones; 0 of none.
fn median(mut values: Vec<u32>) -> u32 {
    if values.is_empty() {
        return 0;
    }
    let middle = (values.len() - 1) / 2;
    *values.select_nth_unstable(middle).1
}

fn warnings(rows: &[SheetRow], torn: usize) -> Vec<String> {
    let mut says = Vec::new();
    let named = |list: &[&SheetRow]| match list {
        [] => String::new(),
        [one] => one.name.clone(),
        [one, two] => format!("{} and {}", one.name, two.name),
        [one, two, rest @ ..] => format!("{}, {} and {} more", one.name, two.name, rest.len()),
    };
    let with = |test: &dyn Fn(&SheetRow) -> bool| -> Vec<&SheetRow> { rows.iter().filter(|row| test(row)).collect() };
    if rows.len() == 1 {
        says.push(format!(
            "{} is the only class: training tells classes apart, so it needs a second one.",
            rows[0].name
        ));
    }
    let empty = with(&|row| row.photos == 0);
    if !empty.is_empty() {
        let has = if empty.len() == 1 { "has" } else { "have" };
        says.push(format!("{} {has} no photos yet and will be left out of training.", named(&empty)));
    }
    let single = with(&|row| row.photos == 1);
    if !single.is_empty() {
        let has = if single.len() == 1 { "has" } else { "have" };
        let what = "so nothing is left to check it with. Add a few more.";
        says.push(format!("{} {has} only one photo, {what}", named(&single)));
    }
    let few = with(&|row| (2..FEW).contains(&row.photos));
    if !few.is_empty() {
        let has = if few.len() == 1 { "has" } else { "have" };
        says.push(format!("{} {has} fewer than {FEW} photos: the validation accuracy will jump about.", named(&few)));
    }
    let most = rows.iter().max_by_key(|row| row.photos);
    let least = rows.iter().filter(|row| row.photos > 0).min_by_key(|row| row.photos);
    if let (Some(most), Some(least)) = (most, least)
        && most.photos >= UNEQUAL * least.photos
    {
        says.push(format!(
            "{} has {} photos and {} has {}. Add photos to the small class, or turn on class weights in the settings of training.",
            most.name, most.photos, least.name, least.photos
        ));
    }
    if rows.len() >= MANY_CLASSES {
        let photos: usize = rows.iter().map(|row| row.photos).sum();
        let mean = photos as f64 / rows.len() as f64;
        says.push(format!(
            "{} classes with {mean:.0} photos each on average: the more classes, the more photos each needs.",
            rows.len()
        ));
    }
    if torn > 0 {
        let (photos, are) = if torn == 1 { ("photo", "is") } else { ("photos", "are") };
        says.push(format!(
            "{torn} {photos} {are} in two classes at once, byte for byte: one of the two labels must be wrong."
        ));
    }
    let grey = with(&|row| row.decoded > 1 && row.grey * 10 >= row.decoded * 9);
    let colour = with(&|row| row.decoded > 1 && row.grey * 10 <= row.decoded);
    if !grey.is_empty() && !colour.is_empty() {
        let is = if grey.len() == 1 { "is" } else { "are" };
        let hers = named(&colour);
        says.push(format!(
            "{} {is} nearly all grey and {hers} in colour: training may learn that instead of what is in the photos.",
            named(&grey)
        ));
    }
    says
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::project::{Edit, Role};

    fn sample(id: SampleId, class: Option<ClassId>, size: [u32; 2], grey: bool, sha256: &str) -> Rc<Sample> {
        let (name, role, sha256) = (format!("{id}.jpg"), Role::Auto, sha256.to_owned());
        Rc::new(Sample { id, name, class, role, sha256, bytes: 9, size, grey })
    }

    fn project(names: &[&str], samples: Vec<Rc<Sample>>) -> Project {
        let mut project = Project::default();
        for name in names {
            let class = project.new_class(*name);
            project.apply(Edit::AddClass { class, at: None }).unwrap();
        }
        project.apply(Edit::AddSamples(samples)).unwrap();
        project
    }

    #[test]
    fn rows_count_what_is_known() {
        let project = project(
            &["ants", "bees"],
            vec![
                sample(1, Some(1), [100, 80], true, "a"),
                sample(2, Some(1), [300, 90], false, "b"),
                sample(3, Some(1), [200, 50], false, "a"),
                sample(4, Some(1), [0, 0], false, ""),
                sample(5, None, [7, 9], false, "c"),
            ],
        );
        let failed = HashSet::from([4]);
        let groups = [vec![2, 3]];
        let beside = Beside { split: Some((&[1, 2], &[3])), failed: Some(&failed), groups: Some(&groups) };
        let sheet = Sheet::new(&project, beside);
        let ants = &sheet.rows[0];
        assert_eq!((ants.photos, ants.decoded, ants.width, ants.height, ants.grey), (4, 3, 200, 80, 1));
        assert_eq!(
            (ants.training, ants.validation, ants.copies, ants.near, ants.failed),
            (Some(2), Some(1), 1, Some(2), 1)
        );
        assert_eq!((sheet.rows[1].photos, sheet.rows[1].training), (0, Some(0)));
        assert_eq!((sheet.rows[2].name.as_str(), sheet.rows[2].width), ("Unsorted", 7));
        assert_eq!((sheet.total.photos, sheet.total.decoded, sheet.total.failed), (5, 4, 1));
        let table = sheet.table();
        assert_eq!(table.len(), 5);
        assert_eq!(table[2].join(","), "bees,0,,,,,0,0,0,0,0");
        assert!(sheet.warnings.iter().any(|text| text.starts_with("bees has no photos")), "{:?}", sheet.warnings);
    }

    #[test]
    fn warnings_name_what_will_go_wrong() {
        let mut samples = vec![sample(1, Some(1), [9, 9], false, "same")];
        samples.extend((2..32).map(|id| sample(id, Some(2), [9, 9], id > 3, &id.to_string())));
        samples.push(sample(40, Some(2), [9, 9], true, "same"));
        samples.extend((50..53).map(|id| sample(id, Some(3), [9, 9], false, &id.to_string())));
        let all = Sheet::new(&project(&["ants", "bees", "wasps"], samples), Beside::default()).warnings.join("\n");
        for part in [
            "ants has only one photo",
            "wasps has fewer than 5 photos",
            "bees has 31 photos and ants has 1",
            "1 photo is in two classes at once",
            "bees is nearly all grey and wasps in colour",
        ] {
            assert!(all.contains(part), "{part} is not in\n{all}");
        }
        let names: Vec<String> = (0..200).map(|n| n.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let samples = (1..=1000).map(|id| sample(id, Some(id as u32 % 200 + 1), [9, 9], false, "")).collect();
        let warnings = Sheet::new(&project(&names, samples), Beside::default()).warnings;
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].starts_with("200 classes with 5 photos each"), "{warnings:?}");
        assert!(Sheet::new(&Project::default(), Beside::default()).warnings.is_empty());
    }
}

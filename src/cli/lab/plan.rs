//! A plan: what is run, as a TOML file says it.
//!
//! ```toml
//! [defaults]                      # for every run
//! data = "../shared/data/cats_dogs"
//! seeds = [0, 1, 2]
//!
//! [[run]]
//! name = "frozen, 50 a class"     # runs that differ by their seed alone share it
//! shots = 50
//! ```
//!
//! The keys are the long flags of `graft train`: a number or text is the flag's value, `true` a flag without one, `false` takes a default's flag back,
//! a list gives the flag several times. `seeds` means a run for each. `search-blocks = true` means several runs, with 0, 1, 2, 4, … trainable blocks until
//! validation no longer improves; the other keys hold for each of them, but that a head alone has no use for what is about the blocks. Paths are taken from where the program is called.

use clap::{CommandFactory, Parser};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::cli::train;
use crate::error::{Error, ErrorKind, Result};

/// Flags that a plan cannot set: the Lab writes files of its own.
const NOT_IN_A_PLAN: [&str; 5] = ["out", "json", "keep-metadata", "help", "version"];

/// The key that asks for a search, and what decides which blocks are trained otherwise.
const SEARCH: &str = "search-blocks";
const DECIDES_BLOCKS: [&str; 2] = ["unfreeze", "from-scratch"];
/// What is about trained blocks only; the last one is about augmented photos, too.
const ABOUT_BLOCKS: [&str; 3] = ["head-first", "lr-factor", CLIP];
const CLIP: &str = "clip";

/// The runs, each once a seed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order they are run.
    pub runs: Vec<Planned>,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Its name; with the seed it is the only one.
    pub name: String,
    /// Its seed.
    pub seed: u32,
    /// Is it a search for the number of blocks to train? Then it stands for the runs that [`Planned::with_blocks`] gives.
    pub searches: bool,
    /// What `graft train` is called with.
    flags: Vec<Flag>,
    /// Where the run begins in the plan.
    line: usize,
}

/// What a table says.
#[derive(Debug, Default)]
struct Keys {
    flags: Vec<Flag>,
    seeds: Option<Vec<u32>>,
    searches: Option<bool>,
}

/// A flag of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Flag {
    key: String,
    /// `--key` or `--key=value`, as often as it is given.
    words: Vec<String>,
    line: usize,
}

/// `graft train …`
#[derive(Debug, Parser)]
#[command(name = "graft train", no_binary_name = true)]
struct Train {
    #[command(flatten)]
    args: train::Args,
}

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`], its subject the line: no TOML, an unknown key, a value that the flag does not take, a run without a name, two of one name and seed.
    pub fn read(text: &str) -> Result<Self> {
        let lines = Lines(text);
        let table = DeTable::parse(text).map_err(|error| {
            let line = error.span().map_or(1, |span| lines.at(span.start));
            bad(line, "a plan in TOML", error.message())
        })?;
        let mut defaults = Keys::default();
        let mut runs = Vec::new();
        for (key, value) in table.get_ref() {
            let line = lines.at(key.span().start);
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("defaults", DeValue::Table(table)) => defaults = keys(table, &lines)?,
                ("run", DeValue::Array(all)) => runs = all.iter().collect(),
                (key, _) => {
                    let found = format!("`{key}`");
                    return Err(bad(line, "`[defaults]` and a `[[run]]` for each run", &found));
                }
            }
        }
        let mut plan = Self::default();
        for run in runs {
            plan.runs.extend(one(run, &defaults, &lines)?);
        }
        if plan.runs.is_empty() {
            return Err(bad(1, "a `[[run]]` or several", "none"));
        }
        for (place, run) in plan.runs.iter().enumerate() {
            let is_same = |other: &&Planned| other.name == run.name && other.seed == run.seed;
            if plan.runs[..place].iter().any(|other| is_same(&other)) {
                let found = format!("“{}” with seed {} a second time", run.name, run.seed);
                return Err(bad(run.line, "names that differ", &found));
            }
            if let Some(searching) = plan.runs.iter().find(|other| other.tries(&run.name)) {
                let found = format!("“{}”, which is a run of the search “{}”", run.name, searching.name);
                return Err(bad(run.line, "names that differ", &found));
            }
            run.args()?;
        }
        Ok(plan)
    }

    /// Leaves out the runs of other names; none is left out where no name is given.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: there is no run of that name.
    pub fn keep_only(&mut self, names: &[String]) -> Result<()> {
        for name in names {
            if self.runs.iter().all(|run| run.name != *name) {
                let mut there: Vec<String> = self.runs.iter().map(|run| format!("“{}”", run.name)).collect();
                there.dedup();
                let (subject, expected) =
                    (format!("--only {name}"), format!("the name of a run: {}", there.join(", ")));
                return Err(Error::new(ErrorKind::Usage, subject, expected, "another", "Write it as the plan does."));
            }
        }
        self.runs.retain(|run| names.is_empty() || names.contains(&run.name));
        Ok(())
    }
}

impl Planned {
    /// The same with so many trainable blocks: one run of a search.
    pub fn with_blocks(&self, blocks: usize) -> Self {
        let (name, value) = match blocks {
            0 => ("0 blocks".to_owned(), "none".to_owned()),
            1 => ("1 block".to_owned(), "last:1".to_owned()),
            blocks => (format!("{blocks} blocks"), format!("last:{blocks}")),
        };
        let [key, _] = DECIDES_BLOCKS;
        let mut flags = self.flags.clone();
        if blocks == 0 {
            let is_augmented = flags.iter().any(|flag| flag.key == "augment");
            let is_idle = |key: &str| ABOUT_BLOCKS.contains(&key) && !(key == CLIP && is_augmented);
            flags.retain(|flag| !is_idle(&flag.key));
        }
        flags.push(Flag { key: key.to_owned(), words: vec![format!("--{key}={value}")], line: self.line });
        Self { name: format!("{}, {name}", self.name), searches: false, flags, ..self.clone() }
    }

    /// Would a run of this search be called so?
    fn tries(&self, name: &str) -> bool {
        let rest = name.strip_prefix(&self.name).and_then(|rest| rest.strip_prefix(", "));
        let number = rest.and_then(|rest| rest.strip_suffix(" blocks").or_else(|| rest.strip_suffix(" block")));
        self.searches && number.is_some_and(|number| number.parse::<usize>().is_ok())
    }

    /// What `graft train` would be called with.
    fn words(&self) -> impl Iterator<Item = String> {
        let seed = format!("--seed={}", self.seed);
        self.flags.iter().flat_map(|flag| flag.words.iter().cloned()).chain([seed])
    }

    /// The command, as a person types it.
    pub fn command(&self) -> String {
        let quoted = |word: String| {
            let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_=./:,".contains(letter);
            if word.chars().all(is_plain) { word } else { format!("'{}'", word.replace('\'', r"'\''")) }
        };
        let words: Vec<String> = self.words().map(quoted).collect();
        format!("graft train {}", words.join(" "))
    }

    /// What `graft train` makes of it.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`]: it does not take a value, or lacks one.
    pub fn args(&self) -> Result<train::Args> {
        let parsed = Train::try_parse_from(self.words()).map_err(|error| {
            let said = error.to_string();
            let said = said.trim_start_matches("error: ").split("\n\n").next().unwrap_or_default().replace('\n', " ");
            let named = self.flags.iter().find(|flag| said.contains(&format!("--{}", flag.key)));
            let line = named.map_or(self.line, |flag| flag.line);
            bad(line, "what `graft train` understands", &said)
        })?;
        Ok(parsed.args)
    }
}

/// A run, once a seed.
fn one(run: &Spanned<DeValue<'_>>, defaults: &Keys, lines: &Lines<'_>) -> Result<Vec<Planned>> {
    let line = lines.at(run.span().start);
    let DeValue::Table(table) = run.get_ref() else {
        return Err(bad(line, "`[[run]]`", run.get_ref().type_str()));
    };
    let name = table.iter().find(|(key, _)| key.get_ref() == "name").and_then(|(_, value)| value.get_ref().as_str());
    let name =
        name.map(str::trim).filter(|name| !name.is_empty()).ok_or_else(|| bad(line, "a `name` for the run", "none"))?;
    let own = keys(table, lines)?;
    let is_new = |flag: &&Flag| own.flags.iter().all(|other| other.key != flag.key);
    let mut flags: Vec<Flag> = defaults.flags.iter().filter(is_new).cloned().collect();
    flags.extend(own.flags);
    flags.retain(|flag| !flag.words.is_empty());
    let searches = own.searches.or(defaults.searches).unwrap_or(false);
    if let Some(flag) = flags.iter().find(|flag| searches && DECIDES_BLOCKS.contains(&flag.key.as_str())) {
        return Err(bad(flag.line, &format!("`{SEARCH}` or `{}`", flag.key), "both"));
    }
    let planned = |seed: &u32| Planned { name: name.to_owned(), seed: *seed, searches, flags: flags.clone(), line };
    Ok(own.seeds.as_deref().or(defaults.seeds.as_deref()).unwrap_or(&[0]).iter().map(planned).collect())
}

/// What a table says.
fn keys(table: &DeTable<'_>, lines: &Lines<'_>) -> Result<Keys> {
    let Keys { mut flags, mut seeds, mut searches } = Keys::default();
    for (key, value) in table {
        let line = lines.at(key.span().start);
        match key.get_ref().as_ref() {
            "name" => {}
            key @ ("seed" | "seeds") => {
                if seeds.replace(read_seeds(value, line)?).is_some() {
                    return Err(bad(line, "`seed` or `seeds`", &format!("both, here `{key}`")));
                }
            }
            SEARCH => match value.get_ref() {
                DeValue::Boolean(wanted) => searches = Some(*wanted),
                other => return Err(bad(line, &format!("true or false for `{SEARCH}`"), other.type_str())),
            },
            key if known().iter().any(|flag| flag == key) => {
                flags.push(Flag { key: key.to_owned(), words: words(key, value, line)?, line });
            }
            key => {
                let found = format!("`{key}`");
                let expected = format!("one of: name, seeds, {SEARCH}, {}", known().join(", "));
                return Err(bad(line, &expected, &found));
            }
        }
    }
    Ok(Keys { flags, seeds, searches })
}

/// The long flags of `graft train` that a plan can set.
fn known() -> Vec<String> {
    let command = Train::command();
    let all = command.get_arguments().filter_map(|argument| argument.get_long());
    all.filter(|flag| !NOT_IN_A_PLAN.contains(flag) && *flag != "seed").map(str::to_owned).collect()
}

fn words(key: &str, value: &Spanned<DeValue<'_>>, line: usize) -> Result<Vec<String>> {
    let one = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Some(format!("--{key}={text}")),
        DeValue::Integer(number) if number.radix() == 10 => Some(format!("--{key}={}", number.as_str())),
        DeValue::Float(number) => Some(format!("--{key}={}", number.as_str())),
        _ => None,
    };
    let all = match value.get_ref() {
        DeValue::Boolean(true) => Some(vec![format!("--{key}")]),
        DeValue::Boolean(false) => Some(Vec::new()),
        DeValue::Array(all) => all.iter().map(|value| one(value.get_ref())).collect(),
        value => one(value).map(|word| vec![word]),
    };
    all.ok_or_else(|| {
        bad(line, &format!("a number, a text, true, false or a list for `{key}`"), value.get_ref().type_str())
    })
}

fn read_seeds(value: &Spanned<DeValue<'_>>, line: usize) -> Result<Vec<u32>> {
    let one = |value: &DeValue<'_>| {
        value.as_integer().and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok())
    };
    let seeds: Option<Vec<u32>> = match value.get_ref() {
        DeValue::Array(all) => all.iter().map(|value| one(value.get_ref())).collect(),
        value => one(value).map(|seed| vec![seed]),
    };
    seeds
        .filter(|seeds| !seeds.is_empty())
        .ok_or_else(|| bad(line, "whole numbers from 0 to 4294967295 as seeds", "others"))
}

/// Where a byte of a text is.
struct Lines<'a>(&'a str);

impl Lines<'_> {
    /// The line of a byte, counted from 1.
    fn at(&self, byte: usize) -> usize {
        1 + self.0.bytes().take(byte).filter(|byte| *byte == b'\n').count()
    }
}

fn bad(line: usize, expected: &str, found: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("line {line}"), expected, found, "Put the plan right there.")
}

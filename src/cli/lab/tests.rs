use std::path::PathBuf;

use super::*;
use crate::project::{SplitKind, TrainSettings, Way};
use crate::protocol::{DeviceKind, Ended};

/// An empty folder, taken away when the test is done.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("graft-lab-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).expect("a file")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const PLAN: &str = r#"
[defaults]
data = "photos"
seeds = [0, 1]
epochs = 3
split = "random"
class-weights = true

[[run]]
name = "A"
lr = 1e-4

[[run]]
name = "B's"
seed = 7
epochs = 5
class-weights = false
"#;

fn record(run: &Planned, rows: Vec<EpochRow>) -> Record {
    Record {
        name: String::new(),
        model: "MobileNetV2 1.0".to_owned(),
        backbone: "mobilenet-v2".to_owned(),
        data: String::new(),
        settings: run.args().expect("a run").settings().expect("settings"),
        parameters: 100,
        trainable: 10,
        depth: Some(53),
        training: 8,
        validation: 2,
        steps: 3,
        seconds: 1.0,
        ended: Ended::Done,
        device: DeviceKind::Cpu,
        began_on: None,
        rows,
    }
}

fn row(epoch: usize) -> EpochRow {
    let share = 1.0 - 0.5 / epoch as f32;
    EpochRow {
        epoch,
        train_loss: 0.5,
        train_accuracy: share,
        val_loss: Some(0.5),
        val_accuracy: Some(share),
        seconds: epoch as f64,
        steps: epoch as u64,
    }
}

/// For plans that search for nothing.
fn no_blocks(run: &Planned) -> Result<usize> {
    panic!("“{}” searches for nothing", run.name)
}

#[test]
fn a_plan_is_flags_of_train() {
    let plan = Plan::read(PLAN).expect("a plan");
    let runs: Vec<(&str, u32)> = plan.runs.iter().map(|run| (run.name.as_str(), run.seed)).collect();
    assert_eq!(runs, [("A", 0), ("A", 1), ("B's", 7)]);
    let command = plan.runs[1].command();
    for flag in [
        "graft train ",
        " --data=photos",
        " --epochs=3",
        " --split=random",
        " --lr=1e-4",
        " --class-weights",
        " --seed=1",
    ] {
        assert!(command.contains(flag), "{command}");
    }
    let settings = |place: usize| plan.runs[place].args().expect("a run").settings().expect("settings");
    let (first, last) = (settings(0), settings(2));
    assert_eq!((first.epochs, first.learning_rate, first.split), (3, 1e-4, SplitKind::Random));
    assert_eq!((last.epochs, last.seed, last.class_weights, first.class_weights), (5, 7, false, true));
}

#[test]
fn what_a_plan_does_not_say_well_is_named_with_its_line() {
    let wrong = |text: &str| {
        let error = Plan::read(text).expect_err("wrong");
        assert_eq!(error.kind, ErrorKind::Usage);
        (error.subject.clone(), error.to_string())
    };
    let run = "[[run]]\nname = \"A\"\ndata = \"x\"\n";
    for (text, line, words) in [
        ("[defaults\n".to_owned(), "line 1", "a plan in TOML"),
        ("epochs = 3\n".to_owned(), "line 1", "`epochs`"),
        ("[defaults]\nepochs = 3\n".to_owned(), "line 1", "`[[run]]`"),
        (format!("{run}epoch = 3\n"), "line 4", "found `epoch`"),
        (format!("{run}out = \"x\"\n"), "line 4", "found `out`"),
        (format!("{run}epochs = \"many\"\n"), "line 4", "many"),
        (format!("{run}split = \"fair\"\n"), "line 4", "fair"),
        (format!("{run}lr = {{ a = 1 }}\n"), "line 4", "`lr`"),
        (format!("{run}seeds = [0, -1]\n"), "line 4", "seeds"),
        (format!("{run}seeds = []\n"), "line 4", "seeds"),
        (format!("{run}seeds = [0]\nseed = 1\n"), "line 4", "both"),
        ("[[run]]\ndata = \"x\"\n".to_owned(), "line 1", "`name`"),
        ("\n[[run]]\nname = \"A\"\n".to_owned(), "line 2", "--data"),
        (format!("{run}\n{run}"), "line 5", "“A” with seed 0 a second time"),
        (format!("{run}val = 0.2\nshots = 5\n"), "line 5", "--shots"),
        (format!("{run}search-blocks = 3\n"), "line 4", "search-blocks"),
        (format!("{run}search-blocks = true\nunfreeze = \"all\"\n"), "line 5", "`unfreeze`"),
        (
            format!("{run}search-blocks = true\n[[run]]\nname = \"A, 2 blocks\"\ndata = \"x\"\n"),
            "line 5",
            "the search “A”",
        ),
    ] {
        let (subject, said) = wrong(&text);
        assert!(subject.starts_with(line) && said.contains(words), "{text}\n{said}");
    }
}

#[test]
fn only_some_runs() {
    let mut plan = Plan::read(PLAN).expect("a plan");
    assert!(plan.keep_only(&["C".to_owned()]).expect_err("no such run").to_string().contains("“A”, “B's”"));
    plan.keep_only(&["B's".to_owned()]).expect("a run");
    assert_eq!(plan.runs.len(), 1);
}

#[test]
fn the_committed_plans_are_understood() {
    let plans = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("plans");
    let mut read = 0;
    for file in std::fs::read_dir(plans).expect("plans") {
        let path = file.expect("a file").path();
        let plan = Plan::read(&std::fs::read_to_string(&path).expect("a plan"));
        let plan = plan.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for run in &plan.runs {
            let settings: TrainSettings = run.args().expect("a run").settings().expect("settings");
            assert!(!run.searches && settings.epochs > 0);
        }
        read += 1;
    }
    assert!(read >= 2, "the lecture's, and cats and dogs");
}

#[test]
fn everything_is_written_after_every_run_and_what_was_finished_is_not_run_again() {
    let folder = Folder::new("journal");
    let plan = Plan::read(PLAN).expect("a plan");
    let mut ran = Vec::new();
    // The second run is cut off in its second epoch.
    let mut journal = Journal::open(&folder.0).expect("a journal");
    let cut = Error::new(ErrorKind::Device, "the GPU", "a device", "none", "Use the CPU.");
    let went_well = go_through(&plan, &mut journal, no_blocks, |run, each| {
        ran.push((run.name.clone(), run.seed));
        let rows: Vec<EpochRow> = (1..=2).map(row).collect();
        rows.iter().for_each(&mut *each);
        if run.seed == 1 { Err(cut.clone()) } else { Ok(record(run, rows)) }
    });
    assert_eq!(went_well, Ok(false), "one failed, the others were run");
    assert_eq!(ran.len(), 3);
    assert_eq!(folder.text("epochs.jsonl").lines().count(), 6, "every epoch as it came");
    let first: serde_json::Value =
        serde_json::from_str(folder.text("epochs.jsonl").lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["run"], &first["seed"], &first["epoch"]), (&"A".into(), &0.into(), &1.into()));
    assert!(folder.text("table.csv").starts_with("name,seed,") && folder.text("curves.svg").starts_with("<svg"));
    let markdown = folder.text("table.md");
    assert!(
        markdown.contains("| B's | 7 |") && !markdown.contains("\n'graft") && markdown.contains("--seed=7"),
        "{markdown}"
    );

    ran.clear();
    let mut journal = Journal::open(&folder.0).expect("a journal");
    assert_eq!(folder.text("epochs.jsonl").lines().count(), 4, "what was cut off is run again from the start");
    let again = |run: &Planned, each: &mut dyn FnMut(&EpochRow)| {
        each(&row(1));
        Ok(record(run, vec![row(1)]))
    };
    let went_well = go_through(&plan, &mut journal, no_blocks, |run, each| {
        ran.push((run.name.clone(), run.seed));
        again(run, each)
    });
    assert_eq!((went_well, &ran[..]), (Ok(true), &[("A".to_owned(), 1)][..]));
    assert_eq!(folder.text("epochs.jsonl").lines().count(), 5);

    // The plan was changed: that run is another.
    let changed = Plan::read(&PLAN.replace("epochs = 5", "epochs = 6")).expect("a plan");
    ran.clear();
    let mut journal = Journal::open(&folder.0).expect("a journal");
    let went_well = go_through(&changed, &mut journal, no_blocks, |run, each| {
        ran.push((run.name.clone(), run.seed));
        again(run, each)
    });
    assert_eq!((went_well, &ran[..]), (Ok(true), &[("B's".to_owned(), 7)][..]));
    let lines = folder.text("epochs.jsonl");
    assert_eq!(lines.lines().filter(|line| line.contains("B's")).count(), 1, "{lines}");
    assert_eq!(Journal::open(&folder.0).expect("a journal").records().len(), 3);
    std::fs::write(folder.0.join("records.json"), "[1]").expect("written");
    assert!(Journal::open(&folder.0).expect_err("no records").to_string().contains("records.json"));
}

#[test]
fn a_head_alone_is_not_told_about_blocks() {
    let search = |more: &str| {
        let run =
            "[[run]]\nname = \"S\"\ndata = \"x\"\nsearch-blocks = true\nhead-first = 3\nlr-factor = 4\nclip = 1\n";
        let plan = Plan::read(&format!("{run}{more}")).expect("a plan");
        [0, 1].map(|blocks| plan.runs[0].with_blocks(blocks).command())
    };
    let has = |command: &str| ["--head-first", "--lr-factor", "--clip"].map(|flag| command.contains(flag));
    let [none, one] = search("");
    assert_eq!((has(&none), has(&one)), ([false; 3], [true; 3]), "{none}\n{one}");
    let [none, one] = search("augment = true\n");
    assert_eq!((has(&none), has(&one)), ([false, false, true], [true; 3]), "{none}\n{one}");
}

#[test]
fn a_search_for_blocks_is_runs_until_validation_no_longer_improves() {
    let folder = Folder::new("search");
    let plan = Plan::read(
        "[defaults]\ndata = \"x\"\nsearch-blocks = true\n[[run]]\nname = \"S\"\n[[run]]\nname = \"A\"\nsearch-blocks = false\n",
    );
    let plan = plan.expect("a plan");
    assert_eq!(plan.runs.iter().map(|run| run.searches).collect::<Vec<_>>(), [true, false]);
    let mut ways = Vec::new();
    let mut go = |fail_at: usize| {
        ways.clear();
        let mut journal = Journal::open(&folder.0).expect("a journal");
        let went_well = go_through(
            &plan,
            &mut journal,
            |_| Ok(17),
            |run, each| {
                let settings = run.args()?.settings()?;
                let blocks = match settings.way {
                    Way::LastBlocks { blocks } => blocks,
                    _ => 0,
                };
                ways.push((run.name.clone(), blocks));
                if blocks == fail_at {
                    return Err(Error::new(ErrorKind::Device, "the GPU", "a device", "none", "Use the CPU."));
                }
                // Two blocks are the best; the head alone before them says nothing.
                let accuracy = if blocks <= 2 { 0.8 + 0.05 * blocks as f32 } else { 0.85 };
                let head = settings.head_epochs();
                let of =
                    |epoch| EpochRow { val_accuracy: Some(if epoch <= head { 0.99 } else { accuracy }), ..row(epoch) };
                let rows: Vec<EpochRow> = (1..=head + 1).map(of).collect();
                rows.iter().for_each(each);
                Ok(record(run, rows))
            },
        );
        (went_well.expect("a journal that can be written"), ways.clone())
    };
    let named =
        |names: &[(&str, usize)]| names.iter().map(|(name, blocks)| ((*name).to_owned(), *blocks)).collect::<Vec<_>>();
    let (went_well, ran) = go(2);
    assert_eq!(
        (went_well, ran),
        (false, named(&[("S, 0 blocks", 0), ("S, 1 block", 1), ("S, 2 blocks", 2), ("A", 0)]))
    );
    // It goes on where it was cut off, and stops when four blocks are no better than two.
    let (went_well, ran) = go(99);
    assert_eq!((went_well, ran), (true, named(&[("S, 2 blocks", 2), ("S, 4 blocks", 4)])));
    assert_eq!(go(99), (true, Vec::new()), "all was done");
    let drawing = folder.text("blocks.svg");
    assert!(drawing.starts_with("<svg") && drawing.contains("S, seed 0"), "{drawing}");
    assert!(folder.text("table.md").contains("--unfreeze=last:4"));
}

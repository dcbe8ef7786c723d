//! `graft lab` and `graft summary`, as a person calls them.

use std::path::Path;
use std::process::Output;

use graft::lab::Record;
use graft::protocol::Ended;
use serde_json::Value;

use crate::cli::graft;
use crate::train::colours;

/// What a run came to, and what it was called with.
type Kept = (String, Record);

fn lab(plan: &str, out: &Path) -> Output {
    graft(&["lab", plan, "--out", &out.display().to_string()])
}

fn text(out: &Path, name: &str) -> String {
    std::fs::read_to_string(out.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn kept(out: &Path) -> Vec<Kept> {
    let all: Vec<Value> = serde_json::from_str(&text(out, "records.json")).unwrap();
    all.into_iter()
        .map(|kept| {
            let record = serde_json::from_value(kept["record"].clone()).unwrap();
            (kept["command"].as_str().unwrap().to_owned(), record)
        })
        .collect()
}

fn ended_well(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_plan_is_run_once_and_written_as_tables_and_curves() {
    let (folder, network, data) = colours("lab");
    let plan = format!(
        r#"
        [defaults]
        data = "{data}"
        backbone = "{network}"
        split = "random"
        epochs = 2

        [[run]]
        name = "frozen"
        seeds = [0, 1]

        [[run]]
        name = "few"
        shots = 4
        unfreeze = "last:1"
        head-first = 3
        batch = 4

        [[run]]
        name = "too fast"
        optimizer = "sgd"
        lr = 100
        weight-decay = 10
        epochs = 200

        [[run]]
        name = "too large"
        unfreeze = "last:1"
        batch = 999
        "#
    );
    let plan = folder.file("plan.toml", plan.as_bytes());
    let out = folder.0.join("out");
    let output = lab(&plan, &out);
    assert_eq!(output.status.code(), Some(1), "one run cannot be trained, one diverges");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("999") && said.contains("too high"), "{said}");

    let kept = kept(&out);
    let named: Vec<(&str, u32)> = kept.iter().map(|(_, run)| (run.name.as_str(), run.settings.seed)).collect();
    assert_eq!(named, [("frozen", 0), ("frozen", 1), ("few", 0), ("too fast", 0)]);
    let few = &kept[2].1;
    assert_eq!((few.training, few.validation), (12, 24));
    assert!(few.backbone.starts_with("tiny"), "{few:?}");
    // Twelve photos: one step an epoch of the head alone, three of the block.
    assert_eq!(few.rows.iter().map(|row| row.steps).collect::<Vec<_>>(), [1, 2, 3, 6, 9]);
    assert_eq!(few.steps, 9);
    assert!(few.best().is_some_and(|(epoch, _)| epoch > 3), "{few:?}");
    assert!(few.pace().milliseconds_a_step().is_some_and(|step| step > 0.0));

    let fast = &kept[3].1;
    assert_eq!((fast.ended, fast.kept().is_some()), (Ended::Failed, true), "its epochs before stay");

    assert_eq!(text(&out, "table.csv").lines().count(), 1 + 2 + 1 + 1 + 1, "a mean of two seeds");
    assert_eq!(text(&out, "epochs.jsonl").lines().count(), 2 + 2 + 5 + fast.rows.len());
    assert!(text(&out, "curves.svg").starts_with("<svg"));
    assert!(String::from_utf8_lossy(&output.stdout).contains("| **frozen** | **mean of 2** |"));

    // What is done is not run again, and what went wrong in it is not forgotten.
    let again = lab(&plan, &out);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&again.stderr).matches("done before").count(), 4);
    assert_eq!(self::kept(&out), kept);
}

#[test]
fn the_number_of_blocks_is_searched() {
    let (folder, network, data) = colours("search");
    let plan = format!(
        r#"
        [[run]]
        name = "blocks"
        data = "{data}"
        backbone = "{network}"
        search-blocks = true
        split = "random"
        head-first = 1
        epochs = 1
        batch = 16
        "#
    );
    let plan = folder.file("plan.toml", plan.as_bytes());
    let out = folder.0.join("out");
    let listed = graft(&["lab", &plan, "--list"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("--unfreeze=none"), "{listed:?}");
    let output = lab(&plan, &out);
    ended_well(&output);
    let kept = kept(&out);
    let tried: Vec<&str> = kept.iter().map(|(_, run)| run.name.as_str()).collect();
    // V1 has a stem and thirteen blocks.
    let all = [
        "blocks, 0 blocks",
        "blocks, 1 block",
        "blocks, 2 blocks",
        "blocks, 4 blocks",
        "blocks, 8 blocks",
        "blocks, 14 blocks",
    ];
    assert!(tried.len() >= 2 && tried == all[..tried.len()], "{tried:?}");
    let accuracies: Vec<f32> = kept.iter().map(|(_, run)| run.best().expect("photos were held out").1).collect();
    let best_before = |place: usize| accuracies[..place].iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for place in 1..tried.len() - 1 {
        assert!(accuracies[place] > best_before(place), "{accuracies:?}");
    }
    let last = tried.len() - 1;
    assert!(accuracies[last] <= best_before(last) || tried.len() == all.len(), "{accuracies:?}");
    assert!(kept[1].0.contains("--unfreeze=last:1"), "{}", kept[1].0);
    assert!(text(&out, "blocks.svg").starts_with("<svg"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("of the photos held out are right"));
}

#[test]
fn a_plan_that_is_not_understood_ends_with_two() {
    let (folder, ..) = colours("plan");
    let plan = folder.file("plan.toml", b"[[run]]\nname = \"A\"\ndata = \"x\"\nepoch = 3\n");
    let output = lab(&plan, &folder.0.join("out"));
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 4"), "{output:?}");
    assert_eq!(graft(&["lab", &plan]).status.code(), Some(2), "a folder to write to is missing");
}

#[test]
fn summary_prints_the_layers_of_a_network() {
    let output = graft(&["summary", "lenet-5"]);
    ended_well(&output);
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.contains("Parameters: 61,706 ") && table.contains("dense"), "{table}");
    let wide = graft(&["summary", "mobilenet-v1-0.25-128", "--classes", "2"]);
    ended_well(&wide);
    assert!(String::from_utf8_lossy(&wide.stdout).lines().count() > 28, "a line for each layer");
    let unknown = graft(&["summary", "resnet-50"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("resnet-50"));
}

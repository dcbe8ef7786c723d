//! Flags are read, and what would change nothing is refused.

use clap::Parser;

use super::Args;
use super::parse::{augmentation, schedule, unfreeze};
use crate::error::{ErrorKind, Result};
use crate::project::{Augmentation, Fill, Schedule, TrainSettings, Way};

#[derive(Debug, Parser)]
#[command(no_binary_name = true)]
struct Train {
    #[command(flatten)]
    args: Args,
}

/// What `graft train --data x` with these flags means.
fn settings(flags: &str) -> Result<TrainSettings> {
    let words = ["--data", "x"].into_iter().chain(flags.split_whitespace());
    Train::try_parse_from(words).expect("flags that are understood").args.settings()
}

#[test]
fn schedules_and_augmentations_are_read() {
    assert_eq!(schedule("step:10:0.1"), Ok(Schedule::Step { every: 10, factor: 0.1 }));
    assert!(schedule("step:10").is_err() && schedule("cosinus").is_err());
    let read = augmentation("flip,rotation=15,zoom=0.9").unwrap();
    assert_eq!(read, Augmentation { flip: true, rotation: 15.0, zoom: 0.9, ..Augmentation::default() });
    assert!(augmentation("flip=1").is_err() && augmentation("turn=1").unwrap_err().contains("turn"));
    assert_eq!(augmentation("moderate"), Ok(Augmentation::moderate()));
    let filled = |fill| Ok(Augmentation { fill, ..Augmentation::moderate() });
    assert_eq!(augmentation("moderate,fill=grey"), filled(Fill::Grey));
    assert_eq!(augmentation("moderate,fill=mirror"), filled(Fill::Mirror));
    assert_eq!(augmentation("shift=0.1,fill=edge").map(|read| (read.shift, read.fill)), Ok((0.1, Fill::Edge)));
    assert!(augmentation("flip,fill=black").unwrap_err().contains("edge, mirror or grey"));
    for nothing in ["fill=grey", "zoom=1", "rotation=0"] {
        assert!(augmentation(nothing).unwrap_err().contains("changes no photo"), "{nothing}");
    }
}

#[test]
fn what_would_change_nothing_is_refused() {
    for (flags, flag) in [
        ("--dropout 0.2", "--dropout"),
        ("--lr-factor 3", "--lr-factor"),
        ("--lr-factor 3 --augment", "--lr-factor"),
        ("--head-first 5", "--head-first"),
        ("--clip 1", "--clip"),
        ("--clip 1 --features-at 5", "--clip"),
        ("--schedule one-cycle --warm-up 2", "--warm-up"),
        ("--optimizer adam --momentum 0.5", "--momentum"),
        ("--unfreeze all --momentum 0.5", "--momentum"),
    ] {
        let error = settings(flags).expect_err(flags);
        assert!(error.kind == ErrorKind::Usage && error.subject == flag && error.cure.contains(flag), "{error}");
    }
    for flags in [
        "--head hidden:8 --dropout 0.2",
        "--unfreeze last:2 --lr-factor 3 --head-first 5 --clip 1",
        "--clip 1 --augment",
        "--head-first 0",
        "--schedule cosine --warm-up 2",
        "--schedule one-cycle --warm-up 0",
        "--momentum 0.5",
        "--from-scratch lenet-5 --clip 1",
    ] {
        settings(flags).expect(flags);
    }
}

#[test]
fn one_cycle_takes_no_warm_up_of_its_way() {
    let warm_up = |flags: &str| settings(flags).expect(flags).warm_up;
    assert_eq!(warm_up("--unfreeze last:2"), 0.5);
    assert_eq!(warm_up("--unfreeze last:2 --schedule one-cycle"), 0.0);
    assert_eq!(warm_up("--unfreeze last:2 --schedule cosine --warm-up 2"), 2.0);
}

#[test]
fn blocks_to_train_are_read() {
    assert_eq!(unfreeze("last:3"), Ok(Way::LastBlocks { blocks: 3 }));
    assert_eq!((unfreeze("none"), unfreeze("all")), (Ok(Way::Frozen), Ok(Way::Everything)));
    assert!(unfreeze("last:0").is_err() && unfreeze("some").is_err());
}

//! The number of blocks that are worth training is looked for.

use super::*;

#[test]
fn the_number_of_blocks_is_looked_for() {
    let mut room = Room::new();
    let mut effects = room.act(Action::HowManyBlocks);
    let mut ways = Vec::new();
    for accuracy in [0.80, 0.85, 0.9, 0.88] {
        ways.push(trained(&effects).expect("a run").1.way);
        effects = room.ends(&[accuracy], Ended::Done);
    }
    assert!(trained(&effects).is_none(), "four blocks were no better than two");
    let last = |blocks| Way::LastBlocks { blocks };
    assert_eq!(ways, [Way::Frozen, last(1), last(2), last(4)]);
    let search = room.teach.lab.search().expect("a search");
    assert_eq!((search.best(), room.teach.lab.searching, room.teach.lab.on), (Some((2, 0.9)), false, false));
    assert_eq!(room.teach.lab.entries[1].entry.name, "1 block trained");

    // Once more: from the start.
    room.act(Action::HowManyBlocks);
    assert_eq!(room.states(), ["running"]);
    room.act(Action::Stop);
    room.ends(&[0.8], Ended::Stopped);
    assert_eq!((room.teach.lab.entries.len(), room.teach.lab.searching), (1, false));

    room.teach.project_mut().settings.validation = 0.0;
    assert!(room.act(Action::HowManyBlocks).is_empty());
    assert!(room.teach.lab.problem.is_some());
    room.teach.project_mut().settings.validation = 0.2;
    room.card.design.clear();
    room.act(Action::HowManyBlocks);
    assert!(room.teach.lab.problem.as_ref().is_some_and(|problem| problem.contains("not known")));
}

#[test]
fn a_search_ends_where_a_run_has_no_accuracy_to_go_by() {
    // The blocks go wrong in their first epoch: what is left are those of the head alone, which say nothing of the blocks.
    let mut room = Room::new();
    room.act(Action::HowManyBlocks);
    room.ends(&[0.8], Ended::Done);
    let error = Error::new(ErrorKind::Usage, "the loss", "a number", "NaN", "Choose a smaller learning rate.");
    let effects = room.ends_with(&[], Ended::Failed, Some(error));
    assert!(trained(&effects).is_none(), "the same number is not tried again");
    let lab = &room.teach.lab;
    assert_eq!((lab.entries.len(), lab.searching, lab.on), (2, false, false));
    let problem = lab.problem.clone().expect("why");
    assert!(problem.contains("“1 block trained”") && problem.contains("smaller learning rate"), "{problem}");
    let outcome = lab.search().and_then(|search| search.outcome()).expect("the frozen run's");
    assert!(outcome.contains("80.00") && outcome.ends_with("the search ended before more were tried."), "{outcome}");

    // So does what cannot be judged from the start; the others of the list are run all the same.
    let mut room = Room::new();
    room.act(Action::HowManyBlocks);
    room.add(What::Frozen, 1);
    assert!(trained(&room.ends(&[f32::NAN], Ended::Done)).is_some());
    assert_eq!((room.states(), room.teach.lab.searching), (vec!["done", "running"], false));
    let of_one_each = follow::nothing_to_go_by("0 blocks trained", 0);
    assert!(of_one_each.contains("No photo was held out") && of_one_each.contains("Add photos"), "{of_one_each}");
}

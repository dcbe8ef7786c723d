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

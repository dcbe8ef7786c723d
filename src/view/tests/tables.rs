//! What leaves the page as text, and numbers as people read them.

use super::page::*;
use crate::error::ErrorKind;
use crate::view::reduce::{PROJECTOR, PROJECTOR_ON};
use crate::view::state::{Action, Effect};
use crate::view::timings::median;
use crate::view::{csv, format};

/// One photo with a name that a spreadsheet would run.
fn page() -> Page {
    let mut page = Page::ready();
    let name = "=HYPERLINK(\"x\"),\n1.jpg".to_owned();
    page.act(Action::Add(vec![crate::view::photos::NewPhoto { name, ..photo(1) }]));
    page.finish();
    page
}

#[test]
fn csv_quotes_and_disarms() {
    let page = page();
    let table = csv::comma_separated(page.state.photos.list.iter().map(|photo| &**photo));
    let expected = "\u{feff}photo,rank,index,id,label,probability,backbone,device,ms\r\n\
        \"'=HYPERLINK(\"\"x\"\"),\n1.jpg\",1,252,n00000252,dalmatian,0.970000,mobilenet-v2,gpu,25.0\r\n\
        \"'=HYPERLINK(\"\"x\"\"),\n1.jpg\",2,1,n00000001,\"tench, \"\"Tinca\"\"\",0.020000,mobilenet-v2,gpu,25.0\r\n";
    assert_eq!(table, expected);
}

#[test]
fn the_clipboard_has_a_line_a_class() {
    let page = page();
    let table = csv::tab_separated(page.state.photos.list.iter().map(|photo| &**photo));
    assert_eq!(table.lines().count(), 3);
    assert!(table.lines().all(|line| line.split('\t').count() == 9), "{table}");
}

#[test]
fn the_median_is_the_middle_value() {
    assert_eq!(median(&[]), None);
    assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
    assert_eq!(median(&[9.0, 1.0, 1.0, 1.0]), Some(1.0));
}

#[test]
fn numbers_are_readable() {
    let plain = |text: String| text.replace('\u{a0}', " ");
    assert_eq!(plain(format::bytes(512)), "512 B");
    assert_eq!(plain(format::bytes(3_900_000)), "3.9 MB");
    assert_eq!(plain(format::count(3_538_984)), "3.5 M");
    assert_eq!(plain(format::count(470_072)), "470 k");
    assert_eq!(plain(format::percent(0.9704)), "97.0 %");
    assert_eq!(plain(format::percent(0.0002)), "< 0.1 %");
    assert_eq!(plain(format::percent(0.0)), "0.0 %");
    assert_eq!(plain(format::milliseconds(25.6)), "26 ms");
    assert_eq!(plain(format::duration(79.2)), "1 min 20 s");
    assert_eq!(plain(format::duration(f64::INFINITY)), "0 s");
    assert_eq!(plain(format::photos(1)), "1 photo");
    assert_eq!(format::names::<&str>(&[]), "");
    assert_eq!(format::names(&["a"]), "a");
    assert_eq!(format::names(&["a", "b"]), "a and b");
    assert_eq!(format::names(&["a", "b", "c"]), "a, b and c");
    assert_eq!(format::names(&["a", "b", "c", "d", "e"]), "a, b, c and 2 more");
    assert_eq!(format::class_name("great white shark, white shark"), "Great white shark");
    assert_eq!(format::kind(ErrorKind::NotAnImage), "not-an-image");
}

#[test]
fn projector_mode_is_shown_and_kept() {
    let mut page = Page::ready();
    let kept = |word: &str| Effect::Store(PROJECTOR, word.to_owned());
    assert_eq!(page.act(Action::Projector), [Effect::ShowProjector(true), kept(PROJECTOR_ON)]);
    assert!(page.state.projector);
    assert_eq!(page.act(Action::Projector), [Effect::ShowProjector(false), kept("")]);
}

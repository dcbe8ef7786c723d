//! Networks: chosen, fetched, refused.

use super::page::*;
use crate::error::ErrorKind;
use crate::protocol::{DeviceChoice, Event};
use crate::view::networks::{DEFAULT, Listing, own_key};
use crate::view::notices::{Offer, Topic};
use crate::view::state::{Action, Effect};

#[test]
fn the_default_network_is_fetched_unless_the_address_names_another() {
    let (mut page, _) = Page::opened(DeviceChoice::Auto, None);
    let effects = page.act(Action::Networks(Ok(cards())));
    assert_eq!(fetch_in(&effects).expect("a fetch").1, DEFAULT);

    let (mut page, _) = Page::opened(DeviceChoice::Auto, Some("mobilenet-v2-birds"));
    let effects = page.act(Action::Networks(Ok(cards())));
    assert_eq!(fetch_in(&effects).expect("a fetch").1, "mobilenet-v2-birds");
    assert!(page.message(Topic::Networks).is_none());
}

#[test]
fn an_unknown_name_in_the_address_is_said_and_the_default_taken() {
    let (mut page, _) = Page::opened(DeviceChoice::Auto, Some("resnet"));
    let effects = page.act(Action::Networks(Ok(cards())));
    assert_eq!(fetch_in(&effects).expect("a fetch").1, DEFAULT);
    assert!(page.message(Topic::Networks).is_some_and(|told| told.contains("resnet")));
}

#[test]
fn a_file_of_another_page_in_the_address_is_unknown() {
    let (mut page, _) = Page::opened(DeviceChoice::Auto, Some("own-1"));
    let effects = page.act(Action::Networks(Ok(cards())));
    assert_eq!(fetch_in(&effects).expect("a fetch").1, DEFAULT);
    assert!(page.message(Topic::Networks).is_some_and(|told| told.contains("own-1") && told.contains(DEFAULT)));
    // One of this page stays where the list comes later.
    let mut page = Page::ready();
    let effects = page.act(Action::OwnWeights(own_key(1), "mine.safetensors".to_owned(), 99));
    page.weights_come(&effects);
    page.act(Action::Networks(Ok(cards())));
    assert_eq!(page.state.networks.wanted, own_key(1));
    assert!(page.state.networks.is_ready() && page.message(Topic::Networks).is_none());
}

#[test]
fn where_only_the_projects_own_network_is_listed_it_is_taken_without_a_word() {
    let (mut page, _) = Page::opened(DeviceChoice::Auto, None);
    let effects = page.act(Action::Networks(Ok(vec![card("graft-small")])));
    assert_eq!(fetch_in(&effects).expect("a fetch").1, "graft-small");
    assert!(page.message(Topic::Networks).is_none());
}

#[test]
fn an_empty_or_missing_list_is_an_error_that_can_be_retried() {
    let (mut page, _) = Page::opened(DeviceChoice::Auto, None);
    page.act(Action::Networks(Ok(Vec::new())));
    assert!(
        page.message(Topic::Networks)
            .is_some_and(|told| told.contains("models/index.json") && told.contains("make build"))
    );
    page.act(Action::Networks(Err(error(ErrorKind::Network, "models/index.json"))));
    assert_eq!(page.state.networks.listing, Listing::Failed);
    assert!(page.act(Action::Take(Offer::RetryNetworks)).contains(&Effect::FetchNetworks));
}

#[test]
fn a_refused_cached_file_is_dropped_and_fetched_once_more() {
    let (mut page, _) = Page::opened(DeviceChoice::Auto, None);
    page.says(Event::Started);
    let (number, _) = fetch_in(&page.act(Action::Networks(Ok(cards())))).expect("a fetch");
    page.act(Action::WeightsArrived(number, true));
    let refused = Event::BackboneFailed { error: error(ErrorKind::WeightFile, "file") };
    let effects = page.says(refused.clone());
    let Some(Effect::FetchWeights(again)) = effects.last() else { panic!("{effects:?}") };
    assert!(again.past_cache && effects.contains(&Effect::DropCached(again.file.clone())));
    assert!(page.message(Topic::Weights).is_none());

    page.act(Action::WeightsArrived(again.number, false));
    let effects = page.says(refused);
    assert_eq!(fetch_in(&effects), None);
    assert!(page.message(Topic::Weights).is_some());
    let effects = page.act(Action::Take(Offer::RetryWeights));
    assert_eq!(fetch_in(&effects).expect("a fetch").1, DEFAULT);
}

#[test]
fn a_network_that_cannot_be_had_leaves_the_one_before_in_use() {
    let mut page = Page::ready();
    let (number, _) = fetch_in(&page.act(Action::Choose("mobilenet-v2-birds".to_owned()))).expect("a fetch");
    page.act(Action::WeightsFailed(number, error(ErrorKind::Network, "birds")));
    assert_eq!(page.state.networks.wanted, DEFAULT);
    assert!(page.message(Topic::Weights).is_some());
    assert_eq!(sent_in(&page.add(1..2)), [1]);
}

#[test]
fn another_network_classifies_all_again_and_an_old_fetch_is_ignored() {
    let mut page = Page::ready();
    page.add(1..3);
    page.finish();
    let (old, _) = fetch_in(&page.act(Action::Choose("mobilenet-v1-0.25".to_owned()))).expect("a fetch");
    let birds = page.act(Action::Choose("mobilenet-v2-birds".to_owned()));
    assert_eq!(page.act(Action::WeightsArrived(old, false)), []);
    assert_eq!(sent_in(&page.weights_come(&birds)), [1, 2]);
}

#[test]
fn a_file_of_ones_own_is_tried_and_used_only_if_good() {
    let mut page = Page::ready();
    let own = Action::OwnWeights(own_key(1), "mine.safetensors".to_owned(), 99);
    let (number, _) = fetch_in(&page.act(own.clone())).expect("a fetch");
    page.act(Action::WeightsArrived(number, false));
    page.says(Event::BackboneFailed { error: error(ErrorKind::WeightFile, "mine.safetensors") });
    assert_eq!(page.state.networks.wanted, DEFAULT);
    assert!(page.state.networks.is_ready());
    assert!(page.message(Topic::Weights).is_some_and(|told| told.contains("mine.safetensors")));

    let effects = page.act(own);
    page.weights_come(&effects);
    assert_eq!(page.state.networks.wanted, own_key(1));
    assert!(page.state.networks.is_ready());
}

#[test]
fn a_network_that_a_project_names_and_that_is_not_here_leaves_the_one_in_use() {
    let (mut page, _) = Page::opened(DeviceChoice::Auto, None);
    page.act(Action::Networks(Ok(cards())));
    assert!(page.act(Action::Choose("own-9".to_owned())).is_empty());
    assert_eq!(page.state.networks.wanted, DEFAULT);
    assert!(page.message(Topic::Networks).is_some_and(|told| told.contains("own-9")));
    // The one on its way is not fetched twice.
    assert!(page.act(Action::Choose(DEFAULT.to_owned())).is_empty());
    assert!(page.state.networks.fetching.is_some());
}

#[test]
fn a_file_given_before_the_list_came_goes_before_the_default() {
    let (mut page, _) = Page::opened(DeviceChoice::Auto, None);
    page.says(Event::Started);
    let given = page.act(Action::OwnWeights(own_key(1), "mine.safetensors".to_owned(), 99));
    let (number, _) = fetch_in(&given).expect("a fetch");
    page.act(Action::WeightsArrived(number, false));
    assert_eq!(fetch_in(&page.act(Action::Networks(Ok(cards())))), None, "the default can wait");
    page.says(Event::BackboneReady { card: Box::new(card(&own_key(1))) });
    assert_eq!(page.state.networks.wanted, own_key(1));

    // One that is no good makes way for the default.
    let (mut page, _) = Page::opened(DeviceChoice::Auto, None);
    page.says(Event::Started);
    page.act(Action::Networks(Ok(cards())));
    let given = page.act(Action::OwnWeights(own_key(1), "mine.safetensors".to_owned(), 99));
    let (number, _) = fetch_in(&given).expect("a fetch");
    page.act(Action::WeightsArrived(number, false));
    let effects = page.says(Event::BackboneFailed { error: error(ErrorKind::WeightFile, "mine.safetensors") });
    assert_eq!(fetch_in(&effects).expect("a fetch").1, DEFAULT);
}

#[test]
fn a_fetch_can_be_stopped_and_taken_up_again() {
    let (mut page, _) = Page::opened(DeviceChoice::Auto, None);
    page.says(Event::Started);
    let (number, _) = fetch_in(&page.act(Action::Networks(Ok(cards())))).expect("a fetch");
    page.now_ms += 1000.0;
    page.act(Action::WeightsProgress(number, 1_000_000, 3_900_000));
    let effects = page.act(Action::StopFetching);
    assert!(effects.contains(&Effect::StopFetching));
    assert_eq!(fetch_in(&effects), None, "not at once again");
    assert!(page.state.networks.fetching.is_none());
    let told = page.message(Topic::Weights).expect("a message").replace('\u{a0}', " ");
    assert!(told.contains("1.0 MB of 3.9 MB") && told.contains("photos wait"), "{told}");
    // What the browser says about the fetch that was stopped is no news.
    page.act(Action::WeightsFailed(number, error(ErrorKind::Network, "aborted")));
    assert!(page.message(Topic::Weights).is_some_and(|told| !told.contains("aborted")));
    let again = page.act(Action::Take(Offer::RetryWeights));
    assert_eq!(fetch_in(&again).expect("a fetch").1, DEFAULT);
    page.weights_come(&again);
    assert!(page.state.networks.is_ready());

    page.act(Action::Choose("mobilenet-v2-birds".to_owned()));
    page.act(Action::StopFetching);
    assert_eq!(page.state.networks.wanted, DEFAULT);
    assert!(page.state.networks.is_ready(), "the one before stays in use");
    assert!(page.act(Action::StopFetching).is_empty(), "nothing is on its way");
}

#[test]
fn rate_and_time_left_of_a_fetch_follow_the_clock() {
    let (mut page, _) = Page::opened(DeviceChoice::Auto, None);
    let (number, _) = fetch_in(&page.act(Action::Networks(Ok(cards())))).expect("a fetch");
    let started_ms = page.now_ms;
    assert_eq!(page.state.networks.fetching.as_ref().expect("a fetch").rate(started_ms + 1000.0), None);
    page.act(Action::WeightsProgress(number, 1_300_000, 3_900_000));
    let fetching = page.state.networks.fetching.as_ref().expect("a fetch");
    assert_eq!(fetching.rate(started_ms + 1000.0), Some(1.3e6));
    assert_eq!(fetching.seconds_left(started_ms + 1000.0), Some(2.0));
    assert!((fetching.share() - 1.0 / 3.0).abs() < 1e-9);
}

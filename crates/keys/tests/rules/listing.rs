use crate::world::{HOUR, INSTANT, World, named};
use mainstay_kernel::{Listing, PageRequest, Principal, Sort, Span};
use mainstay_keys::{KeyColumn, KeyQuery, KeyService as _, KeyStatus, NewKey};
use mainstay_testkit::on_each_database;
use std::sync::Arc;

async fn names(world: &World, query: KeyQuery) -> Vec<String> {
    let page = world.keys.list(world.workspace, query).await.expect("keys");
    page.items.into_iter().map(|key| key.name).collect()
}

fn listing(listing: Listing<KeyColumn>) -> KeyQuery {
    KeyQuery { listing, status: None }
}

fn sorted(columns: &[(KeyColumn, bool)]) -> KeyQuery {
    let sort = columns.iter().map(|(column, descending)| Sort { column: *column, descending: *descending }).collect();
    listing(Listing { sort, ..Listing::default() })
}

/// Three keys, an hour apart; the second ends after nine hours, the third after six.
async fn three(world: &World) {
    let at = |hours: u32| Some(world.now().plus(hours * HOUR));
    world.issue(named("Beta")).await;
    world.clock.advance(HOUR);
    world.issue(NewKey { expires_at: at(9), ..named("alpha") }).await;
    world.clock.advance(HOUR);
    world.issue(NewKey { expires_at: at(6), ..named("50%_off") }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_key_comes_first_and_only_our_own() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        three(&world).await;
        let elsewhere = Principal { workspace: Some(world.elsewhere), ..world.owner() };
        world.keys.issue(&elsewhere, named("theirs")).await.expect("a key");
        assert_eq!(names(&world, KeyQuery::default()).await, ["50%_off", "alpha", "Beta"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_part_the_list_and_tell_how_long_it_is() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        three(&world).await;
        let page = |number| listing(Listing { page: PageRequest::new(number, 2), ..Listing::default() });
        let second = world.keys.list(world.workspace, page(2)).await.expect("keys");
        assert_eq!((second.total, second.items.len()), (3, 1));
        assert_eq!(names(&world, page(1)).await, ["50%_off", "alpha"]);
        let beyond = world.keys.list(world.workspace, page(i64::MAX)).await.expect("keys");
        assert_eq!((beyond.total, beyond.items.len()), (3, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_sorted_by_several_columns_alike_on_both_databases() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        three(&world).await;
        assert_eq!(names(&world, sorted(&[(KeyColumn::Name, false)])).await, ["50%_off", "Beta", "alpha"], "by bytes");
        assert_eq!(names(&world, sorted(&[(KeyColumn::CreatedAt, false)])).await, ["Beta", "alpha", "50%_off"]);
        assert_eq!(names(&world, sorted(&[(KeyColumn::UpdatedAt, true)])).await, ["50%_off", "alpha", "Beta"]);
        assert_eq!(names(&world, sorted(&[(KeyColumn::Id, false)])).await, ["Beta", "alpha", "50%_off"]);
        assert_eq!(names(&world, sorted(&[(KeyColumn::ExpiresAt, false)])).await, ["50%_off", "alpha", "Beta"]);
        assert_eq!(names(&world, sorted(&[(KeyColumn::ExpiresAt, true)])).await, ["Beta", "alpha", "50%_off"]);
        let unused_first = [(KeyColumn::LastUsedAt, true), (KeyColumn::Name, true)];
        assert_eq!(names(&world, sorted(&unused_first)).await, ["alpha", "Beta", "50%_off"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_include_both_their_ends() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let begin = world.now();
        three(&world).await;
        let middle = begin.plus(HOUR);
        let exact = Span { after: Some(middle), before: Some(middle) };
        assert_eq!(names(&world, listing(Listing { created: exact, ..Listing::default() })).await, ["alpha"]);
        assert_eq!(names(&world, listing(Listing { updated: exact, ..Listing::default() })).await, ["alpha"]);
        let later = Span { after: Some(middle.plus(INSTANT)), before: None };
        assert_eq!(names(&world, listing(Listing { created: later, ..Listing::default() })).await, ["50%_off"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_finds_parts_of_names_whatever_their_case_and_takes_wildcards_literally() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        three(&world).await;
        let search = async |text: &str| {
            names(&world, listing(Listing { search: Some(text.into()), ..Listing::default() })).await
        };
        assert_eq!(search("A").await, ["alpha", "Beta"]);
        assert_eq!(search("%_").await, ["50%_off"]);
        assert_eq!(search("_").await, ["50%_off"]);
        for strange in ["\0", "\\", &"x".repeat(100_000)] {
            assert!(search(strange).await.is_empty());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_key_is_listed_under_the_status_it_has() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let mut caller = world.owner();
        Arc::make_mut(&mut caller.plan).max_api_keys = None;
        let issue = async |name: &str| world.keys.issue(&caller, named(name)).await.expect("a key").key.id;
        let end = Some(world.now().plus(HOUR));
        world.keys.issue(&caller, NewKey { expires_at: end, ..named("ended") }).await.expect("a key");
        let (ungraced, graced, revoked) = (issue("past").await, issue("grace").await, issue("revoked").await);
        world.keys.revoke(world.workspace, revoked).await.expect("revoked");
        world.keys.rotate(&caller, ungraced, 1).await.expect("rotated");
        world.keys.rotate(&caller, graced, 2).await.expect("rotated");
        world.clock.advance(HOUR);
        for (status, expected) in [
            (KeyStatus::Active, vec!["grace", "past"]),
            (KeyStatus::Grace, vec!["grace"]),
            (KeyStatus::Expired, vec!["past", "ended"]),
            (KeyStatus::Revoked, vec!["revoked"]),
        ] {
            let query = KeyQuery { status: Some(status), ..KeyQuery::default() };
            let page = world.keys.list(world.workspace, query.clone()).await.expect("keys");
            assert!(page.items.iter().all(|key| key.status(world.now()) == status), "{status}");
            assert_eq!(names(&world, query).await, expected, "{status}");
        }
        let unasked = world.keys.list(world.workspace, KeyQuery::default()).await.expect("keys");
        assert_eq!(unasked.total, 5, "all but the revoked one");
    })
    .await;
}

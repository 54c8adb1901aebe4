//! Units are reserved first, and then used or given back.

use crate::world::{World, some, wrong};
use mainstay_entitlements::reservations::{
    NewReservation, ReservationExpiry, ReservationQuery, ReservationService as _, ReservationState, Reserved,
};
use mainstay_entitlements::{EntitlementError, Holder, Reason};
use mainstay_kernel::{Clock as _, Listing, PageRequest};
use mainstay_store::jobs::Handler as _;
use mainstay_testkit::on_each_database;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

fn units(feature: &str, quantity: u64) -> NewReservation {
    NewReservation { feature: feature.to_owned(), quantity, ..NewReservation::default() }
}

async fn reserve(world: &World, feature: &str, quantity: u64) -> Reserved {
    world.entitlements.reserve(world.holder(), units(feature, quantity)).await.expect("reserved")
}

async fn commit(world: &World, id: &str, quantity: Option<u64>) -> Result<Reserved, EntitlementError> {
    world.entitlements.commit(world.holder(), id, quantity).await
}

/// A hundred of them.
fn listed(state: Option<ReservationState>) -> ReservationQuery {
    ReservationQuery { listing: Listing { page: PageRequest::new(1, 100), ..Listing::default() }, state }
}

/// What is used, and what is left.
async fn stands(world: &World, feature: &str) -> (u64, Option<u64>) {
    let verdict = world.check(feature, 1).await;
    (verdict.used, verdict.available)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_reserved_is_not_left_and_what_is_used_of_it_counts() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let reserved = reserve(&world, "posts", 30).await;
        assert_eq!((reserved.verdict.used, reserved.verdict.available), (0, Some(70)));
        assert_eq!(stands(&world, "posts").await, (0, Some(70)));
        assert_eq!(world.check("posts", 71).await.reason, Some(Reason::LimitExceeded));
        assert!(world.consume(some("posts", 71)).await.is_err());
        world.consume(some("posts", 70)).await.expect("so much is left");
        let refused = world.entitlements.reserve(world.holder(), units("posts", 1)).await;
        assert!(matches!(refused, Err(EntitlementError::Refused { .. })));

        let used = commit(&world, &reserved.reservation.id, Some(20)).await.expect("used");
        assert_eq!((used.reservation.used, used.verdict.used, used.verdict.available), (Some(20), 90, Some(10)));
        assert_eq!(stands(&world, "posts").await, (90, Some(10)));
        let again = commit(&world, &reserved.reservation.id, Some(20)).await.expect("said again");
        assert_eq!((again.reservation, again.verdict.used), (used.reservation, 90));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_back_is_left_again() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let id = reserve(&world, "posts", 100).await.reservation.id;
        assert_eq!(stands(&world, "posts").await, (0, Some(0)));
        for _ in 0..2 {
            let released = world.entitlements.release(world.holder(), &id).await.expect("given back");
            assert_eq!(released.reservation.state, ReservationState::Released);
        }
        assert_eq!(stands(&world, "posts").await, (0, Some(100)));
        let late = commit(&world, &id, None).await;
        assert!(matches!(late, Err(EntitlementError::Ended { state: ReservationState::Released, .. })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expires_is_left_again_in_that_instant() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let life = Some(Duration::from_mins(1));
        let short = NewReservation { life, ..units("posts", 40) };
        let short = world.entitlements.reserve(world.holder(), short).await.expect("reserved").reservation;
        let long = reserve(&world, "posts", 50).await.reservation;
        world.clock.advance(Duration::from_secs(59));
        assert_eq!(stands(&world, "posts").await, (0, Some(10)));
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(stands(&world, "posts").await, (0, Some(50)), "whether or not anybody looked");
        let late = commit(&world, &short.id, None).await;
        assert!(matches!(late, Err(EntitlementError::Ended { state: ReservationState::Expired, .. })));
        let given_back = world.entitlements.release(world.holder(), &short.id).await.expect("it is as they want it");
        assert_eq!(given_back.reservation.state, ReservationState::Expired);
        for (state, id) in [(ReservationState::Held, &long.id), (ReservationState::Expired, &short.id)] {
            let page = world.entitlements.reservations(world.workspace, listed(Some(state))).await.expect("a list");
            assert_eq!(page.items.iter().map(|one| &one.id).collect::<Vec<_>>(), [id]);
        }

        let entitlements = Arc::new(world.node(world.database.clone()));
        ReservationExpiry::new(entitlements).run(&json!({})).await.expect("looked");
        let found = world.entitlements.reservation(world.workspace, &short.id).await.expect("there");
        assert_eq!((found.state, found.ended_at), (ReservationState::Expired, Some(world.clock.now())));
        assert_eq!(world.told("reservation.expired").await.len(), 1);
        commit(&world, &long.id, None).await.expect("it has time left");
        assert_eq!(stands(&world, "posts").await, (50, Some(50)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_used_counts_in_the_cycle_in_which_it_was_reserved() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        // Until an hour before the end of the month.
        world.clock.advance_to(mainstay_kernel::Timestamp::parse("2026-01-31T23:30:00Z").expect("an instant"));
        let life = Some(Duration::from_hours(2));
        let over = NewReservation { life, ..units("api_calls", 600) };
        let over = world.entitlements.reserve(world.holder(), over).await.expect("reserved").reservation;
        world.clock.advance(Duration::from_hours(1));
        assert_eq!(stands(&world, "api_calls").await, (0, Some(1_000)), "a new month");
        world.consume(some("api_calls", 1_000)).await.expect("all of it");
        let used = commit(&world, &over.id, Some(500)).await.expect("used");
        assert_eq!((used.verdict.used, used.verdict.available), (1_000, Some(0)));
        assert_eq!(stands(&world, "api_calls").await, (1_000, Some(0)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_for_units_that_are_not_used_goes_back() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give_credits(10).await;
        let id = reserve(&world, "renders", 50).await.reservation.id;
        assert_eq!(world.balance().await, 4, "thirty beyond the limit, two credits for ten");
        commit(&world, &id, Some(35)).await.expect("used");
        assert_eq!(world.balance().await, 7, "fifteen beyond it: three credits");
        let released = reserve(&world, "renders", 20).await.reservation.id;
        assert!(world.balance().await < 7);
        world.entitlements.release(world.holder(), &released).await.expect("given back");
        let short = NewReservation { life: Some(Duration::from_secs(1)), ..units("renders", 20) };
        assert_eq!(world.balance().await, 7);
        world.entitlements.reserve(world.holder(), short).await.expect("reserved");
        world.clock.advance(Duration::from_secs(1));
        let entitlements = Arc::new(world.node(world.database.clone()));
        ReservationExpiry::new(entitlements).run(&json!({})).await.expect("looked");
        assert_eq!(world.balance().await, 7);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_no_more_is_reserved_than_there_is_and_one_end_is_the_end() {
    on_each_database(|database| async {
        let world = Arc::new(World::new(database).await);
        let mut callers = JoinSet::new();
        for number in 0..60_u64 {
            let world = Arc::clone(&world);
            callers.spawn(async move {
                if number % 2 == 0 {
                    return world.consume(some("posts", 5)).await.is_ok();
                }
                world.entitlements.reserve(world.holder(), units("posts", 5)).await.is_ok()
            });
        }
        let passed = callers.join_all().await.into_iter().filter(|passed| *passed).count();
        assert_eq!((passed, world.check("posts", 1).await.available), (20, Some(0)));
        let page = world
            .entitlements
            .reservations(world.workspace, listed(Some(ReservationState::Held)))
            .await
            .expect("a list");
        let mut endings = JoinSet::new();
        for reservation in page.items.iter().flat_map(|one| [one, one]) {
            let (world, id) = (Arc::clone(&world), reservation.id.clone());
            endings.spawn(async move {
                let holder = world.holder();
                let used = world.entitlements.commit(holder, &id, None).await.is_ok();
                let given_back = world.entitlements.release(holder, &id).await.is_ok();
                usize::from(used) + usize::from(given_back)
            });
        }
        let ended: usize = endings.join_all().await.into_iter().sum();
        assert!(ended >= page.items.len());
        let list = world.entitlements.reservations(world.workspace, listed(None)).await.expect("a list");
        let used: u64 = list.items.iter().filter_map(|one| one.used).sum();
        let consumed = 100 - 5 * u64::try_from(list.items.len()).expect("few");
        assert_eq!(world.used("posts").await, consumed + used);
        assert!(list.items.iter().all(|one| one.state != ReservationState::Held));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_of_another_workspace_is_not_there_and_what_is_wrong_is_named() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let id = reserve(&world, "posts", 10).await.reservation.id;
        let elsewhere = Holder { workspace: world.elsewhere, ..world.holder() };
        let foreign =
            [world.entitlements.commit(elsewhere, &id, None).await, world.entitlements.release(elsewhere, &id).await];
        assert!(foreign.iter().all(|outcome| matches!(outcome, Err(EntitlementError::NotFound(_)))));
        assert_eq!(wrong(commit(&world, &id, Some(11)).await), ["quantity"]);
        let reserve = async |new| wrong(world.entitlements.reserve(world.holder(), new).await);
        assert_eq!(reserve(units("nothing", 1)).await, ["feature"]);
        assert_eq!(reserve(units("peak", 1)).await, ["feature"], "the greatest of all uses does not add up");
        assert_eq!(reserve(units("posts", 0)).await, ["quantity"]);
        for seconds in [0, 24 * 60 * 60 + 1] {
            let life = Some(Duration::from_secs(seconds));
            assert_eq!(reserve(NewReservation { life, ..units("posts", 1) }).await, ["expires_in"]);
        }
        assert_eq!(stands(&world, "posts").await, (0, Some(90)));
    })
    .await;
}

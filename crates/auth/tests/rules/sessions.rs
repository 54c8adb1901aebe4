//! How sessions end, here and on other nodes, and what becomes of them.

use crate::house::{House, INVALID_REFRESH_TOKEN, UNAUTHENTICATED, WithJwt as _, refusal};
use futures_util::future::try_join_all;
use mainstay_auth::store::Step;
use mainstay_auth::{AuthService as _, Client, Session};
use mainstay_kernel::{Clock as _, SessionId};
use mainstay_store::jobs::{Done, Handler as _};
use mainstay_testkit::on_each_database;
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_both_tokens_of_this_session_and_of_no_other() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (pair, other) = (house.log_in().await, house.log_in().await);
        house.auth.identify(pair.access.expose()).await.expect("a login");
        house.events().await;
        house.auth.log_out(pair.session).await.expect("a log-out");
        assert_eq!(refusal(house.auth.identify(pair.access.expose()).await), UNAUTHENTICATED);
        assert_eq!(refusal(house.auth.refresh(pair.refresh.expose()).await), INVALID_REFRESH_TOKEN);
        house.auth.identify(other.access.expose()).await.expect("the other goes on");

        house.auth.log_out(pair.session).await.expect("a second log-out is no error");
        house.auth.log_out(SessionId(Uuid::from_u128(1))).await.expect("nor is that of an unknown session");
        let events = house.events().await;
        assert_eq!(events.iter().map(|event| event.name.as_str()).collect::<Vec<_>>(), ["session.revoked"]);
        assert_eq!(events[0].data["reason"], "logged_out");
        assert_eq!(events[0].data["user_id"], pair.person.to_string());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_token_is_recognised_without_the_database_until_the_end_is_announced() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let mut changes = house.changes().await;
        let pair = house.log_in().await;
        house.auth.identify(pair.access.expose()).await.expect("a login");

        house.another_node().await.log_out(pair.session).await.expect("a log-out");
        house.auth.identify(pair.access.expose()).await.expect("this node has not looked");
        changes.catch_up(&house.database).await.expect("the changes");
        assert_eq!(refusal(house.auth.identify(pair.access.expose()).await), UNAUTHENTICATED);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_outlives_a_refresh_on_another_node() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let mut changes = house.changes().await;
        let pair = house.log_in().await;
        house.auth.identify(pair.access.expose()).await.expect("a login");
        let next = house.another_node().await.refresh(pair.refresh.expose()).await.expect("a pair");
        assert_eq!(changes.catch_up(&house.database).await.expect("the changes"), 1, "the session has moved on");
        for access in [pair.access, next.access] {
            house.auth.identify(access.expose()).await.expect("a login");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_leaves_each_generation_once() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let session = house.log_in().await.session;
        let step = |from| Step { session, from, at: house.clock.now(), expires_at: house.clock.now() };
        let advance = async |from| house.store.advance_session(step(from), &Client::default()).await.expect("a write");
        assert!(advance(0).await && !advance(0).await && advance(1).await && !advance(0).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_ended_meanwhile_does_not_move_on() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let id = house.log_in().await.session;
        let session = house.store.session(id).await.expect("a look-up").expect("a session");
        house.auth.log_out(id).await.expect("a log-out");
        let step = Step { session: id, from: 0, at: house.clock.now(), expires_at: session.expires_at };
        assert!(!house.store.advance_session(step, &Client::default()).await.expect("a write"));
        let over = house.store.session(id).await.expect("a look-up").expect("a session");
        assert_eq!((over.generation, over.expires_at), (0, house.clock.now()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_over_for_more_than_seven_days_are_deleted_and_no_others() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let clean_up = house.auth.session_clean_up();
        let run =
            async || assert_eq!(clean_up.run(&Value::Null).await, Ok(Done::RunAgainAfter(Duration::from_hours(1))));
        let is_kept = async |id| house.store.session(id).await.expect("a look-up").is_some();
        let (ended, live) = (house.log_in().await.session, house.log_in().await.session);
        house.auth.log_out(ended).await.expect("a log-out");

        house.clock.advance(Duration::from_hours(7 * 24));
        run().await;
        assert!(is_kept(ended).await, "exactly seven days are not more");
        house.clock.advance(Duration::from_micros(1));
        run().await;
        assert!(!is_kept(ended).await);
        assert!(is_kept(live).await);
        assert_eq!(clean_up.queue(), "auth.sessions");
        assert!(clean_up.standing_job().is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_clean_up_deletes_however_many_there_are() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let now = house.clock.now();
        let person = house.log_in().await.person;
        let begin = now.minus(Duration::from_hours(60 * 24));
        let old = |number: u128| Session {
            id: SessionId(Uuid::from_u128(number)),
            person,
            generation: 0,
            refreshed_at: begin,
            expires_at: begin.plus(Duration::from_hours(30 * 24)),
            revoked_at: None,
            created_at: begin,
            last_used_at: begin,
        };
        let sessions: Vec<_> = (1..=2_001).map(old).collect();
        let client = Client::default();
        try_join_all(sessions.iter().map(|session| house.store.add_session(session, &client))).await.expect("sessions");
        house.auth.session_clean_up().run(&Value::Null).await.expect("a clean-up");
        for session in [&sessions[0], &sessions[2_000]] {
            assert_eq!(house.store.session(session.id).await.expect("a look-up"), None);
        }
    })
    .await;
}

//! A retry takes over in the very moment in which the slow first runner takes effect.

use crate::raw::{connection_to, raw, url_of};
use diesel_async::SimpleAsyncConnection as _;
use mainstay_kernel::Clock as _;
use mainstay_store::idempotency::{self, Request, Reservation};
use mainstay_store::{Database, DatabaseOptions};
use mainstay_testkit::{ManualClock, on_each_database};
use std::time::Duration;

/// Holds every update up just before it looks for its rows, but after it has taken its view of them.
const HOLD_UPDATES_UP: &str = "CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock(99); RETURN NULL; END';
    CREATE TRIGGER hold_up BEFORE UPDATE ON idempotency_keys FOR EACH STATEMENT EXECUTE FUNCTION hold_up();
    SELECT pg_advisory_lock(99)";

/// Only PostgreSQL has two transactions at once; a connection of its own plays the first runner.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_runner_keeps_a_claim_that_it_has_just_used() {
    on_each_database(|database| async move {
        let Database::Postgres(_) = database else { return };
        let (reservations, clock) = (idempotency::open(&database), ManualClock::new());
        let request = Request { scope: vec![1], fingerprint: vec![0] };
        reservations.reserve(request.clone(), clock.now()).await.expect("reserved");
        clock.advance(Duration::from_secs(31));
        let mut first = connection_to(&url_of(&database).await).await;
        first.batch_execute(HOLD_UPDATES_UP).await.expect("held up");

        let (again, now) = (request.clone(), clock.now());
        let retry = tokio::spawn({
            let reservations = idempotency::open(&database);
            async move { reservations.reserve(again, now).await }
        });
        until_somebody_waits_for_a_lock(&database).await;
        first.batch_execute("UPDATE idempotency_keys SET state = 'effected'").await.expect("it takes effect");
        first.batch_execute("SELECT pg_advisory_unlock(99)").await.expect("the retry goes on");
        let verdict = retry.await.expect("no panic").expect("an answer");
        assert_eq!(verdict, Reservation::InProgress, "it must not run a second time");
        let later = reservations.reserve(request, clock.now()).await.expect("an answer");
        assert_eq!(later, Reservation::OutcomeUnknown);
    })
    .await;
}

async fn until_somebody_waits_for_a_lock(database: &Database) {
    let url = url_of(database).await;
    let watching = Database::open(&url, &DatabaseOptions::default()).await.expect("it opens");
    let waiting = "SELECT CAST(count(*) AS text) AS line FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while raw(&watching).lines(waiting).await.expect("activity") == ["0"] {
        tokio::task::yield_now().await;
    }
    watching.close().await;
}

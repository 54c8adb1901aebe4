//! The table of crashes: wherever the process dies, the request runs at most once.

use mainstay_testkit::gateway::{Actor as _, Engine, Gateway, Launch, on_own_gateways};
use serde_json::json;

const WORKSPACES: &str = "/api/v1/workspaces";

/// What a retry finds after a crash.
enum Retry {
    Runs,
    IsRefused(&'static str),
    IsReplayed,
}

/// Lets the process die at a point in the midst of a request, starts it again and retries.
fn crash(point: &'static str, expected: &dyn Fn(Engine) -> Retry) {
    let prepare = |launch: Launch| launch.set("TEST_CRASH_AT", point);
    on_own_gateways(prepare, async |gateway: &mut Gateway| {
        let body = json!({ "name": "Exactly once" });
        let died = gateway.setup_key().post(WORKSPACES, &body).once("crash").attempt().await;
        assert!(died.is_err(), "it was to die: {died:?}");
        let status = gateway.end().await;
        assert!(!status.success(), "it was to die: {status}");
        gateway.start_again(|launch| launch.unset("TEST_CRASH_AT")).await;
        let key = gateway.setup_key();
        let made = async || key.get(&format!("{WORKSPACES}?search=exactly")).await.is(200).number("/meta/total");
        let before = made().await;
        let retry = key.post(WORKSPACES, &body).once("crash").await;
        match expected(gateway.engine()) {
            Retry::Runs => {
                assert_eq!(before, 0);
                let _ = retry.is(201);
                assert_eq!(made().await, 1);
            }
            Retry::IsRefused(code) => {
                let refused = retry.is(409);
                assert_eq!((refused.text("/error"), refused.text("/code")), (code.to_owned(), code.to_owned()));
                assert_eq!(made().await, before);
            }
            Retry::IsReplayed => {
                assert_eq!(retry.header("idempotent-replayed"), Some("true"));
                assert_eq!((before, made().await), (1, 1));
                let id = retry.is(201).number("/data/id");
                let _ = key.get(&format!("{WORKSPACES}/{id}")).await.is(200);
            }
        }
        let once = i64::from(point != "after_reservation" || gateway.engine() == Engine::Sqlite);
        assert_eq!(made().await, once, "it ran exactly once, or not yet");
    });
}

/// A server has other nodes, so that only time tells that a lease is nobody's any more.
fn unless_leased(on_sqlite: Retry) -> impl Fn(Engine) -> Retry {
    let on_sqlite = std::cell::Cell::new(Some(on_sqlite));
    move |engine| match engine {
        Engine::Sqlite => on_sqlite.take().expect("asked once"),
        Engine::Postgres => Retry::IsRefused("idempotency_in_progress"),
    }
}

#[test]
fn a_request_that_died_before_its_effect_runs() {
    crash("after_reservation", &unless_leased(Retry::Runs));
}

#[test]
fn a_request_that_died_after_its_effect_does_not_run_again() {
    crash("after_effect", &unless_leased(Retry::IsRefused("idempotency_outcome_unknown")));
}

#[test]
fn a_request_that_died_after_its_answer_was_kept_is_answered() {
    crash("after_answer_was_kept", &|_| Retry::IsReplayed);
}

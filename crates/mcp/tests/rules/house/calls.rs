use super::{FILES, House, at, nothing, site};
use mainstay_mcp::McpError;
use mainstay_mcp::calls::{CallCleanUp, CallQuery, CallService as _, Outcome};
use mainstay_mcp::servers::ServerService as _;
use mainstay_store::jobs::Handler as _;
use mainstay_testkit::on_each_database;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

impl House {
    async fn outcomes(&self) -> Vec<Outcome> {
        self.calls().await.into_iter().map(|call| call.outcome).collect()
    }

    async fn clean(&self) {
        let clean_up = CallCleanUp::new(Arc::clone(&self.opened.log), Arc::new(self.clock.clone()));
        clean_up.run(&Value::Null).await.expect("a look");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_used_when_the_tool_ran_and_goes_back_when_its_server_failed() {
    on_each_database(|database| async {
        let (house, site) = (House::new(database).await, site());
        house.register("docs", &site).await;
        house.call("docs", "echo", nothing()).await.expect("an answer");
        assert_eq!(house.meter.standing(), [1, 1, 0]);
        let missing = house.call(FILES, "read_file", json!({ "path": "none" })).await.expect("an answer");
        assert_eq!(missing.is_error, Some(true));
        assert_eq!(house.meter.standing(), [2, 2, 0], "a tool that ran and failed was used");
        assert!(matches!(house.call(FILES, "read_file", nothing()).await, Err(McpError::Invalid(_))));
        assert_eq!(house.meter.standing(), [2, 2, 0], "what was not sent was not taken");
        assert_eq!(house.outcomes().await, [Outcome::Invalid, Outcome::Failed, Outcome::Succeeded]);
        drop(site);
        house.until_gone("docs").await;
        let [taken, used, given_back] = house.meter.standing();
        assert_eq!((given_back, used), (1, taken - 1));
        assert_eq!(house.outcomes().await[0], Outcome::ServerError);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_its_caller_gives_up_goes_back_and_its_server_is_told() {
    on_each_database(|database| async {
        let (house, site) = (House::new(database).await, site());
        house.register("docs", &site).await;
        tokio::select! {
            answer = house.call("docs", "wait", nothing()) => panic!("{answer:?}"),
            () = site.started.notified() => {}
        }
        site.cancelled.notified().await;
        assert_eq!(house.outcomes().await, [Outcome::Cancelled]);
        while house.meter.standing() != [1, 0, 1] {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_server_is_asked_once_the_plan_is_used_up() {
    on_each_database(|database| async {
        let (house, site) = (House::new(database).await, site());
        house.register("docs", &site).await;
        house.meter.most.store(1, Ordering::SeqCst);
        house.call("docs", "echo", nothing()).await.expect("an answer");
        let refused = house.call("docs", "echo", nothing()).await;
        assert!(matches!(refused, Err(McpError::QuotaExceeded(_))), "{refused:?}");
        assert_eq!(house.outcomes().await, [Outcome::QuotaExceeded, Outcome::Succeeded]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_stands_in_the_log_for_90_days_and_in_that_of_its_workspace_alone() {
    on_each_database(|database| async {
        let house = House::new(database).await;
        house.call(FILES, "list_directory", nothing()).await.expect("an answer");
        assert_eq!(house.calls().await.len(), 1);
        let elsewhere = house.opened.log.calls(house.other.workspace, CallQuery::default()).await.expect("the calls");
        assert_eq!(elsewhere.total, 0);
        house.clock.advance(90 * DAY);
        house.clean().await;
        assert_eq!(house.calls().await.len(), 1, "it is not older than that yet");
        house.clock.advance(Duration::from_millis(1));
        house.clean().await;
        assert!(house.calls().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_stand_in_the_log_without_what_is_secret() {
    on_each_database(|database| async {
        let (house, site) = (House::new(database).await, site());
        house.opened.servers.create(house.caller.workspace, at("docs", &site)).await.expect("a server");
        house.call("docs", "echo", json!({ "text": "hello", "api_key": "hunter2" })).await.expect("an answer");
        let calls = house.calls().await;
        assert_eq!(calls[0].arguments["text"], "hello");
        assert!(!calls[0].arguments.to_string().contains("hunter2"), "{}", calls[0].arguments);
    })
    .await;
}

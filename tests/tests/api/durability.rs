//! What was answered stays, however the process ends.

use futures_util::future::join_all;
use mainstay_testkit::gateway::{Actor as _, Gateway, on_own_gateways};
use serde_json::json;
use std::collections::HashSet;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::watch;

const WORKSPACES: &str = "/api/v1/workspaces";

/// Creates workspaces one after another until the gateway is gone; gives the ids that were answered.
async fn storm(gateway: &Gateway, count: &watch::Sender<usize>) -> Vec<i64> {
    let key = gateway.setup_key();
    let mut answered = Vec::new();
    while let Ok(answer) = key.post(WORKSPACES, &json!({ "name": "Storm" })).attempt().await {
        answered.push(answer.is(201).number("/data/id"));
        count.send_modify(|count| *count += 1);
    }
    answered
}

/// Lets eight callers storm, ends the gateway in their midst, and gives what they were answered.
async fn end_in_a_storm(gateway: &Gateway, end: impl AsyncFn(&Gateway)) -> Vec<i64> {
    const ENOUGH: usize = 60;
    let (count, mut counted) = watch::channel(0);
    let ending = async {
        let _ = counted.wait_for(|count| *count >= ENOUGH).await;
        end(gateway).await;
    };
    let storms = join_all((0..8).map(|_| storm(gateway, &count)));
    let (answered, ()) = futures_util::future::join(storms, ending).await;
    answered.concat()
}

async fn all_there(gateway: &Gateway, answered: &[i64]) {
    let key = gateway.setup_key();
    let mut present = HashSet::new();
    let mut page = 1;
    loop {
        let list = key.get(&format!("{WORKSPACES}?per_page=100&fields=id&page={page}")).await.is(200);
        present.extend(list.at("/data").as_array().expect("a list").iter().filter_map(|item| item["id"].as_i64()));
        if list.at("/links/next").is_null() {
            break;
        }
        page += 1;
    }
    let lost: Vec<_> = answered.iter().filter(|id| !present.contains(id)).collect();
    assert!(lost.is_empty(), "{} of {} are lost", lost.len(), answered.len());
}

#[test]
fn kill_9_in_a_storm_of_creates_loses_nothing_that_was_answered() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            for _ in 0..2 {
                let answered = end_in_a_storm(gateway, async |gateway: &Gateway| gateway.kill()).await;
                assert!(answered.len() >= 60);
                gateway.start_again(|launch| launch).await;
                all_there(gateway, &answered).await;
            }
        },
    );
}

#[test]
fn sigterm_lets_requests_end_and_then_the_process_ends_well() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let ended = async |gateway: &Gateway| {
                gateway.terminate();
                let begun = std::time::Instant::now();
                assert!(gateway.end().await.success(), "it ends with success");
                assert!(begun.elapsed() < Duration::from_secs(20), "it ends soon");
            };
            let answered = end_in_a_storm(gateway, ended).await;
            gateway.start_again(|launch| launch).await;
            all_there(gateway, &answered).await;
            let total = gateway.setup_key().get(WORKSPACES).await.is(200).number("/meta/total");
            let answered = i64::try_from(answered.len()).expect("few");
            assert_eq!(total, answered + 1, "what was begun was answered");
        },
    );
}

/// Sends a request whose body never comes to its end.
async fn begin_a_request(gateway: &Gateway) -> TcpStream {
    let address = gateway.url().strip_prefix("http://").expect("plain HTTP").to_owned();
    let mut stream = TcpStream::connect(&address).await.expect("connected");
    let key = gateway.setup_key().key;
    let head = format!(
        "POST /api/v1/workspaces HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\
        Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    // Answered by the same worker or not: the head above was read by then.
    let _ = gateway.setup_key().get("/api/v1/me").await.is(200);
    stream
}

#[test]
fn a_request_that_does_not_end_is_waited_for_as_long_as_the_setting_says() {
    on_own_gateways(
        |launch| launch.set("SHUTDOWN_SECONDS", "1").set("LOG", "info"),
        async |gateway: &mut Gateway| {
            let _unfinished = begin_a_request(gateway).await;
            gateway.terminate();
            assert!(gateway.end().await.success(), "it ends with success");
        },
    );
}

#[test]
fn who_is_told_to_end_twice_ends_at_once() {
    on_own_gateways(
        |launch| launch.set("SHUTDOWN_SECONDS", "3600").set("LOG", "info"),
        async |gateway: &mut Gateway| {
            let _unfinished = begin_a_request(gateway).await;
            gateway.terminate();
            while !gateway.tail().contains("no more requests are taken") {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            gateway.terminate();
            assert!(gateway.end().await.success(), "it ends with success");
            assert!(gateway.tail().contains("told to end once more"), "{}", gateway.tail());
        },
    );
}

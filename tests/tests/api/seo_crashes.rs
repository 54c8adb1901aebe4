//! An audit comes to its end once, though the gateway is killed in the midst of it.

use crate::hooks::once;
use crate::seo_audits::{AUDITS, site};
use mainstay_testkit::Receiver;
use mainstay_testkit::gateway::{Actor as _, Engine, Gateway, on_own_gateways};
use serde_json::json;
use std::time::Duration;

#[test]
fn an_audit_goes_on_after_its_gateway_was_killed_and_comes_to_one_report() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let receiver = Receiver::start().await;
            receiver.answers(|received| site(&received.path).after(Duration::from_millis(400)));
            let key = gateway.setup_key();
            let begun = key.post(AUDITS, &json!({ "url": receiver.url("/page") })).await.is(202);
            let path = format!("{AUDITS}/{}", begun.number("/data/id"));
            let _ = receiver.next().await;
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            let key = gateway.setup_key();
            let reports = format!("/api/v1/seo/reports?url={}", receiver.url("/page"));
            // What a node of a server held is nobody else's until its lease is over.
            if gateway.engine() == Engine::Postgres {
                assert_eq!(key.get(&path).await.is(200).text("/data/status"), "running");
                assert_eq!(key.get(&reports).await.is(200).number("/meta/total"), 0);
                return;
            }
            let over = once(&key, &path, "/data/status", "succeeded").await;
            let listed = key.get(&reports).await.is(200);
            assert_eq!(listed.number("/meta/total"), 1);
            assert_eq!(listed.number("/data/0/id"), over.number("/data/report_id"));
        },
    );
}

//! Rate limits that several gateways count together in Redis, and without it.

use crate::limits::on_tiny_plans;
use mainstay_testkit::gateway::{Actor as _, Gateway, Launch, free_port, on_own_gateways};
use mainstay_testkit::witness;

/// Two nodes know each other's tokens by the same issuer.
fn as_nodes(launch: Launch) -> Launch {
    on_tiny_plans(launch).set("PUBLIC_URL", "http://mainstay.test")
}

#[test]
fn two_gateways_count_together_in_redis() {
    let Ok(redis) = std::env::var("MAINSTAY_TEST_REDIS_URL") else {
        eprintln!("skipped: MAINSTAY_TEST_REDIS_URL is not set");
        return;
    };
    on_own_gateways(
        |launch| as_nodes(launch).set("REDIS_URL", &redis),
        async |gateway: &mut Gateway| {
            witness("redis");
            let other = gateway.another_node().await;
            // Counted under the person's id, which no other run has.
            let here = gateway.person("counted").await;
            let there = here.at(other.door());
            // Logging in asked who it is: one of three is gone.
            let _ = here.get("/api/v1/me").await.is(200);
            let last = there.get("/api/v1/me").await.is(200);
            assert_eq!(last.header("x-ratelimit-remaining"), Some("0"));
            let _ = here.get("/api/v1/me").await.is(429);
            let _ = there.get("/api/v1/me").await.is(429);
        },
    );
}

#[test]
fn without_redis_two_gateways_count_apart() {
    on_own_gateways(as_nodes, async |gateway: &mut Gateway| {
        let other = gateway.another_node().await;
        let here = gateway.person("counted").await;
        let there = here.at(other.door());
        for _ in 0..2 {
            let _ = here.get("/api/v1/me").await.is(200);
        }
        let _ = here.get("/api/v1/me").await.is(429);
        let _ = there.get("/api/v1/me").await.is(200);
    });
}

#[test]
fn while_redis_is_away_each_gateway_counts_for_itself() {
    let nowhere = format!("redis://127.0.0.1:{}", free_port());
    on_own_gateways(
        |launch| on_tiny_plans(launch).set("REDIS_URL", &nowhere),
        async |gateway: &mut Gateway| {
            let key = gateway.tenant_on("free").await.key;
            for _ in 0..3 {
                let _ = key.get("/api/v1/me").await.is(200);
            }
            let _ = key.get("/api/v1/me").await.is(429);
        },
    );
}

#[test]
fn while_redis_is_away_requests_are_refused_where_that_is_the_setting() {
    let nowhere = format!("redis://127.0.0.1:{}", free_port());
    on_own_gateways(
        |launch| launch.set("REDIS_URL", &nowhere).set("REDIS_AWAY", "refuse"),
        async |gateway: &mut Gateway| {
            let refused = gateway.setup_key().get("/api/v1/me").await.is(503);
            assert_eq!(
                (refused.text("/error"), refused.fields("").contains(&"code".to_owned())),
                ("unavailable".to_owned(), true)
            );
            let _ = gateway.nobody().get("/api/auth/me/").await.is(503);
            let _ = gateway.nobody().get("/health").await.is(200);
        },
    );
}

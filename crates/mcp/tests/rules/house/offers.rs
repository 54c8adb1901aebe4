use super::{FILES, House, at, nothing, site};
use crate::upstreams::world::until;
use mainstay_mcp::servers::ServerService as _;
use mainstay_mcp::{Health, McpError, McpService as _};
use mainstay_testkit::on_each_database;
use std::sync::atomic::Ordering;
use std::time::Duration;

const ALMOST_TEN_MINUTES: Duration = Duration::from_millis(10 * 60 * 1_000 - 1);
const MOMENT: Duration = Duration::from_millis(1);

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_offers_is_asked_once_in_ten_minutes_and_serves_on_while_it_is_asked_anew() {
    on_each_database(|database| async {
        let (house, site) = (House::new(database).await, site());
        house.register("docs", &site).await;
        let asked = || site.listings.load(Ordering::SeqCst);
        let tools = house.tools("docs").await;
        let first = asked();
        for _ in 0..3 {
            assert_eq!(house.tools("docs").await, tools);
        }
        house.clock.advance(ALMOST_TEN_MINUTES);
        assert_eq!((house.tools("docs").await, asked()), (tools.clone(), first));
        house.clock.advance(MOMENT);
        assert_eq!(house.tools("docs").await, tools);
        until(|| (asked() > first).then_some(())).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_keeps_what_it_offered_shows_as_unhealthy_and_takes_nothing_from_others() {
    on_each_database(|database| async {
        let (house, site) = (House::new(database).await, site());
        house.register("docs", &site).await;
        let tools = house.tools("docs").await;
        assert!(matches!(house.seen("docs").await.health, Health::Healthy { .. }));
        drop(site);
        house.until_gone("docs").await;
        let seen = house.opened.mcp.seen(&house.caller).await.expect("servers");
        assert_eq!(seen.len(), 2);
        assert!(matches!(house.seen("docs").await.health, Health::Unhealthy { .. }));
        assert_eq!(house.tools("docs").await, tools);
        assert!(matches!(house.seen(FILES).await.health, Health::Healthy { .. }));
        assert_eq!(house.tools(FILES).await.len(), 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answered_offers_nothing_and_calls_of_it_fail() {
    on_each_database(|database| async {
        let (house, site) = (House::new(database).await, site());
        let docs = at("docs", &site);
        drop(site);
        house.opened.servers.create(house.caller.workspace, docs).await.expect("a server");
        let refused = house.call("docs", "echo", nothing()).await;
        assert!(matches!(refused, Err(McpError::Upstream(_))), "{refused:?}");
        assert!(house.tools("docs").await.is_empty());
        assert_eq!(house.meter.standing(), [0, 0, 0], "nothing was taken for it");
    })
    .await;
}

//! Lists that lie.

use super::world::{World, bounds, soon};
use mainstay_mcp::upstream::UpstreamFault;

async fn offered(list: &str) -> Result<usize, UpstreamFault> {
    let world = World::new();
    let offer = world.of(&world.shell_listing(list)).offer().await;
    world.upstreams.close().await;
    offer.map(|offer| offer.tools.len())
}

#[tokio::test]
async fn all_pages_of_a_list_are_read() {
    let pages = r#"n=$((n + 1)); next=; [ $n -lt 5 ] && next=",\"nextCursor\":\"$n\""
        result "{\"tools\":[{\"name\":\"t$n\",\"inputSchema\":{}}]$next}""#;
    assert_eq!(offered(pages).await, Ok(5));
}

#[tokio::test]
async fn a_list_that_begins_anew_is_broken() {
    let again = r#"n=$(((n + 1) % 2)); result "{\"tools\":[],\"nextCursor\":\"$n\"}""#;
    assert_eq!(offered(again).await, Err(UpstreamFault::Broken("its list begins anew".to_owned())));
}

#[tokio::test]
async fn a_list_without_an_end_is_broken_by_its_pages_or_by_what_is_on_them() {
    let pages = r#"n=$((n + 1)); result "{\"tools\":[],\"nextCursor\":\"$n\"}""#;
    assert_eq!(offered(pages).await, Err(UpstreamFault::Broken("its list has no end".to_owned())));
    let full = r#"n=$((n + 1)); result "{\"tools\":[$(yes '{"name":"t","inputSchema":{}},' | head -n 1000 | tr -d '\n'){\"name\":\"t\",\"inputSchema\":{}}],\"nextCursor\":\"$n\"}""#;
    assert_eq!(offered(full).await, Err(UpstreamFault::Broken("its list has no end".to_owned())));
}

#[tokio::test]
async fn a_list_whose_pages_are_too_large_together_is_told_to_be_so() {
    let world = World::with(bounds(|bounds| bounds.most_bytes = 10_000));
    let pages = r#"n=$((n + 1)); x=$(head -c 4000 /dev/zero | tr '\000' x)
        result "{\"tools\":[{\"name\":\"$x\",\"inputSchema\":{}}],\"nextCursor\":\"$n\"}""#;
    let offer = world.of(&world.shell_listing(pages)).offer().await;
    assert_eq!(offer, Err(UpstreamFault::TooLarge { most: 10_000 }));
    world.upstreams.close().await;
}

#[tokio::test]
async fn what_is_no_list_is_broken_and_what_does_not_come_is_late() {
    let other = r#"result '{"content":[]}'"#;
    assert_eq!(offered(other).await, Err(UpstreamFault::Broken("it is not the list that was asked for".to_owned())));
    let world = World::with(soon());
    let late = world.of(&world.shell_listing(":")).offer().await;
    assert_eq!(late, Err(UpstreamFault::TimedOut(super::world::SOON)));
    world.upstreams.close().await;
}

//! Publishers who hang up before they are answered, and try again.

use crate::dice::{Dice, rounds};
use crate::hooks::{EVENTS, Hook};
use crate::ledger::{all_arrived, came, everything};
use futures_util::future::join_all;
use mainstay_testkit::Receiver;
use mainstay_testkit::gateway::{Actor as _, Gateway, KeyHolder, on_own_gateways};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

const PUBLISHERS: usize = 8;
/// The longest that a publisher waits for an answer, in milliseconds.
const PATIENCE: u64 = 30;

/// Sends a request, or a part of it, and hangs up after a moment.
async fn hang_up(gateway: &Gateway, key: &KeyHolder, event: &Value, dice: &Dice) {
    let authority = gateway.url().trim_start_matches("http://");
    let body = event.to_string();
    let request = format!(
        "POST {EVENTS} HTTP/1.1\r\nhost: {authority}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
        content-length: {}\r\n\r\n{body}",
        key.key,
        body.len()
    );
    // Every other one is sent as a whole, so that it has an effect of which its sender never hears.
    let length = u64::try_from(request.len()).expect("short");
    let sent = if dice.below(2) == 0 { length } else { dice.below(length) };
    let sent = usize::try_from(sent).expect("short");
    let mut stream = TcpStream::connect(authority).await.expect("the gateway listens");
    stream.write_all(&request.as_bytes()[..sent]).await.expect("the gateway takes it");
    tokio::time::sleep(dice.moment_within(PATIENCE)).await;
}

/// Gives whether the request that nobody waited for had been heard.
async fn publish(gateway: &Gateway, key: &KeyHolder, id: &str, dice: &Dice) -> bool {
    let event = json!({ "type": "post.created", "data": { "id": id }, "id": id });
    hang_up(gateway, key, &event, dice).await;
    key.post(EVENTS, &event).await.is(202).at("/data/duplicate") == true
}

#[test]
fn a_publisher_that_hangs_up_and_tries_again_loses_nothing_and_repeats_nothing() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let (tenant, receiver, dice) = (gateway.tenant().await, Receiver::start().await, Dice::new());
            let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.*"]).await;
            let ids: Vec<_> = (0..rounds("DISCONNECT_ROUNDS", 200)).map(|round| format!("post-{round}")).collect();
            let mut heard = 0;
            for some in ids.chunks(PUBLISHERS) {
                let published = some.iter().map(|id| publish(gateway, &tenant.key, id, &dice));
                heard += join_all(published).await.into_iter().filter(|heard| *heard).count();
            }
            let deliveries = all_arrived(&tenant.key, &hook).await;
            let came = came(&everything(&receiver).await, "/hook");
            eprintln!("{:?}: {} hung up, {heard} of them were heard", gateway.engine(), ids.len());
            let published: BTreeSet<_> = ids.iter().collect();
            for (what, tally) in [("deliveries", deliveries), ("arrivals", came)] {
                assert_eq!(tally.keys().collect::<BTreeSet<_>>(), published, "{what}");
                assert!(tally.values().all(|count| *count == 1), "{what} of each event are one: {tally:?}");
            }
            assert!(heard > 0 && heard < ids.len(), "some were heard, and some were not: {heard}");
        },
    );
}

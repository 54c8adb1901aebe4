//! How a program reaches hosts: by a proxy at an address of its own loopback, which looks where it leads.

use super::voice::Voice;
use crate::databases::DOOR_PORT;
use crate::egress::{self, Attending, Egress, Hosts};
use mainstay_kernel::Secret;
use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Where a program finds the proxy, at [`DOOR_PORT`]; no server of databases is there.
pub(super) const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
/// Refusals that wait to be told.
const MOST_WAITING: usize = 64;
/// How many a program is told of. One that is refused a thousand hosts need not fill its log with them.
const MOST_TOLD: usize = 100;

/// The way of a program to these hosts, as far as this goes. What is refused is said in its log, once each.
pub(super) fn open(egress: &Egress, hosts: Hosts, voice: Voice) -> Arc<Attending> {
    let (refusals, refused) = mpsc::channel(MOST_WAITING);
    // Ends with the way itself, which has the other end.
    tokio::spawn(tell(refused, voice));
    egress.narrowed(hosts).attending(Arc::new(refusals))
}

async fn tell(mut refused: mpsc::Receiver<String>, voice: Voice) {
    let mut told = HashSet::new();
    while let Some(sentence) = refused.recv().await {
        if told.len() < MOST_TOLD && told.insert(sentence.clone()) {
            voice.say(format!("network: {sentence}")).await;
        }
    }
}

/// What a program is told of it.
pub(super) fn variables() -> impl Iterator<Item = (String, Secret<String>)> {
    let told = egress::variables(&format!("{ADDRESS}:{DOOR_PORT}"));
    told.into_iter().map(|(name, value)| (name.to_owned(), Secret::new(value)))
}

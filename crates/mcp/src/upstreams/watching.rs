//! Servers of the newest revision tell that their lists changed to whoever has asked for that, and for as long as the
//! answer to that lasts.

use super::Changed;
use crate::news::Lists;
use rmcp::RoleClient;
use rmcp::model::{ProtocolVersion, SubscriptionFilter};
use rmcp::service::Peer;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long is waited after such an answer came to its end.
const PAUSE: Duration = Duration::from_secs(30);

/// Asks to be told, if this server tells it in this way. What it tells is heard where all messages pass; this is to
/// keep the answer open.
pub(super) fn begin(peer: &Peer<RoleClient>, changed: &Changed) -> Option<JoinHandle<()>> {
    let server = peer.peer_info().filter(|server| server.protocol_version >= ProtocolVersion::V_2026_07_28)?;
    let mut wanted = SubscriptionFilter::new();
    wanted.tools_list_changed = Some(true);
    wanted.prompts_list_changed = Some(true);
    wanted.resources_list_changed = Some(true);
    let wanted = wanted.supported_by(&server.capabilities);
    if wanted == SubscriptionFilter::new() {
        return None;
    }
    let (peer, changed) = (peer.clone(), Arc::clone(changed));
    Some(tokio::spawn(async move {
        while let Ok(mut subscription) = peer.listen(wanted.clone()).await {
            while let Ok(Some(_)) = subscription.next().await {}
            tokio::time::sleep(PAUSE).await;
            // Nobody can say what was not heard meanwhile.
            changed(Lists::ALL);
        }
    }))
}

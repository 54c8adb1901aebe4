//! What a server says while it works, passed on to who waits.

use mainstay_mcp::protocol::{ProgressNotificationParam, ProgressToken};
use mainstay_mcp::upstream::{Heard, Hearing};
use rmcp::service::{Peer, RequestContext, RoleServer};
use tokio::sync::mpsc;

/// Most notices that wait to be passed on; a server that is faster than its listener loses some.
const WAITING: usize = 64;

/// Who waits for the answer to a request: a caller that can be asked what it says it can be.
pub(super) fn hearing(context: &RequestContext<RoleServer>) -> Hearing {
    let hearing = progress(context);
    match context.meta.client_capabilities() {
        Some(can) => hearing.answering(&can),
        None => hearing,
    }
}

/// Passes progress on to the caller, under the caller's own token; nothing to one that asked for none.
fn progress(context: &RequestContext<RoleServer>) -> Hearing {
    let Some(token) = context.meta.get_progress_token() else { return Hearing::default() };
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(pass_on(receiver, context.peer.clone(), token));
    Hearing::by(move |heard| {
        if let Heard::Progress(progress) = heard {
            drop(sender.try_send(progress));
        }
    })
}

/// Ends when the request does, which drops the other end.
async fn pass_on(mut heard: mpsc::Receiver<ProgressNotificationParam>, peer: Peer<RoleServer>, token: ProgressToken) {
    while let Some(mut progress) = heard.recv().await {
        progress.progress_token = token.clone();
        if peer.notify_progress(progress).await.is_err() {
            return;
        }
    }
}

//! That lists changed, told to clients: of the newest revision in answer to `subscriptions/listen`, of the older ones on the
//! stream that a `GET` opens (revision 2025-11-25, "Transports", "Listening for Messages from the Server").

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use futures_util::stream::{self, Stream, StreamExt as _};
use mainstay_mcp::protocol::SubscriptionFilter;
use mainstay_mcp::{Follower, Lists};
use rmcp::service::{SubscriptionSendError, SubscriptionSink};
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// How long a client is told without coming again: so long it may also follow after its key was revoked, and learns that
/// something changed, but not what.
const LONGEST: Duration = Duration::from_mins(10);
/// How often a stream shows that it is alive, so that no proxy ends it.
const ALIVE: Duration = Duration::from_secs(15);

/// Tells what a client accepted to hear, until there is no more, nobody listens, or it is time to come again.
pub(super) async fn tell(follower: &mut Follower, sink: &SubscriptionSink, accepted: &SubscriptionFilter) {
    let end = Instant::now() + LONGEST;
    while let Ok(Some(lists)) = timeout_at(end, follower.next()).await {
        if send(sink, wanted(lists, accepted)).await.is_err() {
            return;
        }
    }
}

fn wanted(lists: Lists, accepted: &SubscriptionFilter) -> Lists {
    Lists {
        tools: lists.tools && accepted.tools_list_changed == Some(true),
        resources: lists.resources && accepted.resources_list_changed == Some(true),
        prompts: lists.prompts && accepted.prompts_list_changed == Some(true),
    }
}

async fn send(sink: &SubscriptionSink, lists: Lists) -> Result<(), SubscriptionSendError> {
    if lists.tools {
        sink.notify_tool_list_changed().await?;
    }
    if lists.resources {
        sink.notify_resource_list_changed().await?;
    }
    if lists.prompts {
        sink.notify_prompt_list_changed().await?;
    }
    Ok(())
}

/// A stream of events (WHATWG HTML section 9.2) for a client of an older revision, until nobody listens.
pub(super) fn stream(follower: Follower, gone: impl Future<Output = ()> + 'static) -> HttpResponse {
    let events = stream::once(async { Ok(Bytes::from_static(b": here\n\n")) }).chain(events(follower));
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("Cache-Control", "no-store"))
        // A proxy that keeps events back would keep the client waiting.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(events.take_until(Box::pin(gone)))
}

fn events(follower: Follower) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let end = Instant::now() + LONGEST;
    stream::unfold(follower, move |mut follower| async move {
        if Instant::now() >= end {
            return None;
        }
        let event = match timeout(ALIVE, follower.next()).await {
            Ok(Some(lists)) => Bytes::from(messages(lists)),
            Ok(None) => return None,
            Err(_) => Bytes::from_static(b": here\n\n"),
        };
        Some((Ok(event), follower))
    })
}

fn messages(lists: Lists) -> String {
    let all = [(lists.tools, "tools"), (lists.resources, "resources"), (lists.prompts, "prompts")];
    let changed = all.into_iter().filter_map(|(has_changed, name)| has_changed.then_some(name));
    changed.map(message).collect()
}

fn message(name: &str) -> String {
    format!("event: message\ndata: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/{name}/list_changed\"}}\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_has_an_event_of_its_own() {
        assert_eq!(
            messages(Lists { prompts: false, ..Lists::ALL }),
            "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n\
             event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/list_changed\"}\n\n"
        );
    }
}

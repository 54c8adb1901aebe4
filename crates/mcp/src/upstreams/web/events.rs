//! Answers that are streams of events (WHATWG HTML, "Server-sent events").

use super::super::errand::Errand;
use super::fault::Lost;
use crate::upstream::{Heard, UpstreamFault};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt as _, future};
use mainstay_outbound::{Bytes, OutboundError, Pieces};
use rmcp::model::{JsonRpcMessage, ServerJsonRpcMessage, ServerNotification};
use serde::de::IgnoredAny;
use sse_stream::{Error, Sse, SseStream};
use std::time::Duration;

/// Events as they come.
pub(super) type Events = BoxStream<'static, Result<Sse, Error>>;

/// The events of this body, of which none has more bytes than that. What goes wrong for good fails the errand that the
/// stream answers; the lines of log on it are that errand's, and go no further.
pub(super) fn events(body: Pieces, most: usize, within: Duration, errand: Option<Errand>) -> Events {
    let failing = errand.clone();
    let pieces = bounded(body, most).map(move |piece| {
        piece.map_err(|error| {
            let fault = super::fault::of_outbound(&error, within, most);
            // One that breaks off may be taken up again where it broke off.
            if error != OutboundError::Broken
                && let Some(errand) = &failing
            {
                errand.fail(fault.clone());
            }
            Lost(fault)
        })
    });
    let heard = SseStream::from_bytes_stream(pieces)
        .map(move |event| event.map(|event| errand.as_ref().map_or(event.clone(), |errand| listen(event, errand))));
    heard.boxed()
}

/// The pieces, until an event has more bytes than it may.
fn bounded(body: Pieces, most: usize) -> impl Stream<Item = Result<Bytes, OutboundError>> + Send {
    let mut event = Event::default();
    let checked = body.map(move |piece| match piece {
        Ok(piece) if event.takes(&piece, most) => Ok(piece),
        Ok(_) => Err(OutboundError::TooLarge),
        Err(error) => Err(error),
    });
    // The first fault is the last piece.
    checked.scan(false, |is_over, piece| {
        let goes_on = !*is_over;
        *is_over = piece.is_err();
        future::ready(goes_on.then_some(piece))
    })
}

/// How much of an event was read. An empty line ends it; a line ends in CR, LF or both.
#[derive(Default)]
struct Event {
    bytes: usize,
    is_line_empty: bool,
    was_cr: bool,
}

impl Event {
    fn takes(&mut self, piece: &[u8], most: usize) -> bool {
        piece.iter().all(|byte| {
            match byte {
                b'\n' if self.was_cr => {}
                b'\r' | b'\n' if self.is_line_empty => self.bytes = 0,
                b'\r' | b'\n' => self.is_line_empty = true,
                _ => self.is_line_empty = false,
            }
            self.was_cr = *byte == b'\r';
            self.bytes += 1;
            self.bytes <= most
        })
    }
}

/// Takes a line of log out of the stream, and sees to it that what is no message is not waited for.
fn listen(mut event: Sse, errand: &Errand) -> Sse {
    let Some(data) = event.data.as_deref().filter(|data| is_of_protocol(&event) && !data.is_empty()) else {
        return event;
    };
    if data.contains("\"notifications/message\"")
        && let Ok(JsonRpcMessage::Notification(told)) = serde_json::from_str::<ServerJsonRpcMessage>(data)
        && let ServerNotification::LoggingMessageNotification(line) = told.notification
    {
        errand.hearing().hear(Heard::Log(line.params));
        event.data = None;
    } else if serde_json::from_str::<IgnoredAny>(data).is_err() {
        errand.fail(UpstreamFault::Broken("a message of it is no JSON".to_owned()));
    }
    event
}

fn is_of_protocol(event: &Sse) -> bool {
    matches!(event.event.as_deref(), None | Some("" | "message"))
}

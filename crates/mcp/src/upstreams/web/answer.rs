//! What an answer to a message that was posted means (MCP, "Streamable HTTP", "Sending Messages to the Server").

use super::super::errand::Errand;
use super::fault::{Lost, of_outbound, of_status};
use super::{events, request};
use crate::upstream::UpstreamFault;
use futures_util::TryStreamExt as _;
use mainstay_outbound::header::{CONTENT_TYPE, HeaderMap};
use mainstay_outbound::{Flow, StatusCode};
use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, ErrorCode, ErrorData, GetExtensions as _, JsonRpcMessage, RequestId,
    ServerJsonRpcMessage,
};
use rmcp::transport::streamable_http_client::{StreamableHttpError, StreamableHttpPostResponse};
use std::time::Duration;

/// Bytes of an answer that is no success.
const MOST_OF_REFUSAL: usize = 64 * 1024;
/// What the official servers say when it is not the request that is at fault.
const OF_THE_TRANSPORT: ErrorCode = ErrorCode(-32000);

/// A message that was posted.
pub(super) struct Posted<'a> {
    pub(super) message: &'a ClientJsonRpcMessage,
    pub(super) is_in_session: bool,
    pub(super) most: usize,
    pub(super) within: Duration,
}

type Outcome = Result<StreamableHttpPostResponse, StreamableHttpError<Lost>>;

impl Posted<'_> {
    /// What its answer means.
    pub(super) async fn answered(&self, flow: Flow) -> Outcome {
        let status = flow.status;
        if status == StatusCode::NOT_FOUND && self.is_in_session {
            return Err(StreamableHttpError::SessionExpired);
        }
        if !status.is_success() {
            return self.refused(flow).await;
        }
        if !matches!(self.message, JsonRpcMessage::Request(_))
            || matches!(status, StatusCode::ACCEPTED | StatusCode::NO_CONTENT)
        {
            return Ok(StreamableHttpPostResponse::Accepted);
        }
        let session = request::session(&flow.headers);
        if is(&flow.headers, "text/event-stream") {
            let events = events::events(flow.body, self.most, self.within, self.errand().cloned());
            return Ok(StreamableHttpPostResponse::Sse(events, session));
        }
        if !is(&flow.headers, "application/json") {
            return Err(broken("it is neither JSON nor a stream of events"));
        }
        let body = self.whole(flow, self.most).await?;
        let message = serde_json::from_slice(&body).map_err(|_| broken("it is no message of JSON-RPC"))?;
        Ok(StreamableHttpPostResponse::Json(message, session))
    }

    /// An answer that is no success may still be an error of the protocol, which says more than the status.
    async fn refused(&self, flow: Flow) -> Outcome {
        let (status, session) = (flow.status, request::session(&flow.headers));
        let speaks = !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) && !status.is_redirection();
        let unsaid = || Err(StreamableHttpError::Client(Lost(of_status(status))));
        let Some(id) = self.id().filter(|_| speaks) else { return unsaid() };
        let said: Option<ServerJsonRpcMessage> = if is(&flow.headers, "application/json") {
            let body = self.whole(flow, MOST_OF_REFUSAL).await.unwrap_or_default();
            serde_json::from_slice(&body).ok()
        } else {
            None
        };
        if self.is_in_session && said.as_ref().is_some_and(disowns_session) {
            return Err(StreamableHttpError::SessionExpired);
        }
        let error = match said {
            Some(JsonRpcMessage::Error(error)) if error.id.as_ref().is_none_or(|told| told == id) => error.error,
            // Who checks a message before it is read cannot say which one it was (MCP 2026-07-28, "Backward
            // Compatibility").
            Some(JsonRpcMessage::Error(error)) if self.is_probe() => error.error,
            _ if self.is_probe() && status.is_client_error() => {
                ErrorData::invalid_request(format!("the status {}", status.as_u16()), None)
            }
            _ => return unsaid(),
        };
        Ok(StreamableHttpPostResponse::Json(ServerJsonRpcMessage::error(error, Some(id.clone())), session))
    }

    async fn whole(&self, flow: Flow, most: usize) -> Result<Vec<u8>, StreamableHttpError<Lost>> {
        let lost = |error| StreamableHttpError::Client(Lost(of_outbound(&error, self.within, most)));
        let mut body = Vec::new();
        let mut pieces = flow.body;
        while let Some(piece) = pieces.try_next().await.map_err(lost)? {
            if piece.len() > most - body.len() {
                return Err(StreamableHttpError::Client(Lost(UpstreamFault::TooLarge { most })));
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    /// What goes along with it, if it is somebody's request.
    pub(super) fn errand(&self) -> Option<&Errand> {
        match self.message {
            JsonRpcMessage::Request(sent) => sent.request.extensions().get(),
            _ => None,
        }
    }

    /// Whether a connection begins with it.
    pub(super) fn is_beginning(&self) -> bool {
        let begins = |sent: &ClientRequest| {
            matches!(sent, ClientRequest::DiscoverRequest(_) | ClientRequest::InitializeRequest(_))
        };
        matches!(self.message, JsonRpcMessage::Request(sent) if begins(&sent.request))
    }

    fn is_probe(&self) -> bool {
        matches!(self.message, JsonRpcMessage::Request(sent) if matches!(sent.request, ClientRequest::DiscoverRequest(_)))
    }

    fn id(&self) -> Option<&RequestId> {
        match self.message {
            JsonRpcMessage::Request(sent) => Some(&sent.id),
            _ => None,
        }
    }
}

/// Whether a server that is asked in a session says that it knows none, as many do with a status of 400 where the
/// protocol has 404. It has done nothing then.
fn disowns_session(said: &ServerJsonRpcMessage) -> bool {
    let JsonRpcMessage::Error(error) = said else { return false };
    error.error.code == OF_THE_TRANSPORT && error.error.message.to_ascii_lowercase().contains("session")
}

fn broken(how: &str) -> StreamableHttpError<Lost> {
    StreamableHttpError::Client(Lost(UpstreamFault::Broken(how.to_owned())))
}

/// Whether the content is of this type (RFC 9110 section 8.3).
pub(super) fn is(headers: &HeaderMap, wanted: &str) -> bool {
    let told = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    told.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}

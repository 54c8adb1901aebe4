//! Between actix and the SDK's Streamable HTTP.

use super::asked_tool::{self, ASKED};
use super::door::Door;
use super::endpoint::Endpoint;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use futures_util::StreamExt as _;
use http_body_util::{BodyExt as _, Full};
use mainstay_edge::connection::gone;
use mainstay_edge::{Failure, Rejection};
use mainstay_mcp::McpService;
use rmcp::model::ProtocolVersion;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::json;
use std::sync::Arc;
use web::Bytes;

/// Most bytes of one request.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Speaks Streamable HTTP for an [`Endpoint`]. No request needs another one, whatever the revision: any node answers any of
/// them, and a client that goes away leaves nothing behind.
pub(crate) struct Transport {
    service: StreamableHttpService<Endpoint, NeverSessionManager>,
    mcp: Arc<dyn McpService>,
}

impl Transport {
    /// `origins` are the pages whose scripts may speak to it (revision 2025-11-25, "Transports", "Security Warning"), all
    /// of them if that is not said; `hosts` the names by which it may be called, any if there are none.
    pub(crate) fn new(mcp: Arc<dyn McpService>, origins: Option<Vec<String>>, hosts: Vec<String>) -> Self {
        let endpoint = Endpoint::new(Arc::clone(&mcp));
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .with_max_request_body_bytes(MOST_BYTES)
            .with_allowed_hosts(hosts);
        let config = match origins {
            Some(origins) => config.with_allowed_origins(origins).enforce_origin_validation(),
            None => config,
        };
        let service = StreamableHttpService::new(move || Ok(endpoint.clone()), Arc::default(), config);
        Self { service, mcp }
    }

    /// The answer to a request by somebody who is known.
    pub(super) async fn answer(&self, request: &HttpRequest, door: Door, body: Bytes) -> HttpResponse {
        let tool = asked_tool::of(request, &door, &*self.mcp).await;
        let mut asked = http::Request::new(Full::new(body));
        *asked.method_mut() = http::Method::POST;
        asked.extensions_mut().insert(door);
        for (name, value) in request.headers() {
            let name = http::HeaderName::from_bytes(name.as_str().as_bytes());
            let value = http::HeaderValue::from_bytes(value.as_bytes());
            if let (Ok(name), Ok(value)) = (name, value) {
                // The credential has done its work, and goes no further.
                if ![http::header::AUTHORIZATION, http::header::COOKIE, http::header::ACCEPT].contains(&name) {
                    asked.headers_mut().append(name, value);
                }
            }
        }
        asked.headers_mut().insert(http::header::ACCEPT, accepted(request));
        tokio::select! {
            answer = ASKED.scope(tool, self.service.handle(asked)) => turned(answer, gone(request)).await,
            () = gone(request) => Failure::from(Rejection::CallerGone).error_response(),
        }
    }
}

fn is_json(headers: &http::HeaderMap) -> bool {
    let kind = headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

/// What the SDK tells in plain text of a request that it does not read, as all failures here are told.
async fn complaint(status: StatusCode, body: Body) -> HttpResponse {
    let Ok(whole) = body.collect().await;
    let message = String::from_utf8_lossy(&whole.to_bytes()).into_owned();
    let error = json!({ "code": -32_600, "message": message, "data": { "code": "invalid_request" } });
    HttpResponse::build(status).json(json!({ "jsonrpc": "2.0", "id": null, "error": error }))
}

/// What the caller takes. Whoever does not say, or takes one kind of the answers that there are, is taken to take both: it
/// gets an event only where it asked for what comes bit by bit.
fn accepted(request: &HttpRequest) -> http::HeaderValue {
    const KINDS: [&str; 4] = ["*/*", "application/*", "application/json", "text/event-stream"];
    const BOTH: http::HeaderValue = http::HeaderValue::from_static("application/json, text/event-stream");
    let said = request.headers().get(actix_web::http::header::ACCEPT).and_then(|accept| accept.to_str().ok());
    match said {
        Some(said) if !KINDS.iter().any(|kind| said.contains(kind)) => {
            http::HeaderValue::from_str(said).unwrap_or(BOTH)
        }
        _ => BOTH,
    }
}

/// Whether a client of an older revision takes a stream of events.
pub(super) fn takes_events(request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    header("accept").contains("text/event-stream")
        && header("mcp-protocol-version") < ProtocolVersion::V_2026_07_28.as_str()
}

type Body = http_body_util::combinators::BoxBody<Bytes, std::convert::Infallible>;
type Answered = http::Response<Body>;

/// The SDK's answer as actix has it: whole where it is, else as it comes, for as long as somebody listens. What works on an
/// answer is given up when the answer is dropped.
async fn turned(answer: Answered, gone: impl Future<Output = ()> + 'static) -> HttpResponse {
    let (head, body) = answer.into_parts();
    let status = StatusCode::from_u16(head.status.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut turned = HttpResponse::build(status);
    for (name, value) in &head.headers {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            turned.append_header((name, value));
        }
    }
    if status.is_client_error() && !is_json(&head.headers) {
        return complaint(status, body).await;
    }
    let is_whole = http_body::Body::size_hint(&body).exact().is_some();
    if is_whole {
        let Ok(whole) = body.collect().await;
        return turned.body(whole.to_bytes());
    }
    // A proxy that keeps events back would keep the client waiting.
    turned.insert_header(("X-Accel-Buffering", "no"));
    turned.streaming(body.into_data_stream().take_until(Box::pin(gone)))
}

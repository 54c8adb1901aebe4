//! What of a message's head a proxy hands on (RFC 9110 section 7.6.1), and what it says itself.

use super::program::Introducing;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use http::header::{HeaderName, HeaderValue};
use mainstay_hosting::running::{self, Outgoing};

/// What concerns one connection alone, and what only a proxy may say.
const NOT_HANDED_ON: [&str; 14] = [
    "connection",
    "expect",
    "forwarded",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
];

/// Whether a name is one that a connection's header names as its own.
fn is_of_connection<'v>(mut values: impl Iterator<Item = &'v [u8]>, name: &str) -> bool {
    let names = |value: &[u8]| {
        value.split(|byte| *byte == b',').any(|own| own.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
    };
    values.any(names)
}

/// Whether a visitor wants to go on as a websocket (RFC 6455 section 4.1).
pub(super) fn asks_for_websocket(headers: &HeaderMap) -> bool {
    let connection = headers.get_all(header::CONNECTION).map(header::HeaderValue::as_bytes);
    let upgrade = headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    upgrade && is_of_connection(connection, "upgrade")
}

/// The request that a program is sent, without a body. None if it cannot be said in HTTP/1.1.
pub(super) fn outgoing(
    request: &HttpRequest,
    introducing: Option<&Introducing>,
    is_upgrade: bool,
) -> Option<http::Request<Outgoing>> {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let mut outgoing = http::Request::new(running::empty());
    *outgoing.method_mut() = request.method().as_str().parse().ok()?;
    *outgoing.uri_mut() = target.parse().ok()?;
    let headers = outgoing.headers_mut();
    for (name, value) in request.headers() {
        let connection = request.headers().get_all(header::CONNECTION).map(header::HeaderValue::as_bytes);
        if !NOT_HANDED_ON.contains(&name.as_str()) && !is_of_connection(connection, name.as_str()) {
            headers
                .append(HeaderName::from_bytes(name.as_ref()).ok()?, HeaderValue::from_bytes(value.as_bytes()).ok()?);
        }
    }
    // HTTP/2 names it in the target (RFC 9113 section 8.3.1).
    let host = HeaderValue::from_str(super::host(request)).ok()?;
    headers.insert(http::header::HOST, host.clone());
    headers.insert("x-forwarded-host", host);
    if let Some(introducing) = introducing {
        headers.insert("x-forwarded-for", HeaderValue::from_str(&introducing.caller(request)).ok()?);
        headers.insert("x-forwarded-proto", HeaderValue::from_static(introducing.scheme(request)));
    }
    if is_upgrade {
        headers.insert(http::header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(http::header::UPGRADE, HeaderValue::from_static("websocket"));
    }
    Some(outgoing)
}

/// The head of the answer that a visitor is sent. How long its body is, whoever sends it says.
pub(super) fn incoming(head: &http::response::Parts) -> HttpResponseBuilder {
    let status = actix_web::http::StatusCode::from_u16(head.status.as_u16());
    let mut answer = HttpResponse::build(status.unwrap_or(actix_web::http::StatusCode::BAD_GATEWAY));
    for (name, value) in &head.headers {
        let connection = head.headers.get_all(http::header::CONNECTION).into_iter().map(HeaderValue::as_bytes);
        let is_own = NOT_HANDED_ON.contains(&name.as_str()) || is_of_connection(connection, name.as_str());
        if !is_own && name != http::header::CONTENT_LENGTH {
            answer.append_header((name.as_str(), value.as_bytes()));
        }
    }
    answer
}

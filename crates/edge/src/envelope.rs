//! What every answer carries and every request leaves behind, whatever surface it was on.

use crate::compression;
use crate::metrics::Metrics;
use crate::request_id::{self, RequestId};
use crate::slash;
use crate::telling;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use std::time::Instant;

/// How answers are to be treated by browsers; given to the application as data.
#[derive(Debug, Clone, Copy, Default)]
pub struct Security {
    /// Whether callers reach this installation over HTTPS, its own or a proxy's.
    pub https: bool,
}

/// Headers that keep browsers from guessing, framing and leaking (OWASP secure headers project).
const ALWAYS: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// Answers of an API are data for one caller: nothing in them runs, and nobody may keep them.
const NOTHING_RUNS: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// What may be kept differs by the page that asks (Fetch standard, "CORS protocol and HTTP caches").
const BY_ORIGIN: HeaderValue = HeaderValue::from_static("origin");

/// RFC 6797: two years, and only ever said over HTTPS.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// Takes a slash off the end of the request's path, tells what no surface has told, counts the request, compresses its
/// answer where that pays, and adds to it the request's id and what browsers must know.
///
/// # Errors
/// None of its own.
pub async fn seal(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    slash::take_off(&mut request);
    let began = Instant::now();
    let response = telling::tell_outside(next.call(request).await?.map_into_boxed_body());
    let mut response = compression::pack(response).await?;
    let request = response.request();
    if let Some(metrics) = request.app_data::<web::Data<Metrics>>() {
        metrics.count(&response, began.elapsed());
    }
    let security = request.app_data::<Security>().copied().unwrap_or_default();
    let id = RequestId::of(request);
    let headers = response.headers_mut();
    if let Some(id) = id {
        headers.insert(request_id::HEADER, id.header());
    }
    add_security(headers, security);
    Ok(response)
}

fn add_security(headers: &mut HeaderMap, security: Security) {
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, NOTHING_RUNS);
    }
    if headers.contains_key(header::CACHE_CONTROL) {
        headers.append(header::VARY, BY_ORIGIN);
    } else {
        headers.insert(header::CACHE_CONTROL, NO_STORE);
    }
    if security.https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

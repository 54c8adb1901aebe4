//! Messages as they are handed on: without what is between two neighbours alone.

use super::target::Target;
use hyper::header::{
    CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE, VIA,
};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Uri, Version};

/// What is for the next neighbour (RFC 9110 section 7.6.1). How a body is framed follows from the body.
const HOP: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];
/// Whom a message went through (RFC 9110 section 7.6.3).
const VIA_US: HeaderValue = HeaderValue::from_static("1.1 mainstay");

/// Takes out what was for us, and says that it went through us.
pub(super) fn hand_on(headers: &mut HeaderMap) {
    let named = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let named: Vec<String> = named.flat_map(|value| value.split(',')).map(|name| name.trim().to_owned()).collect();
    for name in named {
        // What frames the body stays, whatever a sender says of it.
        if !name.eq_ignore_ascii_case("content-length") {
            headers.remove(name.as_str());
        }
    }
    for name in HOP {
        headers.remove(name);
    }
    headers.append(VIA, VIA_US);
}

/// A request as its host is to get it (RFC 9112 sections 3.2.1 and 3.2.2): the host is the one that was looked at.
pub(super) fn request<B>(request: Request<B>, target: &Target) -> Option<Request<B>> {
    let (parts, body) = request.into_parts();
    let Parts { method, uri, mut headers, .. } = parts;
    hand_on(&mut headers);
    headers.remove(PROXY_AUTHORIZATION);
    headers.insert(HOST, HeaderValue::try_from(target.told()).ok()?);
    let path = uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    let mut handed = Request::new(body);
    *handed.method_mut() = method;
    *handed.uri_mut() = Uri::from(path);
    *handed.version_mut() = Version::HTTP_11;
    *handed.headers_mut() = headers;
    Some(handed)
}

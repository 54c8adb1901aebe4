//! The name of one request, in its answer and in the logs.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpMessage as _, HttpRequest};
use mainstay_kernel::Ids;
use std::rc::Rc;

/// The header that carries it, both ways.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// `req_` and 20 letters and digits, or the name that the caller gave.
#[derive(Debug, Clone)]
pub struct RequestId(Rc<str>);

const MAX_LENGTH: usize = 64;

impl RequestId {
    /// The id of a request: the caller's, when it is plain text of at most 64 characters, or a new one.
    pub fn assign(request: &ServiceRequest, ids: &dyn Ids) -> Self {
        let given = request.headers().get(&HEADER).and_then(|value| value.to_str().ok());
        let id = match given.filter(|text| is_plain(text)) {
            Some(text) => Self(text.into()),
            None => Self(["req_", &ids.alphanumeric(20)].concat().into()),
        };
        request.extensions_mut().insert(id.clone());
        id
    }

    /// The id that was assigned to the request.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a header's value.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or_else(|_| HeaderValue::from_static("req_unprintable"))
    }
}

fn is_plain(text: &str) -> bool {
    (1..=MAX_LENGTH).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

//! Changes of what the caller has seen, and of nothing newer.

use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};
use mainstay_edge::Failure;
use mainstay_edge::describe::{Argument, Description};
use std::future::{Ready, ready};

/// The version that the caller has seen (RFC 9110 section 13.1.1), if it says so.
pub(super) struct IfMatch(pub(super) Option<i64>);

/// What nothing is at.
const NONE: i64 = 0;

impl FromRequest for IfMatch {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let said = request.headers().get(IF_MATCH).map(|value| value.to_str().unwrap_or_default().trim());
        let version = said.filter(|text| *text != "*").map(|text| {
            let bare = text.strip_prefix("W/").unwrap_or(text);
            bare.trim_matches('"').parse().unwrap_or(NONE)
        });
        ready(Ok(Self(version)))
    }
}

impl Argument for IfMatch {
    fn describe(to: &mut Description<'_>) {
        to.header::<String>("If-Match", "The `ETag` of what you read: then it is changed only if it is still so.");
    }
}

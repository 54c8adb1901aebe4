//! What is posted to a hook: the body as it came, since that is what is signed, and every header.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Failure, valid};
use mainstay_hosting::hooks::Posted;
use mainstay_kernel::Kind;
use schemars::JsonSchema;

/// What was posted.
pub(super) struct Incoming(pub(super) Posted);

/// Largest push, in bytes: thousands of paths.
const LARGEST: usize = 5 * 1024 * 1024;

impl FromRequest for Incoming {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let headers = request.headers().iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        let (headers, payload) = (headers.collect(), payload.take());
        Box::pin(async move { Ok(Self(Posted { headers, body: valid::body_within(LARGEST, payload).await? })) })
    }
}

/// What a git server tells, in a form of its own.
#[derive(JsonSchema)]
struct PushRequest {}

impl Argument for Incoming {
    fn describe(to: &mut Description<'_>) {
        to.body::<PushRequest>(true);
        to.or_body::<PushRequest>("application/x-www-form-urlencoded");
        let text = "No hook has this token, or the body is not signed with its secret: which of the two is not told.";
        to.may_fail(Kind::Unauthenticated, text);
        to.may_fail(Kind::TooLarge, "The body is larger than 5 MiB.");
    }
}

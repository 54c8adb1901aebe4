//! Bodies that cannot be used unchecked.

mod complaint;
mod json;
mod text;

use crate::describe::{Argument, Description};
use crate::failure::{Failure, Rejection};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
pub use json::{object, objects};
use mainstay_kernel::Kind;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
pub use text::{one_of, trimmed};
use validator::Validate;

/// A JSON body that has been read and whose every rule holds.
///
/// What cannot be read at all is 400, another content type 415, too large 413, and a value that
/// is wrong 422, naming the field. Where there is no body, the fields that it must have are missing.
pub struct Valid<T>(pub T);

/// The same, where the body may be absent: then it is `{}`.
pub struct ValidOrEmpty<T>(pub T);

/// The same, whatever the body is said to be: a beacon says `text/plain`, so that its browser need not ask first (Fetch
/// standard, "CORS-safelisted request-header").
pub struct ValidBeacon<T>(pub T);

/// Largest body taken, in bytes; given to the application as data.
#[derive(Debug, Clone, Copy)]
pub struct MaxBody(pub usize);

impl Default for MaxBody {
    fn default() -> Self {
        Self(1024 * 1024)
    }
}

/// Whether the empty body counts as `{}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Absent {
    Refused,
    Empty,
}

impl<T: DeserializeOwned + JsonSchema + Validate + 'static> FromRequest for Valid<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { read(&request, payload, Absent::Refused).await.map(Self) })
    }
}

impl<T: DeserializeOwned + JsonSchema + Validate + 'static> FromRequest for ValidOrEmpty<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { read(&request, payload, Absent::Empty).await.map(Self) })
    }
}

impl<T: DeserializeOwned + JsonSchema + Validate + 'static> FromRequest for ValidBeacon<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { check(json::object(&body(&request, payload).await?)?).map(Self) })
    }
}

async fn read<T: DeserializeOwned + JsonSchema + Validate>(
    request: &HttpRequest,
    payload: Payload,
    absent: Absent,
) -> Result<T, Failure> {
    let body = body(request, payload).await?;
    let content_type = content_type(request);
    if body.is_empty() && (absent == Absent::Empty || content_type.is_empty() || is_json(&content_type)) {
        let empty = check(json::object(b"{}")?)?;
        return match absent {
            Absent::Empty => Ok(empty),
            Absent::Refused => Err(Rejection::Malformed("The body is empty; send an object.".to_owned()).into()),
        };
    }
    if !is_json(&content_type) {
        return Err(Rejection::NotJson.into());
    }
    check(json::object(&body)?)
}

fn check<T: Validate>(value: T) -> Result<T, Failure> {
    value.validate().map_err(|errors| Rejection::Invalid(complaint::of(&errors)))?;
    Ok(value)
}

/// The type of the body as it was sent, in lower case and without its parameters.
pub fn content_type(request: &HttpRequest) -> String {
    let sent = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a type is JSON's.
pub(crate) fn is_json(content_type: &str) -> bool {
    content_type == "application/json" || (content_type.starts_with("application/") && content_type.ends_with("+json"))
}

/// The whole body, up to the limit of the application.
///
/// # Errors
/// [`Rejection::TooLarge`], or [`Rejection::Malformed`] when it breaks off.
pub async fn body(request: &HttpRequest, payload: Payload) -> Result<web::Bytes, Rejection> {
    body_within(request.app_data::<MaxBody>().copied().unwrap_or_default().0, payload).await
}

/// The whole body, up to a limit of the route's own, in bytes.
///
/// # Errors
/// As [`body`].
pub async fn body_within(limit: usize, mut payload: Payload) -> Result<web::Bytes, Rejection> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Rejection::Malformed("The body broke off.".to_owned()))?;
        if body.len() + chunk.len() > limit {
            return Err(Rejection::TooLarge(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn describe_body<T: JsonSchema>(to: &mut Description<'_>, required: bool) {
    to.body::<T>(required);
    to.may_fail(Kind::Malformed, "The body is not JSON.");
    to.may_fail(Kind::TooLarge, "The body is too large.");
    to.may_fail(Kind::UnsupportedMedia, "The body is not sent as application/json.");
    to.may_fail(Kind::Invalid, "Fields are wrong; each is named.");
}

impl<T: JsonSchema> Argument for Valid<T> {
    fn describe(to: &mut Description<'_>) {
        describe_body::<T>(to, true);
    }
}

impl<T: JsonSchema> Argument for ValidBeacon<T> {
    fn describe(to: &mut Description<'_>) {
        to.body::<T>(true);
        to.may_fail(Kind::Malformed, "The body is not JSON.");
        to.may_fail(Kind::TooLarge, "The body is too large.");
        to.may_fail(Kind::Invalid, "Fields are wrong; each is named.");
    }
}

impl<T: JsonSchema> Argument for ValidOrEmpty<T> {
    fn describe(to: &mut Description<'_>) {
        describe_body::<T>(to, false);
    }
}

//! The parameters of OAuth 2, in a query or a body (RFC 6749 section 3.1 and appendix B).
//!
//! What is empty counts as absent, what nobody knows is ignored, and what stands there twice is refused.

use crate::describe::{Argument, Description};
use crate::failure::{Failure, Rejection};
use crate::valid;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use mainstay_kernel::{Details, Fault, Kind};
use pairs::Pairs;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

mod pairs;

/// The parameters of a query.
pub struct QueryParameters<T>(pub T);

/// The parameters of a body, which is a form or a JSON object.
pub struct BodyParameters<T>(pub T);

/// The body is neither a form nor JSON.
#[derive(Debug, thiserror::Error)]
#[error("The body must be sent as application/x-www-form-urlencoded or application/json.")]
struct NoForm;

impl Fault for NoForm {
    fn kind(&self) -> Kind {
        Kind::UnsupportedMedia
    }

    fn code(&self) -> &'static str {
        "unsupported_media_type"
    }

    fn details(&self) -> Details {
        Details::None
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for QueryParameters<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Pairs::of_form(request.query_string().as_bytes()).fit().map(Self).map_err(Failure::from))
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for BodyParameters<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let body = valid::body(&request, payload).await?;
            let pairs = match valid::content_type(&request).as_str() {
                "application/x-www-form-urlencoded" => Pairs::of_form(&body),
                // Then every parameter is missing.
                sent if body.is_empty() && (sent.is_empty() || valid::is_json(sent)) => Pairs::default(),
                sent if valid::is_json(sent) => Pairs::of_json(&body)?,
                _ => return Err(NoForm.into()),
            };
            Ok(Self(pairs.fit()?))
        })
    }
}

impl<T: JsonSchema> Argument for QueryParameters<T> {
    fn describe(to: &mut Description<'_>) {
        to.query_parameters::<T>();
        to.may_fail(Kind::Malformed, "A parameter is missing, wrong, or there twice.");
    }
}

impl<T: JsonSchema> Argument for BodyParameters<T> {
    fn describe(to: &mut Description<'_>) {
        to.form_or_json_body::<T>();
        to.may_fail(Kind::Malformed, "A parameter is missing, wrong, or there twice.");
        to.may_fail(Kind::TooLarge, "The body is too large.");
        to.may_fail(Kind::UnsupportedMedia, "The body is neither a form nor JSON.");
    }
}

fn malformed(sentence: impl Into<String>) -> Rejection {
    Rejection::Malformed(sentence.into())
}

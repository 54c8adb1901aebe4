//! A token that the route itself judges.

use crate::describe::{Argument, Description};
use crate::failure::{Failure, Rejection};
use crate::parameters::BodyParameters;
use crate::valid;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use mainstay_kernel::{Fault, Kind, Secret};
use schemars::JsonSchema;
use serde::Deserialize;
use std::future::{Ready, ready};

/// What `Authorization: Bearer` carries (RFC 6750 section 2.1), on routes that are for clients.
pub struct BearerToken(pub Secret<String>);

/// The same, or what a form has as `access_token` (section 2.2), where something is posted. A token in the query is
/// none (section 2.3): it would stand in logs.
pub struct PostedToken(pub Secret<String>);

/// The form.
#[derive(Deserialize, JsonSchema)]
struct TokenForm {
    /// The access token, unless the header has it.
    #[schemars(with = "Option<String>")]
    access_token: Option<Secret<String>>,
}

/// No token, or none that can be read. RFC 6750 section 3.1: no error is named to whoever brings none.
#[derive(Debug, thiserror::Error)]
#[error("An access token is required")]
struct NoToken;

impl Fault for NoToken {
    fn kind(&self) -> Kind {
        Kind::Unauthenticated
    }

    fn code(&self) -> &'static str {
        "unauthenticated"
    }
}

impl FromRequest for BearerToken {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(in_header(request).map(Self).ok_or_else(|| NoToken.into()))
    }
}

impl FromRequest for PostedToken {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let posted = match valid::content_type(&request).as_str() {
                FORM => BodyParameters::<TokenForm>::from_request(&request, &mut payload).await?.0.access_token,
                _ => None,
            };
            match (in_header(&request), posted) {
                // RFC 6750 section 2: one way, and no other beside it.
                (Some(_), Some(_)) => Err(Rejection::Malformed("The token must be sent in one way.".to_owned()).into()),
                (Some(token), None) | (None, Some(token)) => Ok(Self(token)),
                (None, None) => Err(NoToken.into()),
            }
        })
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn in_header(request: &HttpRequest) -> Option<Secret<String>> {
    let value = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok())?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Secret::new(token.trim().to_owned()))
}

impl Argument for BearerToken {
    fn describe(to: &mut Description<'_>) {
        to.may_fail(Kind::Unauthenticated, "No access token, or one that does not stand.");
    }
}

impl Argument for PostedToken {
    fn describe(to: &mut Description<'_>) {
        BearerToken::describe(to);
        to.form::<TokenForm>();
        to.may_fail(Kind::Malformed, "The token is sent in two ways.");
        to.may_fail(Kind::TooLarge, "The body is too large.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn only_a_bearer_token_is_taken() {
        let read = |value: &str| {
            let request = TestRequest::default().insert_header((header::AUTHORIZATION, value)).to_http_request();
            BearerToken::from_request(&request, &mut Payload::None)
                .into_inner()
                .ok()
                .map(|token| token.0.expose().clone())
        };
        assert_eq!(read("Bearer a.b.c").as_deref(), Some("a.b.c"));
        assert_eq!(read("bearer x").as_deref(), Some("x"));
        for other in ["Bearer", "Basic eDp5", "x"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}

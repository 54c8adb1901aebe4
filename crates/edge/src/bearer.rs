//! A token that the route itself judges.

use crate::describe::{Argument, Description};
use crate::failure::Failure;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use mainstay_kernel::{Fault, Kind, Secret};
use std::future::{Ready, ready};

/// What `Authorization: Bearer` carries (RFC 6750 section 2.1), on routes that are for clients.
pub struct BearerToken(pub Secret<String>);

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
        let value = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let pair = value.and_then(|value| value.split_once(' '));
        let token = pair.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        ready(token.map(|token| Self(Secret::new(token.to_owned()))).ok_or_else(|| NoToken.into()))
    }
}

impl Argument for BearerToken {
    fn describe(to: &mut Description<'_>) {
        to.may_fail(Kind::Unauthenticated, "No access token, or one that does not stand.");
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

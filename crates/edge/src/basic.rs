//! How a client of OAuth 2 proves itself in the header.

use crate::describe::{Argument, Description};
use crate::failure::{Failure, Rejection};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mainstay_kernel::Secret;
use percent_encoding::percent_decode_str;
use std::future::{Ready, ready};

/// What `Authorization: Basic` carries by RFC 6749 section 2.3.1: id and secret of a client, each encoded as a form
/// does. None where the header is absent or of another scheme.
pub struct BasicClient(pub Option<(String, Secret<String>)>);

impl FromRequest for BasicClient {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = request.headers().get(header::AUTHORIZATION) else { return ready(Ok(Self(None))) };
        let Some(pair) = value.to_str().ok().and_then(basic) else { return ready(Ok(Self(None))) };
        let unreadable = || Rejection::Malformed("The Authorization header cannot be read.".to_owned()).into();
        ready(read(pair).map(|client| Self(Some(client))).ok_or_else(unreadable))
    }
}

/// What follows the name of the scheme (RFC 7617 section 2), where it is this one.
fn basic(value: &str) -> Option<&str> {
    let (scheme, pair) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then(|| pair.trim())
}

fn read(pair: &str) -> Option<(String, Secret<String>)> {
    let pair = String::from_utf8(STANDARD.decode(pair).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((of_form(id)?, Secret::new(of_form(secret)?)))
}

/// RFC 6749 appendix B.
fn of_form(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    (!decoded.contains('\0')).then(|| decoded.into_owned())
}

impl Argument for BasicClient {
    fn describe(to: &mut Description<'_>) {
        to.is_for_clients("The client is not who it says.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn read_header(value: &str) -> Result<Option<(String, String)>, Failure> {
        let request = TestRequest::default().insert_header((header::AUTHORIZATION, value)).to_http_request();
        let read = BasicClient::from_request(&request, &mut Payload::None).into_inner();
        read.map(|client| client.0.map(|(id, secret)| (id, secret.expose().clone())))
    }

    fn of_pair(pair: &str) -> Option<(String, String)> {
        read_header(&format!("basic {}", STANDARD.encode(pair))).expect("readable")
    }

    #[test]
    fn id_and_secret_are_decoded_as_a_form_is() {
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(of_pair("id:secret"), pair("id", "secret"));
        assert_eq!(of_pair("id:a:b"), pair("id", "a:b"));
        assert_eq!(of_pair("a%3Ab:c+d%25%2B"), pair("a:b", "c d%+"));
        assert_eq!(of_pair("id:"), pair("id", ""));
    }

    #[test]
    fn another_scheme_is_none_of_ours_and_a_broken_pair_is_refused() {
        assert!(matches!(read_header("Bearer x"), Ok(None)));
        assert!(matches!(read_header("Basic"), Ok(None)));
        for broken in ["Basic !!!", "Basic eA==", "Basic aWQ6JTAw", "Basic aWQ6JWZm"] {
            assert!(read_header(broken).is_err(), "{broken}");
        }
    }
}

//! Answers that show a secret.

use crate::describe::{Description, Outcome};
use actix_web::body::BoxBody;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};

/// An answer that nothing on its way may keep, old proxies included, and that says so of itself to those who log.
pub struct Sensitive<T>(pub T);

const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache, must-revalidate, private")),
    (header::PRAGMA, HeaderValue::from_static("no-cache")),
    (HeaderName::from_static("x-sensitive-response"), HeaderValue::from_static("true")),
];

impl<T: Responder<Body = BoxBody>> Responder for Sensitive<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut answer = self.0.respond_to(request);
        for (name, value) in HEADERS {
            answer.headers_mut().insert(name, value);
        }
        answer
    }
}

impl<T: Outcome> Outcome for Sensitive<T> {
    fn describe(to: &mut Description<'_>) {
        T::describe(to);
    }
}

//! Answers to what goes on after them.

use crate::answer::json;
use crate::describe::{Description, Outcome};
use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use schemars::JsonSchema;
use serde::Serialize;

/// 202 around its content: it was taken on, and is certain to be done (RFC 9110 section 15.3.3).
pub struct Accepted<T>(pub T);

impl<T: Serialize> Responder for Accepted<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        json(HttpResponse::Accepted(), &self.0)
    }
}

impl<T: JsonSchema> Outcome for Accepted<T> {
    fn describe(to: &mut Description<'_>) {
        to.answer::<T>(202, "Taken on.");
    }
}

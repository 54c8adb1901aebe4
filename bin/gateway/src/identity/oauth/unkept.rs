//! Answers that nobody may keep.

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use mainstay_edge::describe::{Description, Outcome};
use schemars::JsonSchema;
use serde::Serialize;

/// 200 with its content, for which RFC 6749 section 5.1 asks for both headers.
pub(super) struct Unkept<T>(pub(super) T);

/// 201 with its content, in the same way.
pub(super) struct UnkeptNew<T>(pub(super) T);

impl<T: Serialize> Responder for Unkept<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        unkept(HttpResponse::Ok(), &self.0)
    }
}

impl<T: Serialize> Responder for UnkeptNew<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        unkept(HttpResponse::Created(), &self.0)
    }
}

fn unkept(mut answer: HttpResponseBuilder, content: &impl Serialize) -> HttpResponse {
    answer.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache")).json(content)
}

impl<T: JsonSchema> Outcome for UnkeptNew<T> {
    fn describe(to: &mut Description<'_>) {
        to.answer::<T>(201, "Created.");
    }
}

impl<T: JsonSchema> Outcome for Unkept<T> {
    fn describe(to: &mut Description<'_>) {
        to.answer::<T>(200, "Done.");
    }
}

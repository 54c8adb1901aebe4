//! Answers that nobody may keep.

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder};
use mainstay_edge::describe::{Description, Outcome};
use schemars::JsonSchema;
use serde::Serialize;

/// 200 with its content, for which RFC 6749 section 5.1 asks for both headers.
pub(super) struct Unkept<T>(pub(super) T);

impl<T: Serialize> Responder for Unkept<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::PRAGMA, "no-cache"))
            .json(self.0)
    }
}

impl<T: JsonSchema> Outcome for Unkept<T> {
    fn describe(to: &mut Description<'_>) {
        to.answer::<T>(200, "Done.");
    }
}

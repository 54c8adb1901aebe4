//! Answers that only say that it is done.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use mainstay_edge::describe::{Description, Outcome};
use schemars::JsonSchema;
use serde::Serialize;

/// 200 with `{"message": …}`.
#[derive(Serialize, JsonSchema)]
pub(super) struct Message {
    /// A sentence for a person.
    message: &'static str,
}

impl Message {
    pub(super) const fn new(message: &'static str) -> Self {
        Self { message }
    }
}

impl Responder for Message {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self)
    }
}

impl Outcome for Message {
    fn describe(to: &mut Description<'_>) {
        to.answer::<Self>(200, "Done.");
    }
}

//! What git servers are answered.

use super::dto::HeardResponse;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, Responder};
use mainstay_edge::describe::{Description, Outcome};

/// 202 when a push is deployed, 200 when it is not.
pub(super) struct HeardAnswer(pub(super) HeardResponse);

impl Responder for HeardAnswer {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let status = if self.0.is_ignored() { StatusCode::OK } else { StatusCode::ACCEPTED };
        HttpResponse::build(status).json(self.0)
    }
}

impl Outcome for HeardAnswer {
    fn describe(to: &mut Description<'_>) {
        to.answer::<HeardResponse>(200, "Nothing is deployed; `reason` says why.");
        to.answer::<HeardResponse>(202, "The push is deployed.");
    }
}

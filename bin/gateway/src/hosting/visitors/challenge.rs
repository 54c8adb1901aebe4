//! Certificate authorities, who ask a domain whether it is ours (RFC 8555 section 8.3).

use super::{NO_STORE, host};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use mainstay_hosting::serving::Serving;

/// Where they ask. What is not being asked for is the site's own affair.
const PLACE: &str = "/.well-known/acme-challenge/";

/// What they are shown.
pub(super) fn answer(request: &HttpRequest) -> Option<HttpResponse> {
    let token = request.uri().path().strip_prefix(PLACE).filter(|_| request.method() == Method::GET)?;
    let answer = request.app_data::<web::Data<Serving>>()?.challenge(host(request), token)?;
    let mut shown = HttpResponse::Ok();
    Some(shown.content_type("application/octet-stream").insert_header(NO_STORE).body(answer.to_string()))
}

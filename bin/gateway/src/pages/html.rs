//! The dialect of pages: what went wrong, as a page.

use super::sheet::{Link, Reply, Sheet};
use super::words::ENGLISH;
use actix_web::HttpResponse;
use actix_web::http::header;
use mainstay_edge::dialect::{Context, sentence};
use mainstay_edge::{BrandName, Dialect, Identity};
use mainstay_kernel::{Details, Fault, Kind};
use okapi::openapi3::SchemaObject;
use schemars::r#gen::SchemaGenerator;
use serde_json::Value;

/// A title, a sentence, and where to go from here. Pages stand in no document; what a body would be there is the
/// identity API's, whose people these pages are for.
pub(crate) enum Html {}

impl Dialect for Html {
    fn body(fault: &dyn Fault, context: &Context) -> Value {
        Identity::body(fault, context)
    }

    fn schema(generator: &mut SchemaGenerator, kind: Kind) -> SchemaObject {
        Identity::schema(generator, kind)
    }

    fn tell(fault: &dyn Fault, context: &Context) -> HttpResponse {
        let words = &ENGLISH;
        let wait = match fault.details() {
            Details::Limit(limit) => Some(limit.retry_after),
            Details::RetryAfter(seconds) => Some(seconds),
            _ => None,
        };
        let text = match (fault.kind(), wait) {
            (Kind::RateLimited, Some(seconds)) => (words.too_many)(seconds),
            _ => (words.fault)(fault, &sentence(fault)),
        };
        let mut sheet = Sheet::new((words.fault_title)(fault.kind())).says(text);
        if let (Kind::Internal, Some(request)) = (fault.kind(), &context.request) {
            sheet = sheet.says((words.request_id)(request.as_str()));
        }
        let sheet = sheet.leads(Link::new("/login", words.to_log_in));
        let brand = context.brand.as_ref().map_or("", BrandName::as_str);
        let page = sheet.page(words, brand, "").unwrap_or_default();
        let mut answer = Reply::page(Self::status(fault), page).into_response();
        if let Some(value) = wait.and_then(|seconds| seconds.to_string().parse().ok()) {
            answer.headers_mut().insert(header::RETRY_AFTER, value);
        }
        if let Details::AllowedMethods(methods) = fault.details()
            && let Ok(value) = methods.join(", ").parse()
        {
            answer.headers_mut().insert(header::ALLOW, value);
        }
        answer
    }
}

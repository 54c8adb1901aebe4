//! One fault, several wire forms.
//!
//! A dialect turns kinds into its words; it never knows single faults of single crates, but for
//! the codes that its API documents as such.

mod hosting;
mod identity;
mod mcp;
mod oauth;
mod platform;

use crate::public_url::{BrandName, PublicUrl};
use crate::request_id::RequestId;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder};
pub use hosting::Hosting;
pub use identity::Identity;
use mainstay_kernel::{Details, Fault, Kind};
pub use mcp::Mcp;
pub use oauth::OAuth;
use okapi::openapi3::SchemaObject;
pub use platform::Platform;
use schemars::r#gen::SchemaGenerator;
use serde_json::Value;

/// What a dialect may show beside the fault.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The request that failed.
    pub request: Option<RequestId>,
    /// Where this installation is reached.
    pub public_url: Option<PublicUrl>,
    /// What the product is called.
    pub brand: Option<BrandName>,
    /// The path that was asked for.
    pub path: String,
}

/// The form in which one API tells what went wrong.
pub trait Dialect: 'static {
    /// The status of a fault.
    fn status(fault: &dyn Fault) -> StatusCode {
        status(fault.kind())
    }

    /// How a caller whose credential is missing or does not stand may authenticate (RFC 9110 section 11.6.1).
    fn challenge(fault: &dyn Fault) -> Option<&'static str> {
        (fault.kind() == Kind::Unauthenticated).then_some("Bearer")
    }

    /// The body of a fault.
    fn body(fault: &dyn Fault, context: &Context) -> Value;

    /// The schema of the body for faults of this kind.
    fn schema(generator: &mut SchemaGenerator, kind: Kind) -> SchemaObject;

    /// The whole answer.
    fn tell(fault: &dyn Fault, context: &Context) -> HttpResponse {
        let mut answer = HttpResponse::build(Self::status(fault));
        add_headers(&mut answer, &fault.details());
        if let Some(challenge) = Self::challenge(fault) {
            answer.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        answer.json(Self::body(fault, context))
    }
}

fn add_headers(answer: &mut HttpResponseBuilder, details: &Details) {
    match details {
        Details::Limit(limit) => {
            answer.insert_header((header::RETRY_AFTER, limit.retry_after));
        }
        Details::RetryAfter(seconds) => {
            answer.insert_header((header::RETRY_AFTER, *seconds));
        }
        Details::AllowedMethods(methods) => {
            answer.insert_header((header::ALLOW, methods.join(", ")));
        }
        _ => {}
    }
}

/// The status that most dialects give a kind.
pub const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden | Kind::LimitReached => StatusCode::FORBIDDEN,
        Kind::PlanRequired | Kind::PaymentRequired => StatusCode::PAYMENT_REQUIRED,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Gone => StatusCode::GONE,
        Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::RateLimited | Kind::QuotaExceeded => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::BadUpstream => StatusCode::BAD_GATEWAY,
        Kind::UpstreamTimeout => StatusCode::GATEWAY_TIMEOUT,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The sentence for a person. The causes of what is our fault are logged, never shown.
pub fn sentence(fault: &dyn Fault) -> String {
    match fault.kind() {
        Kind::Internal => "An unexpected error occurred.".to_owned(),
        Kind::Unavailable => "The service is not available for a moment. Please try again.".to_owned(),
        _ => fault.to_string(),
    }
}

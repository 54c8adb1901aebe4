//! One line a request.

use crate::request_id::RequestId;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use mainstay_kernel::SystemIds;
use tracing::Span;
use tracing_actix_web::RootSpanBuilder;

/// Opens a span for each request, named by its id, and writes one line at its end. Neither query
/// nor headers are logged: both may hold secrets.
pub struct RequestLog;

impl RootSpanBuilder for RequestLog {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = RequestId::assign(request, &SystemIds);
        tracing::info_span!(
            "request",
            request.id = id.as_str(),
            http.method = request.method().as_str(),
            http.path = request.path(),
        )
    }

    fn on_request_end<B: MessageBody>(_: Span, outcome: &Result<ServiceResponse<B>, actix_web::Error>) {
        match outcome {
            Ok(response) => tracing::info!(http.status = response.status().as_u16(), "answered"),
            Err(error) => tracing::error!(%error, "not answered"),
        }
    }
}

//! Failures, told in the dialect of the surface they happened on.

use crate::dialect::{Context, Dialect};
use crate::failure::Failure;
use crate::public_url::{BrandName, PublicUrl};
use crate::request_id::RequestId;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::{HttpRequest, web};
use mainstay_kernel::{Fault, Kind};

/// An answer that is a failure is told again, in `D` and with what only the request knows. What
/// is our fault is logged here, once, with its cause.
pub(crate) fn tell<D: Dialect>(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let told = response.response().error().and_then(|error| error.as_error::<Failure>()).map(|failure| {
        let context = context_of(response.request());
        log_our_fault(failure.fault(), &context);
        D::tell(failure.fault(), &context)
    });
    match told {
        Some(answer) => response.into_response(answer),
        None => response,
    }
}

/// What a dialect may show beside the fault.
pub(crate) fn context_of(request: &HttpRequest) -> Context {
    let public_url = request.app_data::<web::Data<PublicUrl>>().map(|public_url| PublicUrl::clone(public_url));
    let brand = request.app_data::<web::Data<BrandName>>().map(|brand| BrandName::clone(brand));
    Context { request: RequestId::of(request), public_url, brand }
}

fn log_our_fault(fault: &dyn Fault, context: &Context) {
    if !matches!(fault.kind(), Kind::Internal | Kind::Unavailable) {
        return;
    }
    let cause = fault.source().map(ToString::to_string).unwrap_or_default();
    let request = context.request.as_ref().map(RequestId::as_str);
    tracing::error!(request.id = request, error = %fault, cause, "a request failed");
}

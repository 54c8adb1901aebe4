//! Failures, told in the dialect of the surface they happened on.

use crate::browsers;
use crate::dialect::{Context, Dialect, Platform};
use crate::failure::Failure;
use crate::public_url::{BrandName, PublicUrl};
use crate::request_id::RequestId;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::{HttpRequest, HttpResponse, web};
use mainstay_kernel::{Fault, Kind};

/// An answer that is a failure is told again, in `D` and with what only the request knows. What
/// is our fault is logged here, once, with its cause.
pub(crate) fn tell<D: Dialect>(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let told = failure(&response).map(|failure| {
        let context = context_of(response.request());
        log_our_fault(failure.fault(), &context);
        answer::<D>(failure.fault(), response.request(), &context)
    });
    match told {
        Some(answer) => response.into_response(answer),
        None => response,
    }
}

/// The answer that tells of a fault: in `D`, but where a browser went that is to see a page.
pub(crate) fn answer<D: Dialect>(fault: &dyn Fault, request: &HttpRequest, context: &Context) -> HttpResponse {
    browsers::page(request, fault, context).unwrap_or_else(|| D::tell(fault, context))
}

/// A failure that no surface has told is told as the platform does, with the headers that its answer has. A layer that
/// answers by itself leaves it among the answer's extensions, since of such answers actix keeps no error.
pub(crate) fn tell_outside(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let left = response.response().extensions().get::<Failure>().cloned();
    let Some(untold) = left.or_else(|| failure(&response).cloned()) else { return response };
    let context = context_of(response.request());
    log_our_fault(untold.fault(), &context);
    let mut told = answer::<Platform>(untold.fault(), response.request(), &context);
    for (name, value) in response.headers() {
        if !told.headers().contains_key(name) {
            told.headers_mut().insert(name.clone(), value.clone());
        }
    }
    response.into_response(told)
}

fn failure(response: &ServiceResponse<BoxBody>) -> Option<&Failure> {
    response.response().error()?.as_error::<Failure>()
}

/// What a dialect may show beside the fault.
pub(crate) fn context_of(request: &HttpRequest) -> Context {
    let public_url = request.app_data::<web::Data<PublicUrl>>().map(|public_url| PublicUrl::clone(public_url));
    let brand = request.app_data::<web::Data<BrandName>>().map(|brand| BrandName::clone(brand));
    Context { request: RequestId::of(request), public_url, brand, path: request.path().to_owned() }
}

fn log_our_fault(fault: &dyn Fault, context: &Context) {
    if !matches!(fault.kind(), Kind::Internal | Kind::Unavailable) {
        return;
    }
    let cause = fault.source().map(ToString::to_string).unwrap_or_default();
    let request = context.request.as_ref().map(RequestId::as_str);
    tracing::error!(request.id = request, error = %fault, cause, "a request failed");
}

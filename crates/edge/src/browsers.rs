//! People who look at pages, and what they are shown where there is none.

use crate::credential;
use crate::dialect::Context;
use crate::failure::Rejection;
use crate::limit::RateLimited;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, web};
use mainstay_kernel::Fault;
use std::error::Error;

/// Draws the page for a fault; given to the application as data. Without it, browsers are told as programs are.
#[derive(Clone, Copy)]
pub struct ErrorPage(pub fn(&dyn Fault, &Context) -> HttpResponse);

/// Whether somebody looks at a page. Some programs name HTML among what they take without wanting it (so does Java's
/// own client), but they bring a credential.
pub(crate) fn is_browser(headers: &HeaderMap) -> bool {
    !credential::is_present(headers) && takes_html(headers)
}

/// Whether the caller names HTML among what it takes (RFC 9110 §12.5.1), as browsers do when they go to a page.
fn takes_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
    let mut ranges = accepted.flat_map(|value| value.split(',')).map(|range| range.split(';').next().unwrap_or(range));
    ranges.any(|range| range.trim().eq_ignore_ascii_case("text/html"))
}

/// The page that tells somebody who went to this address, whatever surface it is on, that there is nothing, or that
/// they are too fast. Whatever else goes wrong is told by the surface.
pub(crate) fn page(request: &HttpRequest, fault: &dyn Fault, context: &Context) -> Option<HttpResponse> {
    let goes_there = matches!(*request.method(), Method::GET | Method::HEAD);
    if !goes_there || !is_of_no_surface(fault) || !is_browser(request.headers()) {
        return None;
    }
    let draw = request.app_data::<web::Data<ErrorPage>>()?.0;
    Some(draw(fault, context))
}

fn is_of_no_surface(fault: &dyn Fault) -> bool {
    let error: &(dyn Error + 'static) = fault;
    let is_lost = error.downcast_ref::<Rejection>().is_some_and(|rejection| matches!(rejection, Rejection::NoRoute));
    is_lost || error.is::<RateLimited>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;
    use mainstay_kernel::fault::RateLimitDetails;

    const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

    fn shown(method: Method, headers: &[(&'static str, &'static str)], fault: &dyn Fault) -> bool {
        let drawn = ErrorPage(|_, _| HttpResponse::new(StatusCode::IM_A_TEAPOT));
        let request = TestRequest::default().method(method).app_data(web::Data::new(drawn));
        let request = headers.iter().fold(request, |request, pair| request.insert_header(*pair)).to_http_request();
        page(&request, fault, &Context::default()).is_some()
    }

    #[test]
    fn a_browser_that_goes_astray_or_is_too_fast_sees_a_page_and_a_program_does_not() {
        let too_fast = RateLimited(RateLimitDetails { retry_after: 1, limit: 60, reset_at: 0 });
        for fault in [&Rejection::NoRoute as &dyn Fault, &too_fast] {
            assert!(shown(Method::GET, &[BROWSER], fault) && shown(Method::HEAD, &[BROWSER], fault), "{fault}");
            assert!(!shown(Method::POST, &[BROWSER], fault));
            for headers in [&[][..], &[("accept", "*/*")], &[BROWSER, ("x-api-key", "x")]] {
                assert!(!shown(Method::GET, headers, fault), "{headers:?}");
            }
        }
        for fault in [Rejection::NoSuchId, Rejection::NoCredential, Rejection::NoMethod(vec![])] {
            assert!(!shown(Method::GET, &[BROWSER], &fault), "{fault}");
        }
    }
}

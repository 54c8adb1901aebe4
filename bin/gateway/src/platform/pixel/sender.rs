//! Whoever tells of something, in the words of tracking.

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest, web};
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Admission, Failure, Rejection};
use mainstay_tracking::intake::{Sender, Wishes};
use std::future::{Ready, ready};

/// What the request shows of its sender.
pub(super) struct Told(pub(super) Sender);

static DO_NOT_TRACK: HeaderName = HeaderName::from_static("dnt");
static PRIVACY_CONTROL: HeaderName = HeaderName::from_static("sec-gpc");
static PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");

impl FromRequest for Told {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(admission) = request.app_data::<web::Data<Admission>>() else {
            return ready(Err(Rejection::NoRoute.into()));
        };
        let headers = request.headers();
        let is_on = |name: &HeaderName| headers.get(name).is_some_and(|value| value.as_bytes() == b"1");
        ready(Ok(Self(Sender {
            address: admission.proxies.caller(request),
            user_agent: text(headers, &header::USER_AGENT),
            has_manners: headers.contains_key(header::ACCEPT_LANGUAGE) || headers.contains_key(header::ACCEPT_ENCODING),
            wishes: Wishes { do_not_track: is_on(&DO_NOT_TRACK), privacy_control: is_on(&PRIVACY_CONTROL) },
            is_prefetch: text(headers, &PURPOSE).is_some_and(|purpose| purpose.contains("prefetch")),
        })))
    }
}

impl Argument for Told {
    fn describe(to: &mut Description<'_>) {
        to.header::<String>("DNT", "`1` where the visitor asks not to be tracked; optional.");
        to.header::<String>("Sec-GPC", "`1` where the visitor asks that nothing be shared; optional.");
    }
}

/// A header, if it is text.
pub(super) fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

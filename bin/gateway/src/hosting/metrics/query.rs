//! What metrics can be asked.

use crate::hosting::pages::Query;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Failure, IsoSeconds};
use mainstay_hosting::metrics::{MetricsQuery, Span};
use mainstay_kernel::Kind;
use std::future::{Ready, ready};

/// Since when, until when, and by what.
pub(super) struct AskedMetrics(pub(super) MetricsQuery);

impl AskedMetrics {
    fn read(request: &HttpRequest) -> Result<Self, Failure> {
        let mut query = Query::of(request);
        let (from, to) = (query.time("from"), query.time("to"));
        let span = query.get("resolution").map(|name| Span::named(&name));
        if span == Some(None) {
            query.wrong("resolution", "in", format!("resolution must be one of {}.", spans().join(", ")));
        }
        query.end()?;
        Ok(Self(MetricsQuery { from, to, span: span.flatten() }))
    }
}

fn spans() -> Vec<String> {
    Span::ALL.iter().map(|span| span.name().to_owned()).collect()
}

impl FromRequest for AskedMetrics {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for AskedMetrics {
    fn describe(to: &mut Description<'_>) {
        to.query_parameter::<IsoSeconds>(
            "from",
            "Since when (ISO 8601): an hour before `to`, by hours a day, if absent.",
        );
        to.query_parameter::<IsoSeconds>("to", "Until when (ISO 8601): now if absent.");
        to.query_choice("resolution", "By what: `minute` if absent.", spans());
        to.may_fail(Kind::Invalid, "A parameter is wrong; it is named.");
    }
}

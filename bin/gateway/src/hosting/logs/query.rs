//! What logs can be asked.

use crate::hosting::pages::Query;
use actix_web::dev::Payload;
use actix_web::http::header::ACCEPT;
use actix_web::{FromRequest, HttpRequest};
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Failure, IsoSeconds};
use mainstay_hosting::logs::{LogQuery, Source};
use mainstay_kernel::Kind;
use std::future::{Ready, ready};

/// Lines when nothing is said, and the most.
const USUAL: i64 = 100;
const MOST: i64 = 1000;

/// Which lines, and whether those that follow, too.
pub(super) struct LogsQuery {
    pub(super) query: LogQuery,
    pub(super) follow: bool,
}

impl LogsQuery {
    fn read(request: &HttpRequest) -> Result<Self, Failure> {
        let mut query = Query::of(request);
        let limit = query.number("limit", USUAL).clamp(1, MOST);
        let source = query.get("source").map(|name| Source::named(&name));
        if source == Some(None) {
            query.wrong("source", "in", format!("source must be one of {}.", sources().join(", ")));
        }
        let cursor = query.get("cursor").or_else(|| header(request, "last-event-id")).map(|text| text.parse::<i64>());
        if matches!(cursor, Some(Err(_))) {
            query.wrong("cursor", "integer", "cursor must be the `seq` of a line.".to_owned());
        }
        let since = query.time("since").map(|at| at.micros() - 1);
        let asked = query.get("follow").map(|text| text.parse::<bool>());
        if matches!(asked, Some(Err(_))) {
            query.wrong("follow", "boolean", "follow must be true or false.".to_owned());
        }
        query.end()?;
        let wants_events = header(request, ACCEPT.as_str()).is_some_and(|kinds| kinds.contains("text/event-stream"));
        let after = cursor.and_then(Result::ok).or(since);
        let limit = usize::try_from(limit).unwrap_or_default();
        let query = LogQuery { source: source.flatten(), deployment: None, after, limit };
        Ok(Self { query, follow: asked.and_then(Result::ok).unwrap_or(wants_events) })
    }
}

fn header(request: &HttpRequest, name: &str) -> Option<String> {
    request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn sources() -> Vec<String> {
    Source::ALL.iter().map(|source| source.name().to_owned()).collect()
}

impl FromRequest for LogsQuery {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for LogsQuery {
    fn describe(to: &mut Description<'_>) {
        to.query_choice("source", "Only lines of this source.", sources());
        to.query_parameter::<i64>("limit", "How many lines: 100 unless said otherwise, 1000 at most.");
        to.query_parameter::<i64>("cursor", "Only lines behind the one of this `seq`.");
        to.query_parameter::<IsoSeconds>("since", "Only lines told then or later (ISO 8601).");
        to.query_parameter::<bool>("follow", "Whether further lines come as they are told.");
        to.may_fail(Kind::Invalid, "A parameter is wrong; it is named.");
    }
}

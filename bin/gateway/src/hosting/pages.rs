//! Lists: bare arrays, whose headers say where the next page is.

use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::http::header::LINK;
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, web};
use mainstay_edge::describe::{Argument, Description, Outcome};
use mainstay_edge::{Failure, PublicUrl, Rejection};
use mainstay_kernel::{FieldError, Kind, Page, PageRequest, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::future::{Ready, ready};

/// The parameters of a query, decoded; of a name that comes twice the last counts.
pub(super) struct Query {
    pairs: Vec<(String, String)>,
    pub(super) wrong: Vec<FieldError>,
}

impl Query {
    pub(super) fn of(request: &HttpRequest) -> Self {
        let pairs = serde_urlencoded::from_str(request.query_string()).unwrap_or_default();
        Self { pairs, wrong: Vec::new() }
    }

    /// A parameter; one that is empty counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let found = self.pairs.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    pub(super) fn wrong(&mut self, name: &str, rule: &str, message: String) {
        self.wrong.push(FieldError::new(name, rule, message));
    }

    pub(super) fn number(&mut self, name: &str, absent: i64) -> i64 {
        let Some(text) = self.get(name) else { return absent };
        text.parse().unwrap_or_else(|_| {
            self.wrong(name, "integer", format!("{name} must be a whole number."));
            absent
        })
    }

    pub(super) fn time(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.get(name)?;
        let read = Timestamp::parse(&text);
        if read.is_none() {
            self.wrong(name, "date", format!("{name} must be an ISO 8601 date, such as 2026-01-15T10:30:00Z."));
        }
        read
    }

    /// The page that is asked for, and what its answer needs to know.
    pub(super) fn paging(&mut self, request: &HttpRequest) -> Paging {
        let (page, size) = (self.number("page", 1), self.number("perPage", PageRequest::DEFAULT_SIZE));
        let path = format!("{}page=", self.without("page", request));
        let url = request.app_data::<web::Data<PublicUrl>>().map_or_else(|| path.clone(), |place| place.join(&path));
        Paging { page: PageRequest::new(page, size), url }
    }

    /// The path with all parameters but this one, as far as another can be added.
    pub(super) fn without(&self, dropped: &str, request: &HttpRequest) -> String {
        let kept: Vec<_> = self.pairs.iter().filter(|(name, _)| name != dropped).collect();
        let query = serde_urlencoded::to_string(kept).unwrap_or_default();
        format!("{}?{query}{}", request.path(), if query.is_empty() { "" } else { "&" })
    }

    pub(super) fn end(self) -> Result<(), Failure> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Rejection::Invalid(self.wrong).into()) }
    }
}

/// Which page of a list, and where the others are.
pub(super) struct Paging {
    pub(super) page: PageRequest,
    url: String,
}

impl FromRequest for Paging {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut query = Query::of(request);
        let paging = query.paging(request);
        ready(query.end().map(|()| paging))
    }
}

impl Argument for Paging {
    fn describe(to: &mut Description<'_>) {
        to.query_parameter::<i64>("page", "The page, from 1.");
        to.query_parameter::<i64>("perPage", "Items a page: 25 unless said otherwise, 100 at most.");
        to.may_fail(Kind::Invalid, "A parameter is wrong; it is named.");
    }
}

/// 200 with a bare array. `X-Total-Count` says how long the whole list is, `Link` where its next page is (RFC 8288).
pub(super) struct Array<T> {
    items: Vec<T>,
    total: i64,
    next: Option<String>,
}

impl<T> Array<T> {
    /// One page, as it was asked for.
    pub(super) fn new(page: Page<T>, paging: &Paging) -> Self {
        let reached = paging.page.offset().saturating_add(paging.page.per_page());
        let next = (reached < page.total).then(|| format!("<{}{}>; rel=\"next\"", paging.url, paging.page.page() + 1));
        Self { items: page.items, total: page.total, next }
    }
}

impl<T: Serialize> Responder for Array<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        answer.insert_header(("X-Total-Count", self.total));
        if let Some(next) = self.next {
            answer.insert_header((LINK, next));
        }
        answer.json(self.items)
    }
}

impl<T: JsonSchema> Outcome for Array<T> {
    fn describe(to: &mut Description<'_>) {
        to.answer::<Vec<T>>(200, "One page: `X-Total-Count` says how many there are, `Link` where the next page is.");
    }
}

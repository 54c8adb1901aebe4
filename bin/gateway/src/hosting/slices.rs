//! Lists that are read by a cursor: bare arrays, whose headers say where they go on.

use super::pages::Query;
use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::http::header::LINK;
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, web};
use mainstay_edge::describe::{Argument, Description, Outcome};
use mainstay_edge::{Failure, PublicUrl};
use mainstay_hosting::sites::{Cursor, Slice, Wanted};
use mainstay_kernel::Kind;
use schemars::JsonSchema;
use serde::Serialize;
use std::future::{Ready, ready};

/// Which part of a list, and where the next one is.
pub(super) struct Slicing {
    pub(super) wanted: Wanted,
    url: String,
}

impl Query {
    /// The part that is asked for, and what its answer needs to know.
    pub(super) fn slicing(&mut self, request: &HttpRequest) -> Slicing {
        let limit = self.number("limit", i64::from(Wanted::DEFAULT)).clamp(1, i64::from(Wanted::MOST));
        let after = self.get("cursor").map(|text| Cursor::read(&text));
        if after == Some(None) {
            self.wrong("cursor", "format", "cursor must be what `X-Next-Cursor` said.".to_owned());
        }
        let wanted = Wanted::new(after.flatten(), u32::try_from(limit).unwrap_or(Wanted::DEFAULT));
        let path = self.without("cursor", request);
        let url = request.app_data::<web::Data<PublicUrl>>().map_or_else(|| path.clone(), |place| place.join(&path));
        Slicing { wanted, url }
    }
}

impl FromRequest for Slicing {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut query = Query::of(request);
        let slicing = query.slicing(request);
        ready(query.end().map(|()| slicing))
    }
}

impl Argument for Slicing {
    fn describe(to: &mut Description<'_>) {
        to.query_parameter::<i64>("limit", "How many: 100 unless said otherwise, 200 at most.");
        to.query_parameter::<String>("cursor", "Where to go on: the `X-Next-Cursor` of the part before.");
        to.may_fail(Kind::Invalid, "A parameter is wrong; it is named.");
    }
}

/// 200 with a bare array. `X-Next-Cursor` and `Link` (RFC 8288) say where it goes on, if it does.
pub(super) struct Sliced<T> {
    items: Vec<T>,
    next: Option<(String, String)>,
}

impl<T> Sliced<T> {
    /// A part of a list, as it was asked for.
    pub(super) fn new(slice: Slice<T>, asked: &Slicing) -> Self {
        let next = slice.next.map(|cursor| {
            let cursor = cursor.write();
            let link = format!("<{}cursor={cursor}>; rel=\"next\"", asked.url);
            (cursor, link)
        });
        Self { items: slice.items, next }
    }
}

impl<T: Serialize> Responder for Sliced<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        if let Some((cursor, link)) = self.next {
            answer.insert_header(("X-Next-Cursor", cursor)).insert_header((LINK, link));
        }
        answer.json(self.items)
    }
}

impl<T: JsonSchema> Outcome for Sliced<T> {
    fn describe(to: &mut Description<'_>) {
        to.answer::<Vec<T>>(200, "Part of the list: `X-Next-Cursor` and `Link` say where it goes on.");
    }
}

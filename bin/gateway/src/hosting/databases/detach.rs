//! Whether a database that is deleted is taken from the sites that use it.

use crate::hosting::pages::Query;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use mainstay_edge::Failure;
use mainstay_edge::describe::{Argument, Description};
use std::future::{Ready, ready};

/// Whether it is.
pub(super) struct Detach(pub(super) bool);

impl FromRequest for Detach {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut query = Query::of(request);
        let detach = query.get("detach").map(|text| text.parse());
        if matches!(detach, Some(Err(_))) {
            query.wrong("detach", "boolean", "detach must be true or false.".to_owned());
        }
        ready(query.end().map(|()| Self(matches!(detach, Some(Ok(true))))))
    }
}

impl Argument for Detach {
    fn describe(to: &mut Description<'_>) {
        to.query_parameter::<bool>("detach", "Whether a database that running sites use is deleted all the same.");
    }
}

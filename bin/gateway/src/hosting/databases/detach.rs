//! How a database is deleted: whether it is taken from the sites that use it, and whether at once.

use crate::hosting::pages::Query;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use mainstay_edge::Failure;
use mainstay_edge::describe::{Argument, Description};
use std::future::{Ready, ready};

const DETACH: (&str, &str) = ("detach", "Whether a database that running sites use is deleted all the same.");
const PURGE: (&str, &str) =
    ("purge", "Of a database that is being deleted already: whether its end has come, without waiting three days.");

/// Whether it is taken from sites.
pub(super) struct Detach(pub(super) bool);

/// The same, and whether nothing of it is to be left at once.
pub(super) struct Ending {
    pub(super) detaches: bool,
    pub(super) purges: bool,
}

fn truth(query: &mut Query, name: &'static str) -> bool {
    let told = query.get(name).map(|text| text.parse());
    if matches!(told, Some(Err(_))) {
        query.wrong(name, "boolean", format!("{name} must be true or false."));
    }
    matches!(told, Some(Ok(true)))
}

impl FromRequest for Detach {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut query = Query::of(request);
        let detaches = truth(&mut query, DETACH.0);
        ready(query.end().map(|()| Self(detaches)))
    }
}

impl Argument for Detach {
    fn describe(to: &mut Description<'_>) {
        to.query_parameter::<bool>(DETACH.0, DETACH.1);
    }
}

impl FromRequest for Ending {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut query = Query::of(request);
        let (detaches, purges) = (truth(&mut query, DETACH.0), truth(&mut query, PURGE.0));
        ready(query.end().map(|()| Self { detaches, purges }))
    }
}

impl Argument for Ending {
    fn describe(to: &mut Description<'_>) {
        for (name, text) in [DETACH, PURGE] {
            to.query_parameter::<bool>(name, text);
        }
    }
}

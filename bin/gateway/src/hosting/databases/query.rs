//! What the list of databases can be asked.

use crate::hosting::pages::Query;
use crate::hosting::slices::Slicing;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use mainstay_edge::Failure;
use mainstay_edge::describe::{Argument, Description};
use mainstay_hosting::databases::{DatabaseQuery, DatabaseStatus};
use std::future::{Ready, ready};

/// Part of the list of databases, and which of them.
pub(super) struct DatabasesQuery {
    pub(super) query: DatabaseQuery,
    pub(super) paging: Slicing,
}

impl DatabasesQuery {
    fn read(request: &HttpRequest) -> Result<Self, Failure> {
        let mut query = Query::of(request);
        let paging = query.slicing(request);
        let status = query.get("status").map(|name| DatabaseStatus::named(&name.to_ascii_uppercase()));
        if status == Some(None) {
            query.wrong("status", "in", format!("status must be one of {}.", statuses().join(", ")));
        }
        let name = query.get("name");
        query.end()?;
        let wanted = paging.wanted.clone();
        Ok(Self { query: DatabaseQuery { wanted, status: status.flatten(), name }, paging })
    }
}

fn statuses() -> Vec<String> {
    DatabaseStatus::ALL.iter().map(|status| status.name().to_owned()).collect()
}

impl FromRequest for DatabasesQuery {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for DatabasesQuery {
    fn describe(to: &mut Description<'_>) {
        Slicing::describe(to);
        to.query_choice("status", "Only databases that fare so.", statuses());
        to.query_parameter::<String>("name", "Only the database of this name.");
    }
}

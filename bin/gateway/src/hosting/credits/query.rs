//! What the list of transactions can be asked.

use crate::hosting::pages::{Paging, Query};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use mainstay_edge::Failure;
use mainstay_edge::IsoSeconds;
use mainstay_edge::describe::{Argument, Description};
use mainstay_entitlements::credits::{TransactionKind, TransactionQuery};
use mainstay_kernel::Timestamp;
use std::future::{Ready, ready};

/// A page of transactions, and which of them.
pub(super) struct TransactionsQuery {
    pub(super) paging: Paging,
    kind: Option<TransactionKind>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl TransactionsQuery {
    fn read(request: &HttpRequest) -> Result<Self, Failure> {
        let mut query = Query::of(request);
        let paging = query.paging(request);
        let (from, to) = (query.time("from"), query.time("to"));
        let kind = query.get("type").map(|name| TransactionKind::named(&name));
        if kind == Some(None) {
            query.wrong("type", "in", format!("type must be one of {}.", kinds().join(", ")));
        }
        query.end()?;
        Ok(Self { paging, kind: kind.flatten(), from, to })
    }

    pub(super) fn wanted(&self) -> TransactionQuery {
        TransactionQuery { page: self.paging.page, kind: self.kind, from: self.from, to: self.to }
    }
}

fn kinds() -> Vec<String> {
    TransactionKind::ALL.map(|kind| kind.name().to_owned()).to_vec()
}

impl FromRequest for TransactionsQuery {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for TransactionsQuery {
    fn describe(to: &mut Description<'_>) {
        Paging::describe(to);
        to.query_choice("type", "Only movements of this sort.", kinds());
        to.query_parameter::<IsoSeconds>("from", "Only what was booked then or later (ISO 8601).");
        to.query_parameter::<IsoSeconds>("to", "Only what was booked before (ISO 8601).");
    }
}

//! What the list of sites can be asked.

use crate::hosting::pages::Query;
use crate::hosting::slices::Slicing;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use mainstay_edge::Failure;
use mainstay_edge::describe::{Argument, Description};
use mainstay_hosting::sites::{SiteQuery, SiteStatus};
use std::future::{Ready, ready};

/// Part of the list of sites, and which of them.
pub(super) struct SitesQuery {
    pub(super) query: SiteQuery,
    pub(super) paging: Slicing,
}

impl SitesQuery {
    fn read(request: &HttpRequest) -> Result<Self, Failure> {
        let mut query = Query::of(request);
        let paging = query.slicing(request);
        let status = query.get("status").map(|name| SiteStatus::named(&name.to_ascii_uppercase()));
        if status == Some(None) {
            query.wrong("status", "in", format!("status must be one of {}.", statuses().join(", ")));
        }
        let (name, search) = (query.get("name"), query.get("q"));
        query.end()?;
        let wanted = paging.wanted.clone();
        Ok(Self { query: SiteQuery { wanted, status: status.flatten(), name, search }, paging })
    }
}

fn statuses() -> Vec<String> {
    SiteStatus::ALL.iter().map(|status| status.name().to_owned()).collect()
}

impl FromRequest for SitesQuery {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for SitesQuery {
    fn describe(to: &mut Description<'_>) {
        Slicing::describe(to);
        to.query_choice("status", "Only sites that fare so.", statuses());
        to.query_parameter::<String>("name", "Only the site of this name.");
        to.query_parameter::<String>("q", "Only sites whose name contains this.");
    }
}

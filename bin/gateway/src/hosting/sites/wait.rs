//! Waiting for a site to be as it is meant to be.

use crate::hosting::pages::Query;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use mainstay_edge::Failure;
use mainstay_edge::describe::{Argument, Description};
use mainstay_hosting::sites::{Site, SiteService};
use mainstay_kernel::WorkspaceId;
use std::future::{Ready, ready};
use std::time::Duration;

/// How long the answer may wait; not at all if none.
pub(super) struct Wait(Option<Duration>);

/// Longest wait, in seconds.
const LONGEST: u64 = 60;

impl Wait {
    /// The site as it is once it is settled, or once the time is up.
    pub(super) async fn for_site(
        &self,
        sites: &dyn SiteService,
        workspace: WorkspaceId,
        site: Site,
    ) -> Result<Site, Failure> {
        let Some(patience) = self.0.filter(|_| !site.status.is_settled()) else { return Ok(site) };
        Ok(sites.settled(workspace, &site.id, patience).await?)
    }
}

impl FromRequest for Wait {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut query = Query::of(request);
        let asked = query.get("wait").map(|text| text.parse().ok().filter(|seconds| (1..=LONGEST).contains(seconds)));
        if asked == Some(None) {
            query.wrong("wait", "range", format!("wait must be 1 to {LONGEST} seconds."));
        }
        ready(query.end().map(|()| Self(asked.flatten().map(Duration::from_secs))))
    }
}

impl Argument for Wait {
    fn describe(to: &mut Description<'_>) {
        to.query_parameter::<u8>("wait", "Waits up to so many seconds (1 to 60) until the site is settled.");
    }
}

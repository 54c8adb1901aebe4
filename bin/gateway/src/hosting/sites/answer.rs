//! Sites in answers, with the headers that go with them.

use super::dto::{ActedResponse, SiteResponse};
use crate::hosting::deployments::DeploymentResponse;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use mainstay_edge::describe::{Description, Outcome};
use mainstay_hosting::sites::Outcome as Acted;

/// 201 with a site, and where it is.
pub(super) struct MadeSite(pub(super) SiteResponse);

/// 200 with a site that is settled, 202 with one that is not.
pub(super) struct SettledSite {
    status: StatusCode,
    body: ActedResponse,
}

impl SettledSite {
    /// A site that nothing was done with.
    pub(super) fn found(site: SiteResponse) -> Self {
        Self { status: StatusCode::OK, body: ActedResponse::of(site) }
    }

    /// A site that goes.
    pub(super) fn gone(site: SiteResponse) -> Self {
        let body = ActedResponse { action: Some("delete"), changed: Some(true), ..ActedResponse::of(site) };
        Self { status: StatusCode::ACCEPTED, body }
    }

    /// A site that something was done with, and whether it is as it is meant to be by now.
    pub(super) fn acted(action: &'static str, outcome: &Acted, (site, is_settled): (SiteResponse, bool)) -> Self {
        let status = if is_settled { StatusCode::OK } else { StatusCode::ACCEPTED };
        let deployment = outcome.deployment.clone().map(DeploymentResponse::from);
        let body = ActedResponse {
            action: Some(action),
            changed: Some(outcome.changed),
            deployment,
            notice: outcome.notice,
            ..ActedResponse::of(site)
        };
        Self { status, body }
    }
}

impl Responder for MadeSite {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let (etag, location) = (self.0.etag(), self.0.url().to_owned());
        HttpResponse::Created().insert_header((ETAG, etag)).insert_header((LOCATION, location)).json(self.0)
    }
}

impl Outcome for MadeSite {
    fn describe(to: &mut Description<'_>) {
        to.answer::<SiteResponse>(201, "Created; its first deployment waits or runs. `Location` says where it is.");
    }
}

impl Responder for SettledSite {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let etag = self.body.site.etag();
        HttpResponse::build(self.status).insert_header((ETAG, etag)).json(self.body)
    }
}

impl Outcome for SettledSite {
    fn describe(to: &mut Description<'_>) {
        to.answer::<ActedResponse>(200, "Done. `ETag` is its version.");
        to.answer::<ActedResponse>(202, "Taken on, and not done yet.");
    }
}

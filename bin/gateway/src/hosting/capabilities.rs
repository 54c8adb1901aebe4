//! `/api/hosting`: what this installation can do.

use super::sites::SitesRead;
use mainstay_edge::{Can, Doc, Failure, Hosting, Plain, Surface};
use mainstay_hosting::sites::SourceKind;
use schemars::JsonSchema;
use serde::Serialize;

/// The routes of this surface.
pub(crate) fn declare(surface: &mut Surface<'_, Hosting>) {
    let text = "What sites can be made of here. It is never overstated: what is not listed does not work.";
    let doc = Doc { id: "getHostingCapabilities", tag: "Sites", summary: "Show what works here", text, fails: &[] };
    surface.get("/capabilities", capabilities, doc);
}

/// What works here.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CapabilitiesResponse {
    /// Whether files that are ready in a repository are served.
    static_sites: bool,
    /// What runs programs of sites: nothing, in this version.
    drivers: Vec<&'static str>,
    /// Where sites can come from.
    site_types: Vec<&'static str>,
    /// Which databases can be made: none, in this version.
    database_types: Vec<&'static str>,
}

async fn capabilities(_: Can<SitesRead>) -> Result<Plain<CapabilitiesResponse>, Failure> {
    let site_types = SourceKind::ALL.iter().map(|kind| kind.name()).collect();
    let (drivers, database_types) = (Vec::new(), Vec::new());
    Ok(Plain(CapabilitiesResponse { static_sites: true, drivers, site_types, database_types }))
}

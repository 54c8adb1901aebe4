//! `/api/hosting`: what this installation can do.

use super::sites::SitesRead;
use actix_web::web;
use mainstay_edge::{Can, Doc, Failure, Hosting, Plain, Surface};
use mainstay_hosting::databases::{DatabaseKind, DatabaseService};
use mainstay_hosting::driver::{Drivers, Offer};
use mainstay_hosting::sites::SourceKind;
use schemars::JsonSchema;
use serde::Serialize;

/// The routes of this surface.
pub(crate) fn declare(surface: &mut Surface<'_, Hosting>) {
    let text = "What sites can be made of here, and how far programs of tenants are parted from each other and from the \
        machine: found by making a box, and by looking at the last program that was started in a container; never overstated.";
    let doc = Doc { id: "getHostingCapabilities", tag: "Sites", summary: "Show what works here", text, fails: &[] };
    surface.get("/capabilities", capabilities, doc);
}

/// What works here.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CapabilitiesResponse {
    /// Whether files of a repository are served.
    static_sites: bool,
    /// What runs programs.
    drivers: Vec<DriverResponse>,
    /// Where sites can come from.
    site_types: Vec<&'static str>,
    /// Which databases can be made: `postgresql` and `mariadb` where the installation has a server for them,
    /// `redis` where its server is installed and programs can be run, and `sqlite`.
    database_types: Vec<&'static str>,
}

/// What runs programs.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and so told")]
struct DriverResponse {
    /// What it is called: `process`, or `container` where this installation has a container engine, which runs images.
    name: &'static str,
    /// Whether it runs the commands of builds.
    builds: bool,
    /// Whether it keeps programs of sites running.
    programs: bool,
    /// How far it parts tenants: `STRICT`, `BASIC` (all are one user of the machine, or limits are looked after only now and
    /// then) or `NONE`. All share the machine's kernel.
    level: &'static str,
    /// What keeps limits: `CGROUP_V2`, `CGROUP_V1` or `RLIMITS`.
    limits: Option<&'static str>,
    /// The namespaces that a program has to itself.
    namespaces: Vec<String>,
    /// The ABI of Landlock, where the kernel has it.
    landlock_abi: Option<u32>,
    /// Whether system calls are filtered.
    seccomp: bool,
    /// Whether builds reach hosts, through a proxy and as far as this installation lets them; nothing else of the network.
    network: bool,
    /// Why nothing can be run, if so.
    reason: Option<String>,
}

impl From<Offer> for DriverResponse {
    fn from(offer: Offer) -> Self {
        Self {
            builds: offer.is_usable() && offer.builds,
            programs: offer.is_usable(),
            network: offer.network,
            name: offer.name,
            level: offer.level,
            limits: offer.limits,
            namespaces: offer.namespaces,
            landlock_abi: offer.landlock_abi,
            seccomp: offer.seccomp,
            reason: offer.reason,
        }
    }
}

async fn capabilities(
    _: Can<SitesRead>,
    drivers: web::Data<Drivers>,
    databases: web::Data<dyn DatabaseService>,
) -> Result<Plain<CapabilitiesResponse>, Failure> {
    let offers = drivers.offers().await;
    let runs_images = offers.iter().any(|offer| !offer.builds && offer.is_usable());
    let kinds = SourceKind::ALL.iter().filter(|kind| **kind != SourceKind::Image || runs_images);
    let site_types = kinds.map(|kind| kind.name()).collect();
    let drivers = offers.into_iter().map(Into::into).collect();
    let database_types = databases.kinds().await.into_iter().map(DatabaseKind::name).collect();
    Ok(Plain(CapabilitiesResponse { static_sites: true, drivers, site_types, database_types }))
}

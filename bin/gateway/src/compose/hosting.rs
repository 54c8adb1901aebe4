//! Sites, and those who visit them.

use super::outbound;
use crate::config::{HostingSettings, Settings};
use crate::hosting_minutes::HostingMinutes;
use anyhow::{Context as _, ensure};
use mainstay_entitlements::Entitlements;
use mainstay_hosting::domains::{AcmeTerms, NameServers};
use mainstay_hosting::driver::{ContainerDriver, ContainerParts, Containers, ProcessDriver};
use mainstay_hosting::egress::{Egress, Hosts};
use mainstay_hosting::{Allowed, Hosting, HostingParts, Vouching};
use mainstay_kernel::{Clock, Ids, Keyring, Plans, Secret};
use mainstay_outbound::{Guarded, Reach, SystemNames};
use mainstay_sandbox::Launcher;
use mainstay_store::Database;
use mainstay_store::limits::Limits;
use mainstay_tenancy::{Memberships, Tenancy};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use url::Url;

/// What it stands on.
pub(super) struct Ground<'g> {
    pub(super) database: &'g Database,
    pub(super) keyring: &'g Arc<Keyring>,
    pub(super) entitlements: &'g Arc<Entitlements>,
    pub(super) tenancy: &'g Arc<Tenancy>,
    pub(super) plans: &'g Arc<Plans>,
    pub(super) clock: &'g Arc<dyn Clock>,
    pub(super) ids: &'g Arc<dyn Ids>,
}

/// Half the cores make deployments, so that the other half answers; two at least, since most of a clone is waiting.
fn builders() -> u32 {
    let half = thread::available_parallelism().map_or(1, |cores| cores.get() / 2);
    u32::try_from(half).unwrap_or(u32::MAX).max(2)
}

/// Opens it below the data directory.
///
/// # Errors
/// When its folder cannot be made, or the database not be read.
pub(super) async fn open(settings: &Settings, ground: &Ground<'_>) -> anyhow::Result<Hosting> {
    let own_host = Url::parse(&settings.public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let own_host = own_host.unwrap_or_default();
    let allowed =
        Allowed { files: settings.hosting.allow_file_repositories, plain_http: settings.webhooks.allow_private };
    let driver = Arc::new(driver(settings, &own_host)?);
    let dns = settings.hosting.dns.as_deref().map_or_else(NameServers::of_system, NameServers::at);
    let opened = Hosting::open(HostingParts {
        database: ground.database.clone(),
        keyring: Arc::clone(ground.keyring),
        limits: Arc::clone(ground.entitlements) as Arc<dyn Limits>,
        meter: Arc::new(minutes(ground)),
        folder: settings.data_dir.join("hosting"),
        domain: settings.hosting.domain.clone(),
        egress: egress(settings, settings.hosting.program_hosts.clone(), &own_host),
        own_host,
        allowed,
        names: Arc::new(SystemNames),
        authority: vouching(settings)?,
        dns: Arc::new(dns.context("the name servers cannot be asked")?),
        reach: outbound::reach(settings),
        builders: builders(),
        driver,
        containers: containers(settings, ground.clock)?,
        mariadb_url: settings.hosting.mariadb_url.as_ref().map(|url| Secret::new(url.expose().to_owned())),
        database_max_mb: settings.hosting.database_max_mb,
        postgres_url: settings.hosting.postgres_url.as_ref().map(|url| Secret::new(url.expose().to_owned())),
        clock: Arc::clone(ground.clock),
        ids: Arc::clone(ground.ids),
    });
    opened.await.context("sites cannot be opened")
}

/// Who vouches for domains.
///
/// # Errors
/// When the certificates that vouch for a private directory cannot be read.
fn vouching(settings: &Settings) -> anyhow::Result<Vouching> {
    let Some(acme) = &settings.hosting.acme else { return Ok(Vouching::Nobody) };
    let terms = AcmeTerms { directory: acme.directory.clone(), email: acme.email.clone() };
    // Whoever runs the installation names it, and may well have it in their own network.
    let outbound = match &acme.ca {
        None => Guarded::new(Reach::anything()),
        Some(file) => Guarded::with(Reach::anything(), roots(file)?, Arc::new(SystemNames)),
    };
    Ok(Vouching::Acme(terms, Arc::new(outbound.context("the certificate authority cannot be asked")?)))
}

fn roots(file: &Path) -> anyhow::Result<RootCertStore> {
    let unreadable = || format!("{} holds no certificate in PEM", file.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).with_context(unreadable)? {
        roots.add(certificate.with_context(unreadable)?).with_context(unreadable)?;
    }
    ensure!(!roots.is_empty(), "{}", unreadable());
    Ok(roots)
}

/// Who counts what sites, databases and builds take.
fn minutes(ground: &Ground<'_>) -> HostingMinutes {
    HostingMinutes {
        entitlements: Arc::clone(ground.entitlements),
        memberships: Arc::clone(ground.tenancy) as Arc<dyn Memberships>,
        plans: Arc::clone(ground.plans),
    }
}

/// What runs images, if there is an engine for them.
///
/// # Errors
/// When the folder of sites cannot be written.
fn containers(settings: &Settings, clock: &Arc<dyn Clock>) -> anyhow::Result<Option<Arc<dyn Containers>>> {
    let Some(socket) = settings.hosting.container_engine.clone() else { return Ok(None) };
    let folder = settings.data_dir.join("hosting");
    let (names, reach) = (Arc::new(SystemNames), outbound::reach(settings));
    let opened = ContainerDriver::open(ContainerParts { socket, folder, names, reach, clock: Arc::clone(clock) });
    Ok(Some(Arc::new(opened.context("the folder of sites cannot be written")?)))
}

/// What runs the commands of builds.
///
/// # Errors
/// When a toolchain is not there, or would show what the gateway keeps.
fn driver(settings: &Settings, own_host: &str) -> anyhow::Result<ProcessDriver> {
    let HostingSettings { build_hosts, toolchains, .. } = &settings.hosting;
    let data = settings.data_dir.canonicalize();
    for toolchain in toolchains {
        let (shown, real) = (toolchain.display(), toolchain.canonicalize());
        let real = real.with_context(|| format!("the toolchain {shown} cannot be shown to builds"))?;
        ensure!(real.is_dir(), "the toolchain {shown} is no directory");
        let holds_data = data.as_ref().is_ok_and(|data| data.starts_with(&real));
        ensure!(!holds_data, "the toolchain {shown} holds the data directory, which no build may see");
    }
    let egress = build_hosts.clone().map(|hosts| egress(settings, hosts, own_host));
    Ok(ProcessDriver::new(launcher(), egress, toolchains.clone()))
}

/// Makes boxes by the small program, or else by this one.
fn launcher() -> Launcher {
    mainstay_shim::launcher().unwrap_or_else(|cause| {
        tracing::info!(%cause, "nothing can be run from memory here; boxes take a little longer to start");
        Launcher::this_executable()
    })
}

/// The way of boxes to these hosts.
fn egress(settings: &Settings, hosts: Hosts, own_host: &str) -> Egress {
    Egress::new(hosts, Arc::new(SystemNames), outbound::reach_of_boxes(settings), own_host)
}

//! An installation with a workspace and a repository, whose clock is moved by hand.

use crate::meter_of_tests::Purse;
use crate::programs_of_tests::Programs;
use async_trait::async_trait;
use http::Request;
use http_body_util::BodyExt as _;
use mainstay_hosting::deployments::{Deployment, DeploymentService as _};
use mainstay_hosting::domains::{Authority, AuthorityFault, DomainName, NewCertificate, Show, TextFault, TextRecords};
use mainstay_hosting::driver::{Charge, Driver, DriverFault, Ended, Found as FoundProgram, Kept, Lines, Offer, Order};
use mainstay_hosting::egress::{Egress, Hosts};
use mainstay_hosting::metering::Meter;
use mainstay_hosting::running::{self, Upstream};
use mainstay_hosting::serving::{Answer, Asked, Found, Serving};
use mainstay_hosting::sites::{
    Action, Actor, NewSite, Outcome, Site, SiteChange, SiteService as _, SourceKind, Wanted, Wish,
};
use mainstay_hosting::{Allowed, DATABASES, Hosting, HostingError, HostingParts, SITES, SiteId, Vouching};
use mainstay_kernel::{Clock as _, Keyring, Plan, Secret, SystemIds, WorkspaceId};
use mainstay_outbound::{Names, Reach};
use mainstay_store::limits::Limits;
use mainstay_store::{Database, StoreResult};
use mainstay_testkit::{ManualClock, TestRepository, rows};
use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Handle;

pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) clock: ManualClock,
    pub(crate) hosting: Hosting,
    pub(crate) workspace: WorkspaceId,
    pub(crate) elsewhere: WorkspaceId,
    pub(crate) repository: TestRepository,
    pub(crate) folder: Arc<TempDir>,
    pub(crate) driver: Arc<ScriptedDriver>,
    pub(crate) texts: Arc<ToldTexts>,
    pub(crate) authority: Arc<ToldAuthority>,
    pub(crate) purse: Arc<Purse>,
    keyring: Arc<Keyring>,
}

/// What the plans of these tests allow.
struct AtMost(u64);

#[async_trait]
impl Limits for AtMost {
    async fn most(&self, _: WorkspaceId, _: &Plan, feature: &str) -> StoreResult<Option<u64>> {
        Ok([SITES, DATABASES].contains(&feature).then_some(self.0))
    }
}

/// Hosts that are where their names say: `10-0-0-7.test` is 10.0.0.7, and nothing else is anywhere.
pub(crate) struct ToldNames;

#[async_trait]
impl Names for ToldNames {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let told = host.strip_suffix(".test").and_then(|name| name.replace('-', ".").parse().ok());
        told.map(|address| vec![address]).ok_or_else(|| io::Error::other("nowhere"))
    }
}

/// The texts that stand at names. Of what is told to be silent nobody answers.
#[derive(Default)]
pub(crate) struct ToldTexts(Mutex<BTreeMap<String, Option<Vec<String>>>>);

impl ToldTexts {
    pub(crate) fn tell(&self, name: &str, texts: &[&str]) {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        self.0.lock().expect("a map").insert(name.to_owned(), Some(texts));
    }

    pub(crate) fn keep_silent_of(&self, name: &str) {
        self.0.lock().expect("a map").insert(name.to_owned(), None);
    }
}

#[async_trait]
impl TextRecords for ToldTexts {
    async fn texts(&self, name: &str) -> Result<Vec<String>, TextFault> {
        match self.0.lock().expect("a map").get(name) {
            None => Ok(Vec::new()),
            Some(Some(texts)) => Ok(texts.clone()),
            Some(None) => Err(TextFault("silence".to_owned())),
        }
    }
}

/// Vouches for whoever shows what it asks for, unless it is told to refuse.
#[derive(Default)]
pub(crate) struct ToldAuthority {
    serving: OnceLock<Arc<Serving>>,
    refuses: AtomicBool,
    asked: AtomicU32,
}

impl ToldAuthority {
    fn watch(&self, serving: &Arc<Serving>) {
        let _ = self.serving.set(Arc::clone(serving));
    }

    pub(crate) fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::SeqCst);
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Authority for ToldAuthority {
    async fn issue(&self, name: &DomainName, show: &dyn Show) -> Result<NewCertificate, AuthorityFault> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        show.show("token.thumbprint").await?;
        let seen = self.serving.get().and_then(|serving| serving.challenge(name.as_str(), "token"));
        if self.refuses.load(Ordering::SeqCst) || seen.as_deref() != Some("token.thumbprint") {
            return Err(AuthorityFault("It was refused".to_owned()));
        }
        Ok(crate::domains_certified::issue(&[name.as_str()], (2000, 2060), &rcgen::PKCS_ED25519))
    }
}

/// Understands three commands of builds: `write FILE TEXT`, `print TEXT` and `fail CODE TEXT`; in a text, `$NAME` is a
/// variable. And three of programs: see [`ScriptedProgram`].
#[derive(Default)]
pub(crate) struct ScriptedDriver {
    pub(crate) refuses: AtomicBool,
    pub(crate) programs: Programs,
}

#[async_trait]
impl Driver for ScriptedDriver {
    async fn offer(&self) -> Offer {
        let reason = self.refuses.load(Ordering::SeqCst).then(|| "there are no boxes".to_owned());
        let (namespaces, level) = (Vec::new(), "NONE");
        Offer {
            name: "scripted",
            builds: true,
            level,
            limits: None,
            namespaces,
            landlock_abi: None,
            seccomp: false,
            network: false,
            reason,
        }
    }

    async fn run(&self, order: Order, lines: &(dyn Lines + Sync)) -> Result<Ended, DriverFault> {
        let filled = |text: &str| {
            order
                .variables
                .iter()
                .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${name}"), value.expose()))
        };
        let ended = |code| Ok(Ended { code, ran_out_of_memory: false });
        let mut words = order.command.splitn(3, ' ');
        match (words.next(), words.next(), words.next()) {
            (Some("write"), Some(file), Some(text)) => {
                let path = order.folder.join(order.inner.as_str()).join(file);
                std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
                std::fs::write(path, filled(text)).expect("written");
                ended(0)
            }
            (Some("print"), Some(first), rest) => {
                lines.line(false, &filled(&format!("{first} {}", rest.unwrap_or_default())));
                ended(0)
            }
            (Some("fail"), Some(code), Some(text)) => {
                lines.line(true, &filled(text));
                ended(code.parse().expect("a status"))
            }
            _ => Err(DriverFault("nobody understands this".to_owned())),
        }
    }

    async fn start(&self, charge: Charge) -> Result<Arc<dyn Kept>, DriverFault> {
        self.programs.start(charge).await
    }

    async fn find(&self, own: &Path) -> Result<FoundProgram, DriverFault> {
        Ok(self.programs.find(own))
    }
}

pub(crate) const MOST_SITES: u64 = 4;
/// How large a database of these tests may be.
const LARGEST_MB: u32 = 1024;

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        let clock = ManualClock::new();
        let keyring = Arc::new(Keyring::parse(&Keyring::generate(&SystemIds)).expect("a master key"));
        let workspace = rows::add_workspace(&database, "here", clock.now()).await;
        let elsewhere = rows::add_workspace(&database, "elsewhere", clock.now()).await;
        let folder = Arc::new(TempDir::new().expect("a folder"));
        let driver = Arc::new(ScriptedDriver::default());
        let (texts, authority) = (Arc::<ToldTexts>::default(), Arc::<ToldAuthority>::default());
        let purse = Arc::new(Purse::default());
        let others = (&texts, &authority);
        let hosting = open(&database, &clock, &keyring, (folder.path(), &driver, &purse), others).await;
        authority.watch(&hosting.serving);
        let repository = TestRepository::new(&[("index.html", "one")]);
        Self {
            database,
            clock,
            hosting,
            workspace,
            elsewhere,
            repository,
            folder,
            driver,
            texts,
            authority,
            purse,
            keyring,
        }
    }

    /// The same installation after a restart.
    pub(crate) async fn restarted(&self) -> Hosting {
        let own = (self.folder.path(), &self.driver, &self.purse);
        open(&self.database, &self.clock, &self.keyring, own, (&self.texts, &self.authority)).await
    }

    pub(crate) fn new_site(&self, name: &str) -> NewSite {
        NewSite {
            name: name.to_owned(),
            kind: SourceKind::Git,
            repository: self.repository.url(),
            auto_deploy: true,
            change: SiteChange::default(),
            variables: BTreeMap::new(),
        }
    }

    pub(crate) async fn create(&self, new: NewSite) -> Result<Site, HostingError> {
        self.hosting.sites.create(self.workspace, &plan(), actor(), new).await
    }

    /// A site that is live.
    pub(crate) async fn live_site(&self, name: &str) -> SiteId {
        let site = self.create(self.new_site(name)).await.expect("a site");
        self.work().await;
        site.id
    }

    pub(crate) async fn work(&self) {
        self.hosting.builders.work_off().await.expect("worked off");
    }

    pub(crate) async fn site(&self, id: &SiteId) -> Site {
        self.hosting.sites.get(self.workspace, id).await.expect("a site")
    }

    /// Does something with a site, a second after what was done before.
    pub(crate) async fn act(&self, id: &SiteId, action: Action) -> Result<Outcome, HostingError> {
        self.clock.advance(Duration::from_secs(1));
        self.hosting.sites.act(self.workspace, id, actor(), action).await
    }

    /// Commits another page, deploys it and waits until it is live.
    pub(crate) async fn publish(&self, id: &SiteId, page: &str) {
        self.repository.commit(&[("index.html", page)], page);
        self.act(id, deploy()).await.expect("a deployment");
        self.work().await;
    }

    pub(crate) async fn deployments(&self, id: &SiteId) -> Vec<Deployment> {
        self.hosting.deployments.list(self.workspace, id, Wanted::default()).await.expect("deployments").items
    }

    /// What a visitor of a host sees at a path.
    pub(crate) fn visit(&self, host: &str, path: &str) -> String {
        visit(&self.hosting, host, path)
    }

    pub(crate) async fn events(&self) -> Vec<String> {
        rows::events(&self.database).await.into_iter().map(|(name, ..)| name).collect()
    }
}

pub(crate) fn visit(hosting: &Hosting, host: &str, path: &str) -> String {
    let Asked::Site(site) = hosting.serving.asked(host) else { return "no site".to_owned() };
    match &site.answer {
        Answer::Stopped => "stopped".to_owned(),
        Answer::Empty => "empty".to_owned(),
        Answer::Program(upstream) => tokio::task::block_in_place(|| Handle::current().block_on(ask(upstream, path))),
        Answer::Files(release) => match release.find(path) {
            Found::File(mut file, _) => {
                let mut text = String::new();
                file.read_to_string(&mut text).expect("read");
                text
            }
            Found::Elsewhere(_) | Found::Nothing(_) => "nothing".to_owned(),
        },
    }
}

/// What the program of a site answers; `absent` if none does.
async fn ask(upstream: &Upstream, path: &str) -> String {
    let Some(instance) = upstream.instance(Duration::ZERO).await else { return "absent".to_owned() };
    let request = Request::get(path).header("host", "a.test").body(running::empty()).expect("a request");
    match instance.send(request).await {
        Ok(reply) => {
            let body = reply.body.collect().await.expect("a body").to_bytes();
            String::from_utf8_lossy(&body).into_owned()
        }
        Err(_) => "absent".to_owned(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as services take it")]
pub(crate) fn actor() -> Option<Actor> {
    Some(Actor("somebody".to_owned()))
}

pub(crate) fn deploy() -> Action {
    Action::Deploy(Wish::default())
}

pub(crate) fn plan() -> Plan {
    Plan {
        name: "free".into(),
        requests_per_minute: 60,
        burst_percent: 0,
        api_access: true,
        max_api_keys: None,
        max_webhooks: None,
    }
}

async fn open(
    database: &Database,
    clock: &ManualClock,
    keyring: &Arc<Keyring>,
    (folder, driver, purse): (&Path, &Arc<ScriptedDriver>, &Arc<Purse>),
    (texts, authority): (&Arc<ToldTexts>, &Arc<ToldAuthority>),
) -> Hosting {
    let opened = Hosting::open(HostingParts {
        database: database.clone(),
        keyring: Arc::clone(keyring),
        limits: Arc::new(AtMost(MOST_SITES)),
        meter: Arc::clone(purse) as Arc<dyn Meter>,
        folder: folder.join("hosting"),
        domain: "sites.test".to_owned(),
        own_host: "panel.sites.test".to_owned(),
        allowed: Allowed { files: true, plain_http: true },
        names: Arc::new(ToldNames),
        authority: Vouching::Other(Arc::clone(authority) as Arc<dyn Authority>),
        dns: Arc::clone(texts) as Arc<dyn TextRecords>,
        reach: Reach::public(),
        builders: 1,
        driver: Arc::clone(driver) as Arc<dyn Driver>,
        containers: None,
        egress: Egress::new(Hosts::any(), Arc::new(ToldNames), Reach::public(), "panel.sites.test"),
        mariadb_url: std::env::var("MAINSTAY_TEST_MARIADB_URL").ok().map(Secret::new),
        database_max_mb: LARGEST_MB,
        postgres_url: std::env::var("MAINSTAY_TEST_POSTGRES_URL").ok().map(Secret::new),
        clock: Arc::new(clock.clone()),
        ids: Arc::new(SystemIds),
    });
    opened.await.expect("hosting opens")
}

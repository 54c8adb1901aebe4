//! An installation with a workspace and a repository, whose clock is moved by hand.

use async_trait::async_trait;
use mainstay_hosting::deployments::{Deployment, DeploymentService as _};
use mainstay_hosting::serving::{Answer, Asked, Found};
use mainstay_hosting::sites::{
    Action, Actor, NewSite, Outcome, Site, SiteChange, SiteService as _, SourceKind, Wanted, Wish,
};
use mainstay_hosting::{Allowed, Hosting, HostingError, HostingParts, SITES, SiteId};
use mainstay_kernel::{Clock as _, Keyring, Plan, SystemIds, WorkspaceId};
use mainstay_outbound::{Names, Reach};
use mainstay_store::limits::Limits;
use mainstay_store::{Database, StoreResult};
use mainstay_testkit::{ManualClock, rows};
use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::net::IpAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) clock: ManualClock,
    pub(crate) hosting: Hosting,
    pub(crate) workspace: WorkspaceId,
    pub(crate) elsewhere: WorkspaceId,
    pub(crate) repository: TestRepository,
    pub(crate) folder: Arc<TempDir>,
    keyring: Arc<Keyring>,
}

/// What the plans of these tests allow.
struct AtMost(u64);

#[async_trait]
impl Limits for AtMost {
    async fn most(&self, _: WorkspaceId, _: &Plan, feature: &str) -> StoreResult<Option<u64>> {
        Ok((feature == SITES).then_some(self.0))
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

pub(crate) const MOST_SITES: u64 = 4;

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        let clock = ManualClock::new();
        let keyring = Arc::new(Keyring::parse(&Keyring::generate(&SystemIds)).expect("a master key"));
        let workspace = rows::add_workspace(&database, "here", clock.now()).await;
        let elsewhere = rows::add_workspace(&database, "elsewhere", clock.now()).await;
        let folder = Arc::new(TempDir::new().expect("a folder"));
        let hosting = open(&database, &clock, &keyring, folder.path()).await;
        let repository = TestRepository::new(&[("index.html", "one")]);
        Self { database, clock, hosting, workspace, elsewhere, repository, folder, keyring }
    }

    /// The same installation after a restart.
    pub(crate) async fn restarted(&self) -> Hosting {
        open(&self.database, &self.clock, &self.keyring, self.folder.path()).await
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

async fn open(database: &Database, clock: &ManualClock, keyring: &Arc<Keyring>, folder: &Path) -> Hosting {
    let opened = Hosting::open(HostingParts {
        database: database.clone(),
        keyring: Arc::clone(keyring),
        limits: Arc::new(AtMost(MOST_SITES)),
        folder: folder.join("hosting"),
        domain: "sites.test".to_owned(),
        own_host: "panel.sites.test".to_owned(),
        allowed: Allowed { files: true, plain_http: true },
        names: Arc::new(ToldNames),
        reach: Reach::public(),
        builders: 1,
        clock: Arc::new(clock.clone()),
        ids: Arc::new(SystemIds),
    });
    opened.await.expect("hosting opens")
}

/// A repository on the disk.
pub(crate) struct TestRepository {
    folder: TempDir,
}

impl TestRepository {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let own = Self { folder: TempDir::new().expect("a folder") };
        own.git(&["init", "--quiet", "--initial-branch=main"]);
        own.commit(files, "First");
        own
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn url(&self) -> String {
        format!("file://{}", self.folder.path().display())
    }

    /// Commits files, and gives the commit.
    pub(crate) fn commit(&self, files: &[(&str, &str)], message: &str) -> String {
        for (path, text) in files {
            let path = self.folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let ran = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgSign=false"])
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .expect("git runs");
        assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).expect("text")
    }
}

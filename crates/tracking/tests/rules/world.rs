//! A workspace with a domain, visitors, and a clock that is moved by hand.

use async_trait::async_trait;
use mainstay_kernel::{Clock as _, Keyring, Page, Secret, SystemIds, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use mainstay_testkit::{ManualClock, rows};
use mainstay_tracking::domains::{Domain, DomainService as _, Finder, NewDomain, SettingsChange};
use mainstay_tracking::intake::{
    IntakeService as _, Meter, Outcome, Places, Sender, Strangers, Told, Unmetered, Wishes,
};
use mainstay_tracking::reports::{Interval, Listing, Question, ReportService as _, Share, Stats};
use mainstay_tracking::{Day, Dimension, Tracking, TrackingError, TrackingParts};
use serde_json::Value;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

pub(crate) const MINUTE: Duration = Duration::from_mins(1);
pub(crate) const HOUR: Duration = Duration::from_hours(1);
pub(crate) const DAY: Duration = Duration::from_hours(24);

pub(crate) const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/126.0.0.0 Safari/537.36";
pub(crate) const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";

pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) clock: ManualClock,
    pub(crate) tracking: Tracking,
    pub(crate) workspace: WorkspaceId,
    pub(crate) elsewhere: WorkspaceId,
    pub(crate) domain: Domain,
    keyring: Arc<Keyring>,
}

/// The owner of the installation has this workspace.
struct Owner(WorkspaceId);

#[async_trait]
impl Finder for Owner {
    async fn workspace(&self) -> StoreResult<Option<WorkspaceId>> {
        Ok(Some(self.0))
    }
}

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        Self::with(database, Strangers::Collect, Arc::new(Unmetered)).await
    }

    pub(crate) async fn with(database: Database, strangers: Strangers, meter: Arc<dyn Meter>) -> Self {
        let clock = ManualClock::new();
        clock.advance_to(Timestamp::parse("2026-03-10T09:00:00Z").expect("a time"));
        let master: Secret<String> = Keyring::generate(&SystemIds);
        let keyring = Arc::new(Keyring::parse(&master).expect("a master key"));
        let workspace = rows::add_workspace(&database, "here", clock.now()).await;
        let elsewhere = rows::add_workspace(&database, "elsewhere", clock.now()).await;
        let parts = parts(&database, &clock, &keyring, elsewhere);
        let tracking = Tracking::open(TrackingParts { strangers, meter, ..parts });
        let new = NewDomain { name: "example.com".into(), settings: SettingsChange::default() };
        let domain = tracking.domains.register(workspace, new).await.expect("a domain");
        Self { database, clock, tracking, workspace, elsewhere, domain, keyring }
    }

    /// The same installation as another node, or after a restart.
    pub(crate) fn node(&self) -> Tracking {
        Tracking::open(parts(&self.database, &self.clock, &self.keyring, self.elsewhere))
    }

    pub(crate) async fn track(&self, sender: &Sender, told: Told) -> Result<Outcome, TrackingError> {
        Ok(self.tracking.intake.track(sender, vec![told]).await?.remove(0))
    }

    /// Somebody looks at a page.
    pub(crate) async fn view(&self, sender: &Sender, path: &str) {
        assert_eq!(self.track(sender, view(path)).await.expect("kept"), Outcome::Kept);
    }

    /// What today's visits come to.
    pub(crate) async fn today(&self) -> Stats {
        self.stats(self.question(), Interval::Day).await
    }

    pub(crate) fn question(&self) -> Question {
        let today = Day::of(self.clock.now());
        Question { from: today, until: today, filters: Vec::new() }
    }

    pub(crate) async fn stats(&self, question: Question, interval: Interval) -> Stats {
        self.tracking.reports.stats(self.workspace, self.domain.id, question, interval).await.expect("a report")
    }

    pub(crate) async fn breakdown(&self, question: Question, by: Dimension, property: Option<&str>) -> Vec<Share> {
        let property = property.map(str::to_owned);
        let listing = Listing { by, property, search: None, sort: Vec::new(), page: None };
        let reports = &self.tracking.reports;
        let page: Page<Share> =
            reports.breakdown(self.workspace, self.domain.id, question, listing).await.expect("a breakdown");
        assert_eq!(usize::try_from(page.total), Ok(page.items.len()));
        page.items
    }

    /// Today's values of a dimension, and how many visitors each had.
    pub(crate) async fn visitors_by(&self, by: Dimension) -> Vec<(String, i64)> {
        let shares = self.breakdown(self.question(), by, None).await;
        shares.into_iter().map(|share| (share.name, share.numbers.visitors)).collect()
    }
}

fn parts(database: &Database, clock: &ManualClock, keyring: &Arc<Keyring>, owner: WorkspaceId) -> TrackingParts {
    TrackingParts {
        database: database.clone(),
        keyring: Arc::clone(keyring),
        meter: Arc::new(Unmetered),
        finder: Arc::new(Owner(owner)),
        strangers: Strangers::Collect,
        places: Places::unknown(),
        clock: Arc::new(clock.clone()),
        ids: Arc::new(SystemIds),
    }
}

/// Somebody at an address that ends with this number.
pub(crate) fn sender(number: u8, user_agent: &str) -> Sender {
    Sender {
        address: IpAddr::from([203, 0, 113, number]),
        user_agent: Some(user_agent.to_owned()),
        has_manners: true,
        is_prefetch: false,
        wishes: Wishes::default(),
    }
}

/// A page of the domain was looked at.
pub(crate) fn view(path: &str) -> Told {
    Told { event: "pageview".into(), url: format!("https://example.com{path}"), ..Told::default() }
}

/// Something else happened on a page of the domain.
pub(crate) fn event(name: &str, path: &str, properties: &Value) -> Told {
    Told { event: name.into(), properties: properties.as_object().cloned(), ..view(path) }
}

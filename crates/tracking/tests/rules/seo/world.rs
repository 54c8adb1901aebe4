//! Two workspaces, a web of our own, and a clock that is moved by hand.

use super::web::Web;
use mainstay_kernel::{Clock as _, Details, Fault as _, Listing, SystemIds, Timestamp, WorkspaceId};
use mainstay_outbound::Outbound;
use mainstay_store::Database;
use mainstay_store::jobs::{self, Claim, Done};
use mainstay_testkit::{ManualClock, rows};
use mainstay_tracking::seo::audits::{Audit, AuditService as _};
use mainstay_tracking::seo::issues::{Issue, IssueQuery, IssueService as _, IssueStatus};
use mainstay_tracking::seo::reports::{FullReport, NewReport, Report, ReportService as _};
use mainstay_tracking::seo::{AuditId, ReportId, Scores, Seo, SeoError, SeoParts};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;

pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) clock: ManualClock,
    pub(crate) web: Arc<Web>,
    pub(crate) seo: Seo,
    pub(crate) workspace: WorkspaceId,
    pub(crate) elsewhere: WorkspaceId,
}

/// The page of most stories.
pub(crate) const PAGE: &str = "https://example.com/page";
/// How long whoever audits holds a job here.
pub(crate) const LEASE: Duration = Duration::from_mins(2);

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        Self::among(database, ["here", "elsewhere"]).await
    }

    /// One of several in a database, with workspaces that are called so.
    pub(crate) async fn among(database: Database, slugs: [&'static str; 2]) -> Self {
        let (clock, web) = (ManualClock::new(), Arc::<Web>::default());
        let workspace = rows::add_workspace(&database, slugs[0], clock.now()).await;
        let elsewhere = rows::add_workspace(&database, slugs[1], clock.now()).await;
        let seo = Seo::open(SeoParts {
            database: database.clone(),
            outbound: Arc::clone(&web) as Arc<dyn Outbound>,
            clock: Arc::new(clock.clone()),
            ids: Arc::new(SystemIds),
        });
        Self { database, clock, web, seo, workspace, elsewhere }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Submits a report of the workspace, a second after whatever was before.
    pub(crate) async fn report(&self, url: &str, issues: &[Value]) -> Report {
        self.clock.advance(Duration::from_secs(1));
        self.seo.reports.submit(self.workspace, report(url, issues)).await.expect("a report")
    }

    /// The issues in a state, the first known first: a hundred at most.
    pub(crate) async fn issues(&self, status: IssueStatus) -> Vec<Issue> {
        let listing = Listing { page: mainstay_kernel::PageRequest::new(1, 100), ..Listing::default() };
        let query = IssueQuery { status, listing, ..IssueQuery::default() };
        let mut issues = self.seo.issues.issues(self.workspace, query).await.expect("the issues").items;
        issues.sort_by_key(|issue| issue.id.0);
        issues
    }

    pub(crate) async fn full(&self, id: ReportId) -> FullReport {
        self.seo.reports.report(self.workspace, id).await.expect("the report")
    }

    pub(crate) async fn audit(&self, id: AuditId) -> Audit {
        self.seo.audits.audit(self.workspace, id).await.expect("the audit")
    }

    /// Audits a page; gives the audit once it is over.
    pub(crate) async fn audited(&self, url: &str) -> Audit {
        let audit = self.seo.audits.begin(self.workspace, url).await.expect("an audit");
        self.work().await;
        self.audit(audit.id).await
    }

    /// Takes the audits that are due, and holds them without doing anything.
    pub(crate) async fn hold(&self) -> usize {
        let mut held = 0;
        for handler in self.seo.handlers() {
            let claim = Claim { queue: handler.queue(), worker: "dead".into(), most: 16, lease: LEASE };
            held += jobs::open(&self.database).claim(claim, self.now()).await.expect("claimed").len();
        }
        held
    }

    /// Does the audits that are due; gives how many those were.
    pub(crate) async fn work(&self) -> usize {
        let (jobs, mut count) = (jobs::open(&self.database), 0);
        for handler in self.seo.handlers() {
            let claim = Claim { queue: handler.queue(), worker: "story".into(), most: 16, lease: LEASE };
            for job in jobs.claim(claim, self.now()).await.expect("claimed") {
                assert_eq!(handler.run(&job.payload).await.expect("a job that is done"), Done::ForGood);
                jobs.complete(&job).await.expect("completed");
                count += 1;
            }
        }
        count
    }

    /// The data of the events of a name.
    pub(crate) async fn told(&self, name: &str) -> Vec<Value> {
        let events = rows::events(&self.database).await.into_iter();
        events.filter(|(known, ..)| known == name).map(|(_, _, data)| data).collect()
    }
}

pub(crate) fn report(url: &str, issues: &[Value]) -> NewReport {
    NewReport { url: url.to_owned(), scores: Scores::default(), issues: issues.iter().map(object).collect() }
}

pub(crate) fn object(value: &Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

/// The code of a failure.
pub(crate) fn code<T>(result: Result<T, SeoError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(error) => error.code(),
    }
}

/// The fields that a failure names.
pub(crate) fn fields<T>(result: Result<T, SeoError>) -> Vec<String> {
    match result.err().map(|error| error.details()) {
        Some(Details::Fields(fields)) => fields.into_iter().map(|error| error.field).collect(),
        _ => Vec::new(),
    }
}

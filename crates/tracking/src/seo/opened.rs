//! Everything of this domain, opened together.

use super::auditor::Auditor;
use super::audits::{self, AuditWorker, Audits};
use super::issues::{self, Issues};
use super::reports::{self, Reports};
use mainstay_kernel::{Clock, Ids};
use mainstay_outbound::Outbound;
use mainstay_store::Database;
use mainstay_store::jobs::Handler;
use std::sync::Arc;

/// What it stands on.
pub struct SeoParts {
    /// Where everything is kept.
    pub database: Database,
    /// What asks the pages.
    pub outbound: Arc<dyn Outbound>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where names of events come from.
    pub ids: Arc<dyn Ids>,
}

/// Reports, issues and audits.
pub struct Seo {
    /// Who takes reports in.
    pub reports: Arc<Reports>,
    /// Who shows issues.
    pub issues: Arc<Issues>,
    /// Who begins audits.
    pub audits: Arc<Audits>,
    workers: Vec<Arc<AuditWorker>>,
}

impl Seo {
    /// Opens all of it.
    pub fn open(parts: SeoParts) -> Self {
        let SeoParts { database, outbound, clock, ids } = parts;
        let of_audits = audits::store::open(&database);
        let auditor = Arc::new(Auditor::new(Arc::clone(&outbound)));
        let workers = AuditWorker::all(&of_audits, &auditor, (&clock, &ids));
        let reports =
            Reports { store: reports::store::open(&database), clock: Arc::clone(&clock), ids: Arc::clone(&ids) };
        let audits = Audits { store: of_audits, outbound, clock, ids };
        Self {
            reports: Arc::new(reports),
            issues: Arc::new(Issues { store: issues::store::open(&database) }),
            audits: Arc::new(audits),
            workers,
        }
    }

    /// What audits in the background.
    pub fn handlers(&self) -> Vec<Arc<dyn Handler>> {
        self.workers.iter().map(|worker| Arc::clone(worker) as Arc<dyn Handler>).collect()
    }
}

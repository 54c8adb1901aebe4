//! What this crate offers, opened.

use crate::aims::{self, Aims};
use crate::domains::{self, CHANGED, Directory, Domains, Finder, Unclaimed};
use crate::intake::{self, Inbox, Intake, Meter, Places, SaltEnd, Salts, Strangers};
use crate::reports::{self, Reports};
use crate::retention::{self, Retention};
use crate::visits::{self, Roller, Rolling};
use mainstay_kernel::{Clock, Ids, Keyring};
use mainstay_store::jobs::Handler;
use mainstay_store::{Changes, Database, StoreResult};
use std::sync::Arc;

/// What it stands on.
pub struct TrackingParts {
    /// Where everything is kept.
    pub database: Database,
    /// What seals salts.
    pub keyring: Arc<Keyring>,
    /// Who counts events.
    pub meter: Arc<dyn Meter>,
    /// Who gets what nobody registered.
    pub finder: Arc<dyn Finder>,
    /// What becomes of that.
    pub strangers: Strangers,
    /// Where addresses are.
    pub places: Places,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub ids: Arc<dyn Ids>,
}

/// Tracking, opened.
pub struct Tracking {
    /// Domains.
    pub domains: Arc<Domains>,
    /// What pages tell of.
    pub intake: Arc<Intake>,
    /// What visits come to.
    pub reports: Arc<Reports>,
    /// Goals and funnels.
    pub aims: Arc<Aims>,
    database: Database,
    directory: Arc<Directory>,
    inbox: Arc<Inbox>,
    roller: Arc<Roller>,
    salts: Arc<Salts>,
    retention: Arc<Retention>,
    clock: Arc<dyn Clock>,
}

impl Tracking {
    /// Opens it, on a tokio runtime.
    pub fn open(parts: TrackingParts) -> Self {
        let TrackingParts { database, keyring, meter, finder, strangers, places, clock, ids } = parts;
        let store = domains::open(&database);
        let directory = Arc::new(Directory::new(Arc::clone(&store)));
        let (salt_store, inbox_store) = intake::open(&database);
        let inbox = Arc::new(Inbox::new(inbox_store));
        let salts = Arc::new(Salts::new(salt_store, keyring, Arc::clone(&ids)));
        let roller =
            Arc::new(Roller::new(visits::open(&database), Arc::clone(&inbox), (Arc::clone(&clock), Arc::clone(&ids))));
        let forgetting = Arc::clone(&directory);
        let domains = Domains {
            store: Arc::clone(&store),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
            forget: Arc::new(move || forgetting.forget()),
        };
        let reports = Reports {
            store: reports::open(&database),
            domains: Arc::clone(&store),
            roller: Arc::clone(&roller),
            clock: Arc::clone(&clock),
        };
        let aims = Aims { store: aims::open(&database), domains: Arc::clone(&store), clock: Arc::clone(&clock) };
        let retention = Retention { store: retention::open(&database), clock: Arc::clone(&clock) };
        let unclaimed = Unclaimed { finder, store, clock: Arc::clone(&clock), ids: Arc::clone(&ids) };
        let intake = Intake::new(
            (Arc::clone(&directory), unclaimed, strangers),
            (Arc::clone(&salts), Arc::clone(&inbox), meter),
            places,
            (Arc::clone(&clock), ids),
        );
        let (domains, intake, reports) = (Arc::new(domains), Arc::new(intake), Arc::new(reports));
        Self {
            domains,
            intake,
            reports,
            aims: Arc::new(aims),
            database,
            directory,
            inbox,
            roller,
            salts,
            retention: Arc::new(retention),
            clock,
        }
    }

    /// Forgets from now on what others change.
    pub fn follow(&self, changes: &mut Changes) {
        let directory = Arc::clone(&self.directory);
        changes.listen(CHANGED, Arc::new(move |_| directory.forget()));
    }

    /// Begins to roll hits up.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn start(&self) -> StoreResult<Rolling> {
        self.inbox.measure().await?;
        Ok(Rolling::start(&self.roller))
    }

    /// Rolls up all that waits, for those who do without [`Tracking::start`].
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn roll_up(&self) -> StoreResult<()> {
        while self.roller.roll().await? {}
        Ok(())
    }

    /// What is to be done beside.
    pub fn handlers(&self) -> Vec<Arc<dyn Handler>> {
        let (database, salts) = (self.database.clone(), Arc::clone(&self.salts));
        let salts = SaltEnd { database, salts, clock: Arc::clone(&self.clock) };
        vec![Arc::new(salts), Arc::clone(&self.retention) as _]
    }
}

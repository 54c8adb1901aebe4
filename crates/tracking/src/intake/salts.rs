//! What makes the visitors of a day, and is then destroyed.

use super::store::SaltStore;
use crate::day::Day;
use crate::error::TrackingError;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Ids, Keyring, Secret};
use mainstay_store::jobs::{Done, Handler};
use mainstay_store::{Database, StoreResult};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What salts are sealed for.
const CONTEXT: &str = "tracking salt";

/// The salt of a day.
type Salt = Arc<Secret<[u8; 16]>>;

/// The salts of a day and of the day before.
pub(super) struct SaltPair {
    pub(super) today: Salt,
    /// None where there was nobody yesterday.
    pub(super) yesterday: Option<Salt>,
}

/// The salts. Each is made by chance when the first visitor of a day comes, kept for whoever comes after a restart, and
/// gone two days later: what a visitor was called can then be found out by nobody any more.
pub(crate) struct Salts {
    store: Arc<dyn SaltStore>,
    keyring: Arc<Keyring>,
    ids: Arc<dyn Ids>,
    known: Mutex<HashMap<Day, Option<Salt>>>,
}

impl Salts {
    pub(crate) fn new(store: Arc<dyn SaltStore>, keyring: Arc<Keyring>, ids: Arc<dyn Ids>) -> Self {
        Self { store, keyring, ids, known: Mutex::default() }
    }

    /// The salts for hits of a day.
    pub(super) async fn of(&self, day: Day) -> Result<SaltPair, TrackingError> {
        let today = match self.remembered(day).flatten() {
            Some(salt) => salt,
            None => self.make(day).await?,
        };
        let before = day.minus(1);
        let yesterday = match self.remembered(before) {
            Some(known) => known,
            None => self.look(before).await?,
        };
        Ok(SaltPair { today, yesterday })
    }

    /// Forgets the salts of days before this one on this node, and destroys them.
    pub(crate) async fn destroy_before(&self, day: Day) -> StoreResult<usize> {
        self.known().retain(|known, _| *known >= day);
        self.store.destroy_before(day).await
    }

    /// The salt of today, which another node may have made at the same moment: then that one is it.
    async fn make(&self, day: Day) -> Result<Salt, TrackingError> {
        let mut fresh = [0; 16];
        self.ids.fill(&mut fresh);
        let sealed = self.keyring.seal(CONTEXT, &fresh, &*self.ids);
        let kept = self.store.keep(day, sealed).await?;
        let salt = self.open(day, &kept)?;
        self.known().insert(day, Some(Arc::clone(&salt)));
        Ok(salt)
    }

    async fn look(&self, day: Day) -> Result<Option<Salt>, TrackingError> {
        let kept = self.store.find(day).await?;
        let salt = kept.map(|kept| self.open(day, &kept)).transpose()?;
        self.known().insert(day, salt.clone());
        Ok(salt)
    }

    fn open(&self, day: Day, sealed: &[u8]) -> Result<Salt, TrackingError> {
        let plain = self.keyring.open(CONTEXT, sealed).map_err(|_| TrackingError::Sealed(day.0))?;
        let salt: [u8; 16] = plain.expose().as_slice().try_into().map_err(|_| TrackingError::Sealed(day.0))?;
        Ok(Arc::new(Secret::new(salt)))
    }

    fn remembered(&self, day: Day) -> Option<Option<Salt>> {
        self.known().get(&day).cloned()
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Day, Option<Salt>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Destroys the salts of days that are over since a day.
pub struct SaltEnd {
    pub(crate) database: Database,
    pub(crate) salts: Arc<Salts>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl SaltEnd {
    /// What was destroyed is also to be gone from where it was written first.
    async fn scrub(&self) {
        for _ in 0..ATTEMPTS {
            if self.database.scrub().await {
                return;
            }
            tokio::time::sleep(BETWEEN_ATTEMPTS).await;
        }
        tracing::warn!("a salt that was destroyed may still be in the write-ahead log until that is folded");
    }
}

/// Reads that are in the way are short.
const ATTEMPTS: u32 = 50;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(200);

#[async_trait]
impl Handler for SaltEnd {
    fn queue(&self) -> &'static str {
        "tracking.salts"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        let yesterday = Day::of(self.clock.now()).minus(1);
        if self.salts.destroy_before(yesterday).await.map_err(|cause| cause.to_string())? > 0 {
            self.scrub().await;
        }
        Ok(Done::RunAgainAfter(Duration::from_mins(10)))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}

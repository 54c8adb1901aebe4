//! The rules of API keys.

mod departure;
mod grant;
mod reach;
mod terms;

use crate::error::{KeyError, Refusal};
use crate::events;
use crate::hash::KeyHash;
use crate::model::{ApiKey, Environment, IssuedKey, KeyQuery, KeyStatus, NewKey, Rotation};
use crate::service::KeyService;
use crate::store::{Draft, KeyStore, Mint, Successor, Tell};
use crate::token::{self, Brand, Token};
use async_trait::async_trait;
use mainstay_kernel::{
    Clock, Event, FieldError, Ids, KeyId, Page, Plans, Principal, Secret, Timestamp, Via, WorkspaceId,
};
use mainstay_store::limits::{API_KEYS, Limits};
use mainstay_store::{Remembered, Used};
use reach::Reach;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// The topic under which changes of keys are announced; the subject is the key's hash.
pub const CHANGED: &str = "api_keys";

/// The longest grace, in hours: 30 days.
pub const MAX_GRACE_HOURS: u32 = 720;

/// Keys that are kept at hand.
const CAPACITY: usize = 200_000;

/// What the rules of keys stand on.
#[derive(Clone)]
pub struct KeyDeps {
    /// Where now comes from.
    pub clock: Arc<dyn Clock>,
    /// Where tokens come from.
    pub ids: Arc<dyn Ids>,
    /// The plans that a key's tier may name.
    pub plans: Arc<Plans>,
    /// How many keys a workspace may have.
    pub limits: Arc<dyn Limits>,
    /// What new tokens begin with; those of earlier brands go on working.
    pub brand: Brand,
}

/// The keys of an installation.
pub struct Keys {
    store: Arc<dyn KeyStore>,
    deps: KeyDeps,
    remembered: Remembered<KeyHash, Arc<ApiKey>>,
    used: Used<KeyId>,
}

impl Keys {
    /// Over this store.
    pub fn new(store: Arc<dyn KeyStore>, deps: KeyDeps) -> Self {
        Self { store, deps, remembered: Remembered::new(CAPACITY), used: Used::default() }
    }

    /// Forgets the key that an announcement under [`CHANGED`] names, so that it is read anew.
    pub fn forget(&self, subject: &str) {
        match subject.parse() {
            Ok(hash) => self.remembered.forget(&hash),
            // From a node that speaks of keys in another way: forgetting too much does no harm.
            Err(_) => self.remembered.forget_all(),
        }
    }

    /// Notes that a key was used; at most one note a key and second.
    pub fn mark_used(&self, id: KeyId, now: Timestamp) {
        self.used.note(id, now);
    }

    /// Writes what was noted since the last time; gives for how many keys. To be called every few
    /// seconds and before the end.
    ///
    /// # Errors
    /// [`KeyError::Store`]; the notes are then kept for the next time.
    pub async fn write_used(&self) -> Result<usize, KeyError> {
        Ok(self.used.write(|uses| self.store.write_used(uses)).await?)
    }

    /// Revokes every key whose grace is over; gives how many. Done by [`crate::GraceEnd`].
    ///
    /// # Errors
    /// [`KeyError::Store`].
    pub async fn revoke_past_grace(&self) -> Result<usize, KeyError> {
        let mut count = 0;
        loop {
            let now = self.deps.clock.now();
            let revoked = self.store.revoke_past_grace(now, self.tell(events::REVOKED, now)).await?;
            if revoked.is_empty() {
                return Ok(count);
            }
            for hash in &revoked {
                self.remembered.forget(hash);
            }
            count += revoked.len();
        }
    }

    fn mint(&self, environment: Environment) -> (Mint, Secret<String>) {
        let secret = token::generate(&self.deps.brand, environment, &*self.deps.ids);
        let token = Token::parse(secret.expose()).expect("a token that was just generated");
        (Mint { prefix: token.shown_prefix(), hash: KeyHash::of(secret.expose()) }, secret)
    }

    fn tell(&self, happened: &'static str, now: Timestamp) -> Tell {
        let ids = Arc::clone(&self.deps.ids);
        Arc::new(move |key| {
            let data = json!({"id": key.id.0, "name": key.name, "prefix": key.prefix});
            Event::of(key.workspace, happened, data, &*ids, now)
        })
    }

    /// How far the caller reaches who came with a key; a person who logged in reaches everywhere.
    async fn reach_of(&self, by: &Principal, workspace: WorkspaceId) -> Result<Option<Reach>, KeyError> {
        match by.via {
            Via::ApiKey(id) => Ok(Some(Reach::of(&self.get(workspace, id).await?))),
            Via::Session(_) => Ok(None),
            // A key would outlive what the person lets the client do.
            Via::Grant(_) => Err(KeyError::OutOfReach),
        }
    }

    async fn load(&self, hash: KeyHash) -> Result<Option<Arc<ApiKey>>, KeyError> {
        let found = self.store.find_by_hash(hash).await?;
        Ok(found.filter(|stored| stored.hash.matches(&hash)).map(|stored| Arc::new(stored.key)))
    }
}

#[async_trait]
impl KeyService for Keys {
    async fn list(&self, workspace: WorkspaceId, query: KeyQuery) -> Result<Page<ApiKey>, KeyError> {
        if query.listing.search.as_deref().is_some_and(terms::is_in_no_name) {
            return Ok(Page { items: Vec::new(), total: 0 });
        }
        Ok(self.store.list(workspace, query, self.deps.clock.now()).await?)
    }

    async fn get(&self, workspace: WorkspaceId, id: KeyId) -> Result<ApiKey, KeyError> {
        let found = self.store.find(workspace, id).await?;
        found.filter(|key| key.revoked_at.is_none()).ok_or(KeyError::NotFound)
    }

    async fn issue(&self, by: &Principal, new: NewKey) -> Result<IssuedKey, KeyError> {
        let workspace = by.workspace.ok_or(KeyError::NoWorkspace)?;
        let now = self.deps.clock.now();
        let environment = new.environment;
        let mut terms = terms::check(new, by, &self.deps.plans, now)?;
        if let Some(reach) = self.reach_of(by, workspace).await? {
            terms = reach.hand_down(terms)?;
        }
        let (mint, secret) = self.mint(environment);
        let draft = Draft { workspace, user: by.user, environment, terms, mint, now };
        let most = self.deps.limits.most(workspace, &by.plan, API_KEYS).await?;
        let inserted = self.store.insert(draft, most, self.tell(events::CREATED, now)).await?;
        let key = inserted.ok_or(KeyError::LimitReached)?;
        Ok(IssuedKey { key, secret })
    }

    async fn rotate(&self, by: &Principal, id: KeyId, grace_hours: u32) -> Result<Rotation, KeyError> {
        let workspace = by.workspace.ok_or(KeyError::NoWorkspace)?;
        let grace = grace(grace_hours)?;
        let now = self.deps.clock.now();
        let old = self.get(workspace, id).await?;
        rotatable(&old, now)?;
        grant::must_cover(by, old.scopes.iter())?;
        if let Some(reach) = self.reach_of(by, workspace).await? {
            let tier = self.deps.plans.tier_of(old.rate_limit_tier.as_deref(), &by.plan);
            if !reach.covers(&old) || terms::exceeds(&tier, &by.tier) {
                return Err(KeyError::OutOfReach);
            }
        }
        let (mint, secret) = self.mint(old.environment);
        let grace_period_ends_at = now.plus(grace);
        let successor = Successor { user: by.user, mint, grace_period_ends_at, now };
        let tell = self.tell(events::ROTATED, now);
        let Some(rotated) = self.store.rotate(workspace, id, successor, tell).await? else {
            // Somebody else was faster; what they did says what is wrong.
            rotatable(&self.get(workspace, id).await?, now)?;
            return Err(KeyError::AlreadyRotating);
        };
        self.remembered.forget(&rotated.old);
        Ok(Rotation { issued: IssuedKey { key: rotated.key, secret }, grace_period_ends_at })
    }

    async fn revoke(&self, workspace: WorkspaceId, id: KeyId) -> Result<(), KeyError> {
        let now = self.deps.clock.now();
        let revoked = self.store.revoke(workspace, id, now, self.tell(events::REVOKED, now)).await?;
        self.remembered.forget(&revoked.ok_or(KeyError::NotFound)?);
        Ok(())
    }

    async fn identify(&self, presented: &str) -> Result<Arc<ApiKey>, KeyError> {
        Token::parse(presented).ok_or(KeyError::NotValid(Refusal::Malformed))?;
        let hash = KeyHash::of(presented);
        let known = self.remembered.get_or_load(&hash, self.load(hash)).await?;
        let key = known.ok_or(KeyError::NotValid(Refusal::Unknown))?;
        match key.refusal(self.deps.clock.now()) {
            None => Ok(key),
            Some(refusal) => Err(KeyError::NotValid(refusal)),
        }
    }
}

fn grace(hours: u32) -> Result<Duration, KeyError> {
    if hours <= MAX_GRACE_HOURS {
        return Ok(Duration::from_hours(hours.into()));
    }
    let message = format!("The grace period may not be longer than {MAX_GRACE_HOURS} hours.");
    Err(KeyError::Invalid(vec![FieldError::new("grace_period_hours", "max", message)]))
}

/// Whether a successor may take the key's place.
fn rotatable(key: &ApiKey, now: Timestamp) -> Result<(), KeyError> {
    match key.status(now) {
        KeyStatus::Revoked => Err(KeyError::NotFound),
        _ if key.grace_period_ends_at.is_some() => Err(KeyError::AlreadyRotating),
        KeyStatus::Expired => Err(KeyError::Expired),
        KeyStatus::Active | KeyStatus::Grace => Ok(()),
    }
}

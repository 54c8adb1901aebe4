//! What was fetched from elsewhere is kept for a while, and so is that it could not be.

use super::documents::{DocumentSource, FetchedDocument};
use mainstay_kernel::Timestamp;
use quick_cache::sync::Cache;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use url::Url;

/// Addresses of which something is kept.
const CAPACITY: usize = 1_000;
/// No address is asked twice within so long, whatever came of the first time.
const PAUSE: Duration = Duration::from_mins(1);
/// How long something is kept whose host does not say.
const USUAL: Duration = Duration::from_hours(1);
/// The shortest and the longest time that a host may ask for.
const SHORTEST: Duration = Duration::from_mins(5);
const LONGEST: Duration = Duration::from_hours(24);

/// What was read from documents, by their addresses.
pub(crate) struct Fetched<V> {
    places: Cache<String, Arc<Mutex<Option<Kept<V>>>>>,
}

struct Kept<V> {
    /// None when there was nothing to read.
    value: Option<V>,
    asked_at: Timestamp,
    fresh_until: Timestamp,
}

impl<V: Clone> Fetched<V> {
    pub(crate) fn new() -> Self {
        Self { places: Cache::new(CAPACITY) }
    }

    /// What `read` makes of the document there: of the one that is kept, while it is fresh and suffices, else of a new
    /// one. Of many callers at once one asks, and the others wait for what comes.
    pub(super) async fn get(
        &self,
        url: &Url,
        now: Timestamp,
        source: &dyn DocumentSource,
        (suffices, read): (impl Fn(&V) -> bool, impl Fn(&[u8]) -> Option<V>),
    ) -> Option<V> {
        let place = self.places.get_or_insert_with(url.as_str(), || Ok::<_, Infallible>(Arc::default()));
        let Ok(place) = place;
        let mut kept = place.lock().await;
        let fresh = kept.as_ref().filter(|kept| now < kept.fresh_until).and_then(|kept| kept.value.clone());
        let was_just_asked = kept.as_ref().is_some_and(|kept| now.since(kept.asked_at) < PAUSE);
        if was_just_asked || fresh.as_ref().is_some_and(&suffices) {
            return fresh;
        }
        let new = match source.fetch(url).await {
            Ok(FetchedDocument { body, max_age }) => read(&body).map(|value| (value, lifetime(max_age))),
            Err(cause) => {
                tracing::info!(host = url.host_str(), %cause, "a document of a client could not be fetched");
                None
            }
        };
        let before = kept.as_ref().map_or(now, |kept| kept.fresh_until);
        let (value, fresh_until) = match new {
            Some((value, lifetime)) => (Some(value), now.plus(lifetime)),
            // What is fresh stays so, though there was nothing better.
            None => (fresh, before),
        };
        *kept = Some(Kept { value: value.clone(), asked_at: now, fresh_until });
        value
    }
}

fn lifetime(asked: Option<Duration>) -> Duration {
    asked.unwrap_or(USUAL).clamp(SHORTEST, LONGEST)
}

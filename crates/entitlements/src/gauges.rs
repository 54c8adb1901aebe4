//! What is counted by itself: who keeps it counts it, and nobody tells of it as it is used.

use crate::entitlements::Entitlements;
use crate::service::Holder;
use crate::usage::store::Counted;
use mainstay_store::StoreResult;
use mainstay_store::limits::{Gauge, Limits as _};

impl Entitlements {
    /// Who counts a feature, where that is not told of.
    pub(crate) fn gauge(&self, feature: &str) -> Option<&dyn Gauge> {
        self.gauges.iter().map(|gauge| &**gauge).find(|gauge| gauge.feature() == feature)
    }

    fn changed_with<'g>(&'g self, event: &'g str) -> impl Iterator<Item = &'g dyn Gauge> {
        let gauges = self.gauges.iter().map(|gauge| &**gauge);
        gauges.filter(move |gauge| gauge.changes_with().contains(&event))
    }

    /// Whether there may be more or fewer of anything that is counted by itself after an event of this name.
    pub fn is_counted_with(&self, event: &str) -> bool {
        self.changed_with(event).next().is_some()
    }

    /// Counts what there may be more or fewer of after an event of this name, and tells of what comes to a threshold of its
    /// limit: once, until there is less than the lowest again. To be called by one after the other.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn count_with(&self, event: &str, holder: Holder<'_>) -> StoreResult<()> {
        let Holder { workspace, plan } = holder;
        for gauge in self.changed_with(event) {
            let (feature, used) = (gauge.feature().to_owned(), gauge.count(workspace).await?);
            let limit = self.most(workspace, plan, &feature).await?;
            self.store.note(Counted { workspace, feature, used, limit, now: self.clock.now() }).await?;
        }
        Ok(())
    }
}

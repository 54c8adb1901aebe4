//! A plan that includes nothing, and a purse to pay with.

use async_trait::async_trait;
use mainstay_hosting::metering::{Leave, Meter, Metered, Run};
use mainstay_kernel::WorkspaceId;
use mainstay_store::StoreResult;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// Pays for minutes as long as there is something in it; full at first.
pub(crate) struct Purse(Mutex<Inside>);

struct Inside {
    minutes: u64,
    builds: Leave,
    counted: BTreeMap<String, u64>,
}

impl Default for Purse {
    fn default() -> Self {
        Self(Mutex::new(Inside { minutes: 1_000_000, builds: Leave::Given, counted: BTreeMap::new() }))
    }
}

impl Purse {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().expect("a lock")
    }

    /// Leaves so many minutes in it.
    pub(crate) fn set(&self, minutes: u64) {
        self.inside().minutes = minutes;
    }

    /// Says what becomes of the next builds.
    pub(crate) fn let_build(&self, leave: Leave) {
        self.inside().builds = leave;
    }

    /// The minutes that were counted of a sort of thing, in the order of their hours.
    pub(crate) fn counted(&self, what: Metered) -> Vec<u64> {
        let prefix = format!("{}:", what.name());
        let inside = self.inside();
        inside.counted.iter().filter(|(name, _)| name.starts_with(&prefix)).map(|(_, minutes)| *minutes).collect()
    }
}

#[async_trait]
impl Meter for Purse {
    async fn leave(&self, _: WorkspaceId, what: Metered) -> StoreResult<Leave> {
        let inside = self.inside();
        Ok(match what {
            Metered::Build => inside.builds,
            _ if inside.minutes > 0 => Leave::Given,
            _ => Leave::Unpaid,
        })
    }

    async fn count(&self, run: &Run) -> StoreResult<bool> {
        let mut inside = self.inside();
        let (minutes, is_known) = (run.minutes(), inside.counted.contains_key(&run.name()));
        if is_known {
            return Ok(true);
        }
        let Some(left) = inside.minutes.checked_sub(minutes) else { return Ok(false) };
        inside.minutes = left;
        inside.counted.insert(run.name(), minutes);
        Ok(true)
    }

    async fn record(&self, run: &Run) -> StoreResult<()> {
        self.inside().counted.insert(run.name(), run.minutes());
        Ok(())
    }
}

//! The distinct values of features that count those.

use super::Entry;
use super::row::unsigned;
use crate::reset::Window;
use crate::schema::usage_values;
use crate::usage::ledger::Ledger;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{StoreResult, Ts, each_backend};
use std::collections::HashSet;

#[async_trait]
pub(super) trait Values {
    /// When the values of these uses were last seen.
    async fn read_values(&mut self, ledger: &mut Ledger<'_>, entries: &[&Entry]) -> StoreResult<()>;
    /// Writes when values that were counted were last seen.
    async fn write_values(&mut self, ledger: &Ledger<'_>) -> StoreResult<()>;
    /// How many distinct values there are in a window that is open.
    async fn count_values(&mut self, workspace: WorkspaceId, feature: &str, window: &Window) -> StoreResult<u64>;
}

#[each_backend]
#[async_trait]
impl Values for Conn {
    async fn read_values(&mut self, ledger: &mut Ledger<'_>, entries: &[&Entry]) -> StoreResult<()> {
        for entry in entries {
            let Some(value) = &entry.value else { continue };
            let (workspace, feature) = (entry.workspace, &entry.metered.feature);
            let last: Option<Ts> = usage_values::table
                .filter(usage_values::workspace_id.eq(workspace.0))
                .filter(usage_values::feature.eq(feature))
                .filter(usage_values::value.eq(value))
                .select(usage_values::last_at)
                .first(self)
                .await
                .optional()?;
            if let Some(Ts(last)) = last {
                ledger.values.insert((workspace, feature.clone(), value.clone()), last);
            }
        }
        Ok(())
    }

    async fn write_values(&mut self, ledger: &Ledger<'_>) -> StoreResult<()> {
        let mut written = HashSet::new();
        for entry in &ledger.counted {
            let Some(value) = &entry.value else { continue };
            let key = (entry.workspace, entry.metered.feature.clone(), value.clone());
            let Some(last) = ledger.values.get(&key).copied() else { continue };
            if !written.insert(key) {
                continue;
            }
            let row = (
                usage_values::workspace_id.eq(entry.workspace.0),
                usage_values::feature.eq(&entry.metered.feature),
                usage_values::value.eq(value),
                usage_values::last_at.eq(Ts(last)),
            );
            diesel::insert_into(usage_values::table)
                .values(row)
                .on_conflict((usage_values::workspace_id, usage_values::feature, usage_values::value))
                .do_update()
                .set(usage_values::last_at.eq(excluded(usage_values::last_at)))
                .execute(self)
                .await?;
        }
        Ok(())
    }

    async fn count_values(&mut self, workspace: WorkspaceId, feature: &str, window: &Window) -> StoreResult<u64> {
        let seen = usage_values::table
            .filter(usage_values::workspace_id.eq(workspace.0))
            .filter(usage_values::feature.eq(feature))
            .filter(usage_values::last_at.ge(Ts(window.from)));
        Ok(unsigned(seen.count().get_result(self).await?))
    }
}

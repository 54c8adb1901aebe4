//! An audit as both databases have it.

use super::Attempt;
use crate::seo::audits::model::{Audit, AuditStatus};
use crate::seo::schema::seo_audits;
use crate::seo::{AuditId, PageUrl, ReportId};
use diesel::prelude::*;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{StoreError, StoreResult, Ts};

#[derive(Queryable, Selectable)]
#[diesel(table_name = seo_audits)]
pub(super) struct Row {
    id: i64,
    workspace_id: i64,
    url: String,
    status: String,
    progress: i32,
    step: String,
    error: Option<String>,
    report_id: Option<i64>,
    attempt: i32,
    created_at: Ts,
    updated_at: Ts,
    finished_at: Option<Ts>,
}

#[derive(Insertable)]
#[diesel(table_name = seo_audits)]
pub(super) struct NewRow {
    pub(super) workspace_id: i64,
    pub(super) url: String,
    pub(super) status: &'static str,
    pub(super) progress: i32,
    pub(super) step: &'static str,
    pub(super) attempt: i32,
    pub(super) created_at: Ts,
    pub(super) updated_at: Ts,
}

impl Row {
    fn damaged(&self, what: &str) -> StoreError {
        StoreError::Damaged(format!("seo_audits: the {what} of {}", self.id))
    }

    /// The attempt that counts.
    pub(super) fn attempt(&self) -> StoreResult<Attempt> {
        Ok(Attempt {
            workspace: WorkspaceId(self.workspace_id),
            audit: AuditId(self.id),
            url: PageUrl::kept(&self.url).ok_or_else(|| self.damaged("url"))?,
            number: self.attempt,
        })
    }
}

impl TryFrom<Row> for Audit {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: AuditId(row.id),
            status: AuditStatus::named(&row.status).ok_or_else(|| row.damaged("status"))?,
            progress: u8::try_from(row.progress).map_err(|_| row.damaged("progress"))?,
            url: row.url,
            step: row.step,
            error: row.error,
            report: row.report_id.map(ReportId),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            finished_at: row.finished_at.map(|at| at.0),
        })
    }
}

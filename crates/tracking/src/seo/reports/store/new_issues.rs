//! Issues that nobody saw before.

use crate::seo::issues::{Fingerprinted, IssueStatus};
use crate::seo::schema::seo_issues;
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::insert_rows::InsertRows as _;
use mainstay_store::{Json, StoreResult, Ts, each_backend, insert_rows};
use serde_json::{Map, Value};

insert_rows! {
    struct NewRow into seo_issues {
        workspace_id: i64,
        page_id: i64,
        url: String,
        fingerprint: String,
        issue_type: String,
        severity: &'static str,
        details: Json<Map<String, Value>>,
        status: &'static str,
        first_seen_at: Ts,
        created_at: Ts,
        updated_at: Ts,
    }
    returning (id) => i64
}

/// Whose issues they are.
#[derive(Clone, Copy)]
pub(super) struct Of<'p> {
    pub(super) workspace: WorkspaceId,
    pub(super) page: i64,
    pub(super) url: &'p str,
}

#[async_trait]
pub(super) trait AddIssues {
    /// Adds issues that appear now.
    async fn add_issues(&mut self, of: Of<'_>, issues: Vec<Fingerprinted>, now: Timestamp) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl AddIssues for Conn {
    async fn add_issues(&mut self, of: Of<'_>, issues: Vec<Fingerprinted>, now: Timestamp) -> StoreResult<()> {
        let row = |Fingerprinted { fingerprint, issue }| NewRow {
            workspace_id: of.workspace.0,
            page_id: of.page,
            url: of.url.to_owned(),
            fingerprint,
            issue_type: issue.kind,
            severity: issue.severity.name(),
            details: Json(issue.details),
            status: IssueStatus::Open.name(),
            first_seen_at: Ts(now),
            created_at: Ts(now),
            updated_at: Ts(now),
        };
        let rows: Vec<NewRow> = issues.into_iter().map(row).collect();
        let _: Vec<i64> = self.insert_rows(rows).await?;
        Ok(())
    }
}

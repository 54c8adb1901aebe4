//! An issue as both databases have it.

use crate::seo::issues::model::{Issue, IssueStatus};
use crate::seo::schema::seo_issues;
use crate::seo::{IssueId, Severity};
use diesel::prelude::*;
use mainstay_store::{Json, StoreError, Ts};
use serde_json::{Map, Value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = seo_issues)]
pub(crate) struct Row {
    id: i64,
    url: String,
    issue_type: String,
    severity: String,
    details: Json<Map<String, Value>>,
    status: String,
    first_seen_at: Ts,
    created_at: Ts,
    fixed_at: Option<Ts>,
}

impl TryFrom<Row> for Issue {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::Damaged(format!("seo_issues: the {what} of {}", row.id));
        Ok(Self {
            id: IssueId(row.id),
            severity: Severity::named(&row.severity).ok_or_else(|| damaged("severity"))?,
            status: IssueStatus::named(&row.status).ok_or_else(|| damaged("status"))?,
            url: row.url,
            kind: row.issue_type,
            details: row.details.0,
            first_seen_at: row.first_seen_at.0,
            created_at: row.created_at.0,
            fixed_at: row.fixed_at.map(|at| at.0),
        })
    }
}

//! Writing a report on a store's own connection, inside its transaction.

use super::new_issues::{AddIssues as _, Of};
use super::row::{NewRow, Row};
use super::{Recorded, Recording};
use crate::seo::events;
use crate::seo::issues::reported::fingerprinted;
use crate::seo::issues::{Fingerprinted, IssueStatus, Known, Turn, turns};
use crate::seo::schema::{seo_issues, seo_pages, seo_reports};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Ids, Timestamp};
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Json, StoreError, StoreResult, Ts, each_backend};
use serde_json::{Map, Value};
use std::collections::HashMap;

#[async_trait]
pub(crate) trait Record {
    /// Writes the report, lets the issues of its page take their turn, and tells of it.
    async fn record(&mut self, recording: Recording, ids: &dyn Ids) -> StoreResult<Recorded>;
}

#[async_trait]
trait Steps {
    /// The page, which nobody else reports on until the transaction ends.
    async fn page(&mut self, recording: &Recording) -> StoreResult<i64>;
    /// The number of the page's latest report, which is so no more.
    async fn supersede(&mut self, page: i64) -> StoreResult<Option<i64>>;
    /// The issues of the page that are open or reported.
    async fn known(&mut self, page: i64, reported: &[String]) -> StoreResult<Vec<KnownRow>>;
    /// Writes what a report says of an issue that is known, if that is anything else.
    async fn see_again(&mut self, known: &KnownRow, issue: Fingerprinted, now: Timestamp) -> StoreResult<()>;
    /// Ends issues that a report has no more.
    async fn end(&mut self, ids: Vec<i64>, now: Timestamp) -> StoreResult<usize>;
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = seo_issues)]
struct KnownRow {
    id: i64,
    fingerprint: String,
    severity: String,
    details: Json<Map<String, Value>>,
    status: String,
}

impl KnownRow {
    fn known(&self) -> StoreResult<Known> {
        let damaged = || StoreError::Damaged(format!("seo_issues: the status of {}", self.id));
        let status = IssueStatus::named(&self.status).ok_or_else(damaged)?;
        Ok(Known { fingerprint: self.fingerprint.clone(), status })
    }

    fn is_open(&self) -> bool {
        self.status == IssueStatus::Open.name()
    }
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn page(&mut self, recording: &Recording) -> StoreResult<i64> {
        use seo_pages::dsl;
        let (workspace, url) = (recording.workspace.0, recording.url.as_str());
        let row = (dsl::workspace_id.eq(workspace), dsl::url.eq(url), dsl::created_at.eq(Ts(recording.now)));
        diesel::insert_into(seo_pages::table).values(row).on_conflict_do_nothing().execute(self).await?;
        let page = dsl::seo_pages.filter(dsl::workspace_id.eq(workspace)).filter(dsl::url.eq(url));
        Ok(Locked(page.select(dsl::id)).get_result(self).await?)
    }

    async fn supersede(&mut self, page: i64) -> StoreResult<Option<i64>> {
        use seo_reports::dsl;
        let latest = dsl::seo_reports.filter(dsl::page_id.eq(page)).filter(dsl::is_latest);
        let superseded = diesel::update(latest).set(dsl::is_latest.eq(false)).returning(dsl::id);
        Ok(superseded.get_result(self).await.optional()?)
    }

    async fn known(&mut self, page: i64, reported: &[String]) -> StoreResult<Vec<KnownRow>> {
        use seo_issues::dsl;
        let concerned = dsl::status.eq(IssueStatus::Open.name()).or(dsl::fingerprint.eq_any(reported.to_vec()));
        let known = dsl::seo_issues.filter(dsl::page_id.eq(page)).filter(concerned).order(dsl::id);
        Ok(known.select(KnownRow::as_select()).load(self).await?)
    }

    async fn see_again(&mut self, known: &KnownRow, issue: Fingerprinted, now: Timestamp) -> StoreResult<()> {
        use seo_issues::dsl;
        let severity = issue.issue.severity.name();
        if known.is_open() && known.severity == severity && known.details.0 == issue.issue.details {
            return Ok(());
        }
        let said =
            (dsl::severity.eq(severity), dsl::details.eq(Json(issue.issue.details)), dsl::updated_at.eq(Ts(now)));
        let row = diesel::update(dsl::seo_issues.filter(dsl::id.eq(known.id)));
        if known.is_open() {
            row.set(said).execute(self).await?;
        } else {
            let (open, none) = (IssueStatus::Open.name(), None::<Ts>);
            let opened = (dsl::status.eq(open), dsl::created_at.eq(Ts(now)), dsl::fixed_at.eq(none));
            row.set((said, opened)).execute(self).await?;
        }
        Ok(())
    }

    async fn end(&mut self, ids: Vec<i64>, now: Timestamp) -> StoreResult<usize> {
        use seo_issues::dsl;
        let ended = (dsl::status.eq(IssueStatus::Fixed.name()), dsl::fixed_at.eq(Ts(now)), dsl::updated_at.eq(Ts(now)));
        Ok(diesel::update(dsl::seo_issues.filter(dsl::id.eq_any(ids))).set(ended).execute(self).await?)
    }
}

#[each_backend]
#[async_trait]
impl Record for Conn {
    async fn record(&mut self, mut recording: Recording, ids: &dyn Ids) -> StoreResult<Recorded> {
        let page = self.page(&recording).await?;
        let previous = self.supersede(page).await?;
        let issues = fingerprinted(std::mem::take(&mut recording.issues));
        let row = NewRow::new(&recording, &issues, page, previous);
        let insert = diesel::insert_into(seo_reports::table).values(row).returning(Row::as_returning());
        let row: Row = insert.get_result(self).await?;
        let reported: Vec<String> = issues.iter().map(|issue| issue.fingerprint.clone()).collect();
        let rows = self.known(page, &reported).await?;
        let known: Vec<Known> = rows.iter().map(KnownRow::known).collect::<StoreResult<_>>()?;
        let turns = turns(&known, &reported);
        let rows: HashMap<&str, &KnownRow> = rows.iter().map(|row| (row.fingerprint.as_str(), row)).collect();
        let count = |wanted: &[Turn]| turns.values().filter(|turn| wanted.contains(turn)).count();
        let (new, fixed) = (count(&[Turn::Appears, Turn::Returns]), count(&[Turn::Ends]));
        let is_gone = |fingerprint: &str| turns.get(fingerprint) == Some(&Turn::Ends);
        let mut gone: Vec<i64> = rows.values().filter(|row| is_gone(&row.fingerprint)).map(|row| row.id).collect();
        gone.sort_unstable();
        self.end(gone, recording.now).await?;
        let mut appearing = Vec::new();
        for issue in issues {
            match rows.get(issue.fingerprint.as_str()) {
                Some(known) => self.see_again(known, issue, recording.now).await?,
                None => appearing.push(issue),
            }
        }
        let of = Of { workspace: recording.workspace, page, url: recording.url.as_str() };
        self.add_issues(of, appearing, recording.now).await?;
        let recorded = Recorded { report: row.try_into()?, new, fixed };
        self.append(&events::report_created(recording.workspace, &recorded, ids)).await?;
        Ok(recorded)
    }
}

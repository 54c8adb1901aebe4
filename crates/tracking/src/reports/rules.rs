//! The rules of reports.

use super::model::{Followed, Interval, Listing, Question, Realtime, Share, Stats, Steps};
use super::series;
use super::service::ReportService;
use super::store::ReportStore;
use super::vitals::{Measured, VITALS};
use crate::dimension::Dimension;
use crate::domains::{Domain, DomainId, DomainStore};
use crate::error::TrackingError;
use crate::numbers::Numbers;
use crate::visits::Roller;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Page, WorkspaceId};
use std::sync::Arc;

/// The reports of an installation.
pub struct Reports {
    pub(crate) store: Arc<dyn ReportStore>,
    pub(crate) domains: Arc<dyn DomainStore>,
    pub(crate) roller: Arc<Roller>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Most days that a question may be about, and most that hours of are told.
const MOST_DAYS: i32 = 3_660;
const MOST_DAYS_BY_HOUR: i32 = 31;

impl Reports {
    async fn domain(&self, workspace: WorkspaceId, id: DomainId) -> Result<Domain, TrackingError> {
        self.domains.find(workspace, id).await?.ok_or(TrackingError::NotFound)
    }
}

fn check(question: &Question) -> Result<i32, TrackingError> {
    let days = question.until.0.saturating_sub(question.from.0).saturating_add(1);
    if days < 1 {
        return Err(TrackingError::field("to", "range", "The to field must not be before the from field."));
    }
    if days > MOST_DAYS {
        return Err(TrackingError::field("from", "range", format!("A report is about {MOST_DAYS} days at most.")));
    }
    Ok(days)
}

/// Every value of a property.
fn values_of(property: &str) -> Listing {
    let property = Some(property.to_owned());
    Listing { by: Dimension::Value, property, search: None, sort: Vec::new(), page: None }
}

#[async_trait]
impl ReportService for Reports {
    async fn stats(
        &self,
        workspace: WorkspaceId,
        domain: DomainId,
        question: Question,
        interval: Interval,
    ) -> Result<Stats, TrackingError> {
        let days = check(&question)?;
        if interval == Interval::Hour && days > MOST_DAYS_BY_HOUR {
            let text = format!("Hours are told of {MOST_DAYS_BY_HOUR} days at most; take days, or fewer of them.");
            return Err(TrackingError::field("interval", "range", text));
        }
        let domain = self.domain(workspace, domain).await?;
        let is_complete = self.roller.catch_up().await?;
        let (from, until) = (question.from, question.until);
        let points = self.store.points(&domain, question.clone(), interval == Interval::Hour).await?;
        // Visitors of an hour are not those of a day less others: who comes twice is in both.
        let numbers = if interval == Interval::Hour {
            self.store.totals(&domain, question).await?
        } else {
            points.iter().fold(Numbers::default(), |mut all, (_, numbers)| {
                all += *numbers;
                all
            })
        };
        Ok(Stats { numbers, series: series::without_gaps(&points, (from, until), interval), is_complete })
    }

    async fn breakdown(
        &self,
        workspace: WorkspaceId,
        domain: DomainId,
        question: Question,
        listing: Listing,
    ) -> Result<Page<Share>, TrackingError> {
        check(&question)?;
        let is_of_bots = matches!(listing.by, Dimension::BotReason | Dimension::BotAgent);
        if is_of_bots && !question.filters.is_empty() {
            return Err(TrackingError::field("by", "filter", "What bots do is only counted: it cannot be filtered."));
        }
        let domain = self.domain(workspace, domain).await?;
        self.roller.catch_up().await?;
        Ok(self.store.breakdown(&domain, question, listing).await?)
    }

    async fn followed(
        &self,
        workspace: WorkspaceId,
        domain: DomainId,
        question: Question,
        steps: Steps,
    ) -> Result<Followed, TrackingError> {
        check(&question)?;
        let domain = self.domain(workspace, domain).await?;
        let is_complete = self.roller.catch_up().await?;
        let (all, steps) = self.store.followed(&domain, question, steps).await?;
        Ok(Followed { all, steps, is_complete })
    }

    async fn vitals(
        &self,
        workspace: WorkspaceId,
        domain: DomainId,
        question: Question,
    ) -> Result<Vec<Measured>, TrackingError> {
        check(&question)?;
        let domain = self.domain(workspace, domain).await?;
        self.roller.catch_up().await?;
        let mut all = Vec::with_capacity(VITALS.len());
        for vital in VITALS {
            let shares = self.store.breakdown(&domain, question.clone(), values_of(vital.name)).await?;
            all.push(Measured::new(vital, shares.items));
        }
        Ok(all)
    }

    async fn realtime(&self, workspace: WorkspaceId, domain: DomainId) -> Result<Realtime, TrackingError> {
        let domain = self.domain(workspace, domain).await?;
        self.roller.catch_up().await?;
        Ok(self.store.realtime(&domain, self.clock.now()).await?)
    }
}

//! The rules of benefits.

use super::events;
use super::model::{Billing, BoostTerm, Boosted, NewBoost};
use super::service::BenefitService;
use super::store::{BoostDraft, Tell};
use crate::boost::{Boost, BoostKind};
use crate::entitlements::{Entitlements, MOST_QUANTITY};
use crate::error::EntitlementError;
use crate::feature::{Feature, FeatureKind};
use crate::reset::Reset;
use async_trait::async_trait;
use mainstay_kernel::{Event, FieldError, Timestamp, WorkspaceId};
use mainstay_store::StoreError;
use serde_json::json;
use std::sync::Arc;

/// The topic under which changes of benefits are announced; the subject is the workspace's number.
pub const CHANGED: &str = "benefits";

/// Most boosts of a workspace, those that are over too.
pub(super) const MOST: i64 = 1_000;

impl Entitlements {
    /// The feature that a boost is of.
    fn boosted(&self, code: &str) -> Result<Feature, FieldError> {
        let unknown = || FieldError::new("feature", "exists", format!("There is no feature {code:?}."));
        let feature = self.catalogue.load().feature(code).cloned().ok_or_else(unknown)?;
        match &feature.pool {
            None => Ok(feature),
            Some(pool) => {
                let text = format!("{code:?} counts in the pool {pool:?}: boost that one.");
                Err(FieldError::new("feature", "pool", text))
            }
        }
    }

    async fn draft(&self, workspace: WorkspaceId, new: NewBoost) -> Result<BoostDraft, EntitlementError> {
        let at = self.clock.now();
        let feature = self.boosted(&new.feature).map_err(|field| EntitlementError::Invalid(vec![field]))?;
        let starts_at = new.starts_at.unwrap_or(at).max(at);
        let wrong = wrong(&feature, &new, starts_at);
        if !wrong.is_empty() {
            return Err(EntitlementError::Invalid(wrong));
        }
        let anchor = self.benefits(workspace).await?.anchor();
        let ends_at = match new.term {
            BoostTerm::Cycle => end_of_cycle(feature.reset, anchor, starts_at),
            BoostTerm::Dated => new.ends_at,
            BoostTerm::Permanent => None,
        };
        let boost = Boost { kind: new.kind, starts_at, ends_at, cancelled_at: None };
        Ok(BoostDraft { feature: new.feature, boost, term: new.term, at })
    }

    fn tell_of_boost(&self, workspace: WorkspaceId, name: &'static str, at: Timestamp) -> Tell {
        let ids = Arc::clone(&self.ids);
        Box::new(move |boosted| {
            let boost = boosted.boost;
            let added = if let BoostKind::Add(added) = boost.kind { Some(added) } else { None };
            let data = json!({
                "boost_id": boosted.id,
                "feature": boosted.feature,
                "type": boost.kind.name(),
                "limit_value": added,
                "duration_type": boosted.term.name(),
                "starts_at": boost.starts_at.to_iso_seconds(),
                "expires_at": boost.ends_at.map(Timestamp::to_iso_seconds),
            });
            Event::of(workspace, name, data, &*ids, at)
        })
    }
}

/// When usage of the feature starts anew; the end of the billing month where that is no one instant.
fn end_of_cycle(reset: Reset, anchor: Timestamp, at: Timestamp) -> Option<Timestamp> {
    reset.window(anchor, at).until.or_else(|| Reset::Monthly.window(anchor, at).until)
}

fn wrong(feature: &Feature, new: &NewBoost, starts_at: Timestamp) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    match (new.kind, feature.kind) {
        (BoostKind::Add(added), FeatureKind::Limit) if !(1..=MOST_QUANTITY).contains(&added) => {
            let text = format!("The limit value must be a whole number from 1 to {MOST_QUANTITY}.");
            wrong.push(FieldError::new("limit_value", "range", text));
        }
        (BoostKind::Enable, _) | (_, FeatureKind::Limit) => {}
        _ => wrong.push(FieldError::new("type", "kind", format!("{:?} has no limit: enable it.", feature.code))),
    }
    match (new.term, new.ends_at) {
        (BoostTerm::Dated, None) => {
            wrong.push(FieldError::new("expires_at", "required", "A boost with a duration needs its end."));
        }
        (BoostTerm::Dated, Some(ends_at)) if ends_at <= starts_at => {
            wrong.push(FieldError::new("expires_at", "after", "A boost must end after it starts, and after now."));
        }
        (BoostTerm::Cycle | BoostTerm::Permanent, Some(_)) => {
            let text = "Only a boost whose duration_type is duration has an end of its own.";
            wrong.push(FieldError::new("expires_at", "prohibited", text));
        }
        _ => {}
    }
    wrong
}

/// A workspace that is not there.
fn not_there(cause: StoreError) -> EntitlementError {
    match cause {
        StoreError::MissingReference => EntitlementError::NotFound("Workspace"),
        cause => cause.into(),
    }
}

#[async_trait]
impl BenefitService for Entitlements {
    async fn billing(&self, workspace: WorkspaceId) -> Result<Billing, EntitlementError> {
        let benefits = self.benefits(workspace).await?;
        let month = Reset::Monthly.window(benefits.anchor(), self.clock.now());
        Ok(Billing { anchor: benefits.anchor, month })
    }

    async fn anchor(&self, workspace: WorkspaceId, anchor: Option<Timestamp>) -> Result<Billing, EntitlementError> {
        let data = json!({ "billing_anchor": anchor.map(Timestamp::to_iso_seconds) });
        let event = Event::of(workspace, events::BILLING_ANCHOR_CHANGED, data, &*self.ids, self.clock.now());
        self.benefit_store.anchor(workspace, anchor, event).await.map_err(not_there)?;
        self.known.forget(&workspace);
        self.billing(workspace).await
    }

    async fn boosts(&self, workspace: WorkspaceId) -> Result<Vec<Boosted>, EntitlementError> {
        Ok(self.benefit_store.boosts(workspace).await?)
    }

    async fn boost(&self, workspace: WorkspaceId, new: NewBoost) -> Result<Boosted, EntitlementError> {
        let draft = self.draft(workspace, new).await?;
        let tell = self.tell_of_boost(workspace, events::BOOST_ACTIVATED, draft.at);
        let added = self.benefit_store.add(workspace, draft, tell).await.map_err(not_there)?;
        self.known.forget(&workspace);
        let text = || format!("A workspace has at most {MOST} boosts, those that are over too.");
        added.ok_or_else(|| EntitlementError::field("feature", "max", text()))
    }

    async fn cancel_boost(&self, workspace: WorkspaceId, id: i64) -> Result<Boosted, EntitlementError> {
        let now = self.clock.now();
        let tell = self.tell_of_boost(workspace, events::BOOST_CANCELLED, now);
        let cancelled = self.benefit_store.cancel(workspace, id, now, tell).await?;
        self.known.forget(&workspace);
        cancelled.ok_or(EntitlementError::NotFound("Boost"))
    }
}

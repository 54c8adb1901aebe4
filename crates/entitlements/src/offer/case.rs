//! A change, judged by what is there: what it does, or why it may not be.

use super::change::{FeatureChange, PlanChange};
use super::error::OfferError;
use super::model::{Grants, Named as _, OfferEntries, PlanEntry, Source, find};
use super::needs::Need;
use super::store::{Kept, Standing, Step};
use super::whole::{Contradiction, Offer};
use super::{blame, fields};
use crate::feature::FeatureEntry;

/// What there is when the change is made.
pub(super) struct Case<'c> {
    pub(super) file: &'c OfferEntries,
    pub(super) standing: &'c Standing,
}

impl Case<'_> {
    pub(super) fn add_feature(&self, entry: FeatureEntry) -> Result<Step, OfferError> {
        fields::check_feature(&entry)?;
        let offer = self.offer();
        if find(&offer.features, &entry.code).is_some() {
            return Err(OfferError::FeatureExists(entry.code));
        }
        if offer.features.len() >= fields::MOST_FEATURES {
            let text = format!("There are {} features, and no more may be.", fields::MOST_FEATURES);
            return Err(OfferError::field("code", "max", text));
        }
        self.check_with_feature(&entry)?;
        // Its meters of an earlier life may show what its uses came to in another way.
        Ok(Step::PutFeature { entry, is_new: true, was_used: self.standing.found > 0 })
    }

    pub(super) fn change_feature(&self, code: &str, change: FeatureChange) -> Result<Option<Step>, OfferError> {
        let offer = self.offer();
        let before = &find(&offer.features, code).ok_or(OfferError::NotFound("Feature"))?.entry;
        let entry = change.applied(before);
        if entry == *before {
            return Ok(None);
        }
        fields::check_feature(&entry)?;
        self.check_counting(before, &entry)?;
        self.check_with_feature(&entry)?;
        Ok(Some(Step::PutFeature { entry, is_new: false, was_used: false }))
    }

    pub(super) fn remove_feature(&self, code: &str) -> Result<Step, OfferError> {
        let offer = self.offer();
        let present = find(&offer.features, code).ok_or(OfferError::NotFound("Feature"))?;
        if present.source == Source::File {
            return Err(OfferError::InFile(code.to_owned()));
        }
        let below = self.file.features.iter().find(|entry| entry.code == code);
        if let Some(below) = below {
            self.check_counting(&present.entry, below)?;
        } else if let Some(need) = Need::of(code, &offer) {
            return Err(OfferError::FeatureNeeded { code: code.to_owned(), need });
        }
        let mut kept = self.standing.kept.clone();
        kept.features.retain(|offered| offered.entry.code != code);
        self.check(&kept).map_err(OfferError::Contradicted)?;
        Ok(Step::RemoveFeature { code: code.to_owned(), is_restored: below.is_some() })
    }

    pub(super) fn add_plan(&self, entry: PlanEntry) -> Result<Step, OfferError> {
        fields::check_plan_name(&entry.plan)?;
        fields::check_plan(&entry, &entry.grants)?;
        let offer = self.offer();
        if find(&offer.plans, entry.name()).is_some() {
            return Err(OfferError::PlanExists(entry.plan.name));
        }
        if offer.plans.len() >= fields::MOST_PLANS {
            let text = format!("There are {} plans, and no more may be.", fields::MOST_PLANS);
            return Err(OfferError::field("name", "max", text));
        }
        self.check_with_plan(&entry)?;
        Ok(Step::PutPlan { entry, is_new: true })
    }

    pub(super) fn change_plan(&self, name: &str, change: PlanChange) -> Result<Option<Step>, OfferError> {
        let offer = self.offer();
        let before = &find(&offer.plans, name).ok_or(OfferError::NotFound("Plan"))?.entry;
        let asked: Grants = change.grants.iter().filter_map(|(code, grant)| Some((code.clone(), (*grant)?))).collect();
        let entry = change.applied(before);
        if entry == *before {
            return Ok(None);
        }
        fields::check_plan(&entry, &asked)?;
        self.check_with_plan(&entry)?;
        Ok(Some(Step::PutPlan { entry, is_new: false }))
    }

    pub(super) fn remove_plan(&self, name: &str) -> Result<Step, OfferError> {
        let offer = self.offer();
        let present = find(&offer.plans, name).ok_or(OfferError::NotFound("Plan"))?;
        if present.source == Source::File {
            return Err(OfferError::InFile(name.to_owned()));
        }
        let is_restored = self.file.plans.iter().any(|entry| entry.name() == name);
        if !is_restored && self.standing.found > 0 {
            return Err(OfferError::PlanNeeded { name: name.to_owned(), workspaces: self.standing.found });
        }
        let mut kept = self.standing.kept.clone();
        kept.plans.retain(|offered| offered.entry.name() != name);
        self.check(&kept).map_err(OfferError::Contradicted)?;
        Ok(Step::RemovePlan { name: name.to_owned(), is_restored })
    }

    fn offer(&self) -> Offer {
        Offer::of(self.file, &self.standing.kept)
    }

    fn check(&self, kept: &Kept) -> Result<(), Contradiction> {
        Offer::of(self.file, kept).whole().map(drop)
    }

    fn check_with_feature(&self, entry: &FeatureEntry) -> Result<(), OfferError> {
        let mut kept = self.standing.kept.clone();
        kept.put_feature(entry.clone());
        self.check(&kept).map_err(|cause| blame::feature(&entry.code, &cause))
    }

    fn check_with_plan(&self, entry: &PlanEntry) -> Result<(), OfferError> {
        let mut kept = self.standing.kept.clone();
        kept.put_plan(entry.clone());
        self.check(&kept).map_err(|cause| blame::plan(&cause))
    }

    /// Meters show what the uses of a feature came to in one way: once there are some, it is not counted in another.
    fn check_counting(&self, before: &FeatureEntry, after: &FeatureEntry) -> Result<(), OfferError> {
        let is_same = before.aggregation == after.aggregation && before.unique_by == after.unique_by;
        if is_same || self.standing.found == 0 {
            return Ok(());
        }
        Err(OfferError::FeatureUsed(before.code.clone()))
    }
}

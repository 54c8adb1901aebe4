//! The rules for single fields, of what is set over the API.

use super::error::OfferError;
use super::model::{Grants, PlanEntry};
use super::whole::DERIVED;
use crate::catalogue::Grant;
use crate::feature::FeatureEntry;
use crate::meter::MOST_USED;
use mainstay_kernel::{FieldError, Plan};
use std::ops::RangeInclusive;

/// Most features there are: each request looks one of them up.
pub const MOST_FEATURES: usize = 1_000;
/// Most plans there are.
pub const MOST_PLANS: usize = 200;

const MOST_NAME: usize = 255;
const MOST_UNIT: usize = 50;
const MOST_PLAN_NAME: usize = 64;

/// Fails naming what is wrong with a feature, whatever others there are.
pub(super) fn check_feature(entry: &FeatureEntry) -> Result<(), OfferError> {
    refuse([
        text("name", entry.name.as_deref(), MOST_NAME),
        text("unit", entry.unit.as_deref(), MOST_UNIT),
        text("unique_by", entry.unique_by.as_deref(), MOST_NAME),
    ])
}

/// Fails naming what is wrong with a plan, whatever others there are. `asked` are the grants that were asked for.
pub(super) fn check_plan(entry: &PlanEntry, asked: &Grants) -> Result<(), OfferError> {
    let plan = &entry.plan;
    let of_itself = [
        number("requests_per_minute", Some(plan.requests_per_minute), 1..=10_000_000),
        number("burst_percent", Some(plan.burst_percent), 0..=1_000),
        number("max_api_keys", plan.max_api_keys, 0..=1_000_000),
        number("max_webhooks", plan.max_webhooks, 0..=1_000_000),
    ];
    refuse(of_itself.into_iter().chain(asked.iter().map(|(code, grant)| check_grant(code, *grant))))
}

/// Fails when a plan cannot be called that. The names of the file are the operator's own.
pub(super) fn check_plan_name(plan: &Plan) -> Result<(), OfferError> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    if (1..=MOST_PLAN_NAME).contains(&plan.name.len()) && plan.name.bytes().all(is_plain) {
        return Ok(());
    }
    let text = format!("The name of a plan has a-z, 0-9, - and _, {MOST_PLAN_NAME} characters at most.");
    Err(OfferError::field("name", "format", text))
}

fn check_grant(code: &str, grant: Grant) -> Option<FieldError> {
    let field = format!("grants.{code}");
    match grant {
        _ if DERIVED.contains(&code) => Some(FieldError::new(
            field,
            "derived",
            "The plan itself says that: its api_access, max_api_keys, max_webhooks.",
        )),
        Grant::Limit(limit) if limit > MOST_USED => {
            Some(FieldError::new(field, "max", format!("A limit is {MOST_USED} at most.")))
        }
        _ => None,
    }
}

fn text(field: &str, text: Option<&str>, most: usize) -> Option<FieldError> {
    let text = text?;
    if !(1..=most).contains(&text.chars().count()) {
        return Some(FieldError::new(field, "length", format!("The {field} must have 1 to {most} characters.")));
    }
    let is_broken = text.chars().any(char::is_control);
    is_broken.then(|| FieldError::new(field, "format", format!("The {field} may not contain control characters.")))
}

fn number(field: &str, number: Option<u32>, range: RangeInclusive<u32>) -> Option<FieldError> {
    if range.contains(&number?) {
        return None;
    }
    let (least, most) = (range.start(), range.end());
    Some(FieldError::new(field, "range", format!("The {field} must be {least} to {most}.")))
}

fn refuse(wrong: impl IntoIterator<Item = Option<FieldError>>) -> Result<(), OfferError> {
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    if wrong.is_empty() { Ok(()) } else { Err(OfferError::Invalid(wrong)) }
}

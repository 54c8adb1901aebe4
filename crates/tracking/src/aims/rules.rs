//! The rules of goals and funnels.

use super::model::{Aim, AimChange, AimId, AimKind, NewAim};
use super::service::AimService;
use super::store::{AimStore, Born};
use crate::domains::{DomainId, DomainStore, LONGEST_EVENT};
use crate::error::TrackingError;
use crate::intake::PAGEVIEW;
use crate::step::Step;
use async_trait::async_trait;
use mainstay_kernel::{Clock, FieldError, WorkspaceId};
use mainstay_store::StoreError;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// The goals and funnels of an installation.
pub struct Aims {
    pub(crate) store: Arc<dyn AimStore>,
    pub(crate) domains: Arc<dyn DomainStore>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Most goals of a domain, and most funnels.
const MOST: usize = 100;
/// Longest name, in characters.
const LONGEST_NAME: usize = 128;
/// Longest path of a page, in characters.
const LONGEST_PAGE: usize = 512;
/// How many steps a funnel has.
const STEPS: RangeInclusive<usize> = 2..=10;

impl Aims {
    async fn check_domain(&self, workspace: WorkspaceId, domain: DomainId) -> Result<(), TrackingError> {
        self.domains.find(workspace, domain).await?.map(drop).ok_or(TrackingError::NotFound)
    }
}

/// That a name is taken is the caller's affair.
fn named(failure: StoreError, kind: AimKind, name: &str) -> TrackingError {
    match failure {
        StoreError::NotUnique(_) => TrackingError::NameTaken(kind.name(), name.to_owned()),
        other => other.into(),
    }
}

#[async_trait]
impl AimService for Aims {
    async fn aims(&self, workspace: WorkspaceId, domain: DomainId, kind: AimKind) -> Result<Vec<Aim>, TrackingError> {
        self.check_domain(workspace, domain).await?;
        Ok(self.store.all(workspace, domain, kind).await?)
    }

    async fn aim(&self, workspace: WorkspaceId, kind: AimKind, id: AimId) -> Result<Aim, TrackingError> {
        self.store.find(workspace, kind, id).await?.ok_or(TrackingError::NotFound)
    }

    async fn add(&self, workspace: WorkspaceId, domain: DomainId, new: NewAim) -> Result<Aim, TrackingError> {
        let NewAim { kind, name, steps } = new;
        check(kind, name.as_deref(), Some(&steps))?;
        let name = name.unwrap_or_else(|| name_of(&steps));
        let before = self.aims(workspace, domain, kind).await?;
        if before.len() >= MOST {
            let text = format!("A domain may have up to {MOST} {}s.", kind.name());
            return Err(TrackingError::field("name", "max", text));
        }
        let born = Born { domain, kind, name: name.clone(), steps, at: self.clock.now() };
        let added = self.store.insert(workspace, born).await.map_err(|cause| named(cause, kind, &name))?;
        added.ok_or(TrackingError::NotFound)
    }

    async fn change(
        &self,
        workspace: WorkspaceId,
        kind: AimKind,
        id: AimId,
        change: AimChange,
    ) -> Result<Aim, TrackingError> {
        let AimChange { name, steps } = change;
        check(kind, name.as_deref(), steps.as_deref())?;
        let (at, wanted) = (self.clock.now(), name.clone().unwrap_or_default());
        let amend = Box::new(move |aim: Aim| Aim {
            name: name.unwrap_or(aim.name),
            steps: steps.unwrap_or(aim.steps),
            updated_at: at,
            ..aim
        });
        let changed =
            self.store.amend(workspace, kind, id, amend).await.map_err(|cause| named(cause, kind, &wanted))?;
        changed.ok_or(TrackingError::NotFound)
    }

    async fn delete(&self, workspace: WorkspaceId, kind: AimKind, id: AimId) -> Result<(), TrackingError> {
        if self.store.delete(workspace, kind, id).await? { Ok(()) } else { Err(TrackingError::NotFound) }
    }
}

/// What steps are called, one after the other.
fn name_of(steps: &[Step]) -> String {
    let name = steps.iter().map(Step::text).collect::<Vec<_>>().join(" → ");
    name.chars().take(LONGEST_NAME).collect()
}

fn check(kind: AimKind, name: Option<&str>, steps: Option<&[Step]>) -> Result<(), TrackingError> {
    let mut wrong = Vec::new();
    if name.is_some_and(|name| name.trim().is_empty() || name.chars().count() > LONGEST_NAME) {
        let text = format!("The name field must have 1 to {LONGEST_NAME} characters.");
        wrong.push(FieldError::new("name", "length", text));
    }
    if let Some(steps) = steps {
        if kind == AimKind::Funnel && !STEPS.contains(&steps.len()) {
            let text = format!("A funnel has {} to {} steps.", STEPS.start(), STEPS.end());
            wrong.push(FieldError::new("steps", "length", text));
        }
        wrong.extend(steps.iter().enumerate().filter_map(|(place, step)| fault_of(kind, place, step)));
    }
    if wrong.is_empty() { Ok(()) } else { Err(TrackingError::Invalid(wrong)) }
}

/// What is wrong with a step, if anything is.
fn fault_of(kind: AimKind, place: usize, step: &Step) -> Option<FieldError> {
    let (member, (rule, message)) = match step {
        Step::Page(path) => ("page", fault_of_page(path)?),
        Step::Event(name) => ("event", fault_of_event(name)?),
    };
    let field = match kind {
        AimKind::Goal => member.to_owned(),
        AimKind::Funnel => format!("steps.{place}.{member}"),
    };
    Some(FieldError::new(field, rule, message))
}

fn fault_of_page(path: &str) -> Option<(&'static str, String)> {
    if !path.starts_with('/') {
        return Some(("path", "A page is named by its path, such as /thanks; it begins with a slash.".to_owned()));
    }
    let is_too_long = path.chars().count() > LONGEST_PAGE;
    is_too_long.then(|| ("length", format!("A path has up to {LONGEST_PAGE} characters.")))
}

fn fault_of_event(name: &str) -> Option<(&'static str, String)> {
    if name == PAGEVIEW {
        return Some(("reserved", "A page view is no event of its own: name the page.".to_owned()));
    }
    let has_length = (1..=LONGEST_EVENT).contains(&name.chars().count()) && !name.trim().is_empty();
    (!has_length).then(|| ("length", format!("An event's name has 1 to {LONGEST_EVENT} characters.")))
}

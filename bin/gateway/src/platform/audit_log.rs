//! `GET /api/v1/audit-log`: what happened in the workspace, who did it and from where.

mod dto;

use super::AuditView;
use actix_web::web;
use dto::{AuditFilters, AuditList, EntryResponse};
use mainstay_auth::{AuthService, Person};
use mainstay_edge::{Can, Doc, Failure, List, Listed, Platform, Surface};
use mainstay_kernel::UserId;
use mainstay_store::audit::{Audit, AuditQuery};
use std::collections::HashMap;
use std::sync::Arc;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = Doc {
        id: "listAuditLog",
        tag: "Audit log",
        summary: "List what happened",
        text: "For owners and admins. Every change of the workspace, written in the change's own transaction.",
        fails: &[],
    };
    surface.get("/audit-log", list, doc);
}

async fn list(
    caller: Can<AuditView>,
    query: List<AuditList>,
    filters: AuditFilters,
    audit: web::Data<dyn Audit>,
    people: web::Data<dyn AuthService>,
) -> Result<Listed<EntryResponse>, Failure> {
    let AuditFilters { action, actor } = filters;
    let wanted = AuditQuery { listing: query.listing, action, actor };
    let page = audit.of_workspace(caller.workspace, wanted).await?;
    let actors: Vec<_> = page.items.iter().filter_map(|entry| entry.origin.actor).collect();
    let known = by_id(people.people(&actors).await?);
    Ok(Listed::new(page.map(|entry| EntryResponse::new(entry, &known)), &query.shape))
}

fn by_id(people: Vec<Arc<Person>>) -> HashMap<UserId, Arc<Person>> {
    people.into_iter().map(|person| (person.id, person)).collect()
}

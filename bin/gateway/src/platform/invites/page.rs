//! One page of a workspace's invites, which are few: they are sorted and narrowed here.

use super::dto::{InviteColumn, InviteList, InviteStatus};
use mainstay_edge::List;
use mainstay_kernel::{Page, Role, Span, Timestamp};
use mainstay_tenancy::invites::{Invite, Offer};
use std::cmp::Ordering;

/// What was asked for of these invites. An invite is never changed, so that it counts as last
/// changed when it was made.
pub(super) fn of(mut invites: Vec<Invite>, query: &List<InviteList>, now: Timestamp) -> Page<Invite> {
    invites.retain(|invite| matches(invite, query, now));
    invites.sort_by(|one, other| order(one, other, query));
    let total = i64::try_from(invites.len()).unwrap_or(i64::MAX);
    let page = query.listing.page;
    let skipped = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let wanted = usize::try_from(page.per_page()).unwrap_or_default();
    Page { items: invites.into_iter().skip(skipped).take(wanted).collect(), total }
}

fn matches(invite: &Invite, query: &List<InviteList>, now: Timestamp) -> bool {
    let listing = &query.listing;
    let status = if invite.is_expired(now) { InviteStatus::Expired } else { InviteStatus::Pending };
    let sought = listing.search.as_ref().map(|text| text.to_lowercase());
    within(invite.created_at, listing.created)
        && within(invite.created_at, listing.updated)
        && query.status.is_none_or(|wanted| wanted == status)
        && sought.is_none_or(|text| invite.email.to_lowercase().contains(&text))
}

fn within(at: Timestamp, span: Span) -> bool {
    span.after.is_none_or(|after| at >= after) && span.before.is_none_or(|before| at <= before)
}

/// The newest first where nothing else is asked; ties are broken by the id.
fn order(one: &Invite, other: &Invite, query: &List<InviteList>) -> Ordering {
    let steps = query.listing.sort.iter().map(|step| {
        let upwards = by(step.column, one, other);
        if step.descending { upwards.reverse() } else { upwards }
    });
    let newest = other.created_at.cmp(&one.created_at).then(other.id.cmp(&one.id));
    steps.fold(Ordering::Equal, Ordering::then).then(newest)
}

fn by(column: InviteColumn, one: &Invite, other: &Invite) -> Ordering {
    match column {
        InviteColumn::Email => one.email.to_lowercase().cmp(&other.email.to_lowercase()),
        InviteColumn::Role => role(one).cmp(&role(other)),
        InviteColumn::ExpiresAt => one.expires_at.cmp(&other.expires_at),
        InviteColumn::CreatedAt => one.created_at.cmp(&other.created_at),
    }
}

fn role(invite: &Invite) -> Option<Role> {
    match invite.offer {
        Offer::Workspace(role) => Some(role),
        Offer::Project(..) => None,
    }
}

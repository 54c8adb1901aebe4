//! Seats and the people on them. Names and addresses belong to the directory, so what filters or
//! orders by them is done here and not in the database.

use crate::directory::{Directory, DirectoryError, PersonCard, cards_of};
use crate::error::TenancyError;
use crate::listing::{MemberColumn, MemberQuery};
use crate::model::Member;
use crate::store::Membership;
use mainstay_kernel::{FieldError, Listing, Page};
use std::cmp::Ordering;

/// Whether a query needs every member's card, or the rank of every role, before it can be answered.
pub(super) fn takes_names(query: &MemberQuery) -> bool {
    let beyond = |column| matches!(column, MemberColumn::Name | MemberColumn::Email | MemberColumn::Role);
    query.listing.search.is_some() || query.listing.sort.iter().any(|sort| beyond(sort.column))
}

/// Refuses a search that no stored text can contain and PostgreSQL does not take.
pub(super) fn check_search(search: Option<&str>) -> Result<(), TenancyError> {
    if search.is_some_and(|text| text.contains('\0')) {
        let problem = FieldError::new("search", "format", "The search may not contain the character NUL.");
        return Err(TenancyError::Invalid(vec![problem]));
    }
    Ok(())
}

/// The members on these seats, in the same order.
pub(super) async fn with_cards(
    directory: &dyn Directory,
    seats: Vec<Membership>,
) -> Result<Vec<Member>, DirectoryError> {
    let cards = cards_of(directory, seats.iter().map(|seat| seat.user).collect()).await?;
    Ok(seats.into_iter().map(|seat| member(seat, cards.get(&seat.user).cloned())).collect())
}

/// The member on a seat.
pub(super) fn member(seat: Membership, card: Option<PersonCard>) -> Member {
    let Membership { user, role, created_at, updated_at, .. } = seat;
    let (email, name) = card.map(|card| (card.email, card.name)).unzip();
    Member { user, email, name, role, created_at, updated_at }
}

/// One page of those members that the search finds, in the order asked for.
pub(super) fn page(mut members: Vec<Member>, listing: &Listing<MemberColumn>) -> Page<Member> {
    if let Some(text) = &listing.search {
        let text = text.to_lowercase();
        let found = |field: &Option<String>| folded(field.as_ref()).is_some_and(|field| field.contains(&text));
        members.retain(|member| found(&member.name) || found(&member.email));
    }
    members.sort_by(|one, other| compare(one, other, listing));
    let total = i64::try_from(members.len()).unwrap_or(i64::MAX);
    let skipped = usize::try_from(listing.page.offset()).unwrap_or(usize::MAX);
    let size = usize::try_from(listing.page.per_page()).unwrap_or(usize::MAX);
    Page { items: members.into_iter().skip(skipped).take(size).collect(), total }
}

fn compare(one: &Member, other: &Member, listing: &Listing<MemberColumn>) -> Ordering {
    let by = |column| match column {
        MemberColumn::Id => one.user.cmp(&other.user),
        MemberColumn::Name => folded(one.name.as_ref()).cmp(&folded(other.name.as_ref())),
        MemberColumn::Email => folded(one.email.as_ref()).cmp(&folded(other.email.as_ref())),
        MemberColumn::Role => one.role.cmp(&other.role),
        MemberColumn::CreatedAt => one.created_at.cmp(&other.created_at),
        MemberColumn::UpdatedAt => one.updated_at.cmp(&other.updated_at),
    };
    let newest_first = if listing.sort.is_empty() { by(MemberColumn::CreatedAt).reverse() } else { Ordering::Equal };
    let asked =
        listing.sort.iter().map(|sort| if sort.descending { by(sort.column).reverse() } else { by(sort.column) });
    let differing = std::iter::once(newest_first).chain(asked).find(|order| order.is_ne());
    differing.unwrap_or_else(|| by(MemberColumn::Id).reverse())
}

fn folded(text: Option<&String>) -> Option<String> {
    text.map(|text| text.to_lowercase())
}

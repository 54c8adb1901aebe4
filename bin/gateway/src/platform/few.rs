//! One page of things that are few: they are sorted and narrowed here.

use mainstay_edge::{List, Listable};
use mainstay_kernel::{Page, Span, Timestamp};
use std::cmp::Ordering;

/// Something of which an owner has few, as its list can be asked for it.
pub(super) trait Few<R: Listable> {
    /// When it was made.
    fn created_at(&self) -> Timestamp;
    /// When it was last changed.
    fn updated_at(&self) -> Timestamp;
    /// What a search looks into.
    fn name(&self) -> &str;
    /// Whether it is in this state now.
    fn is(&self, status: R::Status, now: Timestamp) -> bool;
    /// How it stands to another in a column.
    fn compare(&self, other: &Self, column: R::Column) -> Ordering;
    /// How it stands to another of the same moment, by its id.
    fn compare_id(&self, other: &Self) -> Ordering;
}

/// What was asked for of these.
pub(super) fn page_of<R: Listable, T: Few<R>>(mut all: Vec<T>, query: &List<R>, now: Timestamp) -> Page<T> {
    all.retain(|one| matches(one, query, now));
    all.sort_by(|one, other| order(one, other, query));
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let page = query.listing.page;
    let skipped = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let wanted = usize::try_from(page.per_page()).unwrap_or_default();
    Page { items: all.into_iter().skip(skipped).take(wanted).collect(), total }
}

fn matches<R: Listable, T: Few<R>>(one: &T, query: &List<R>, now: Timestamp) -> bool {
    let listing = &query.listing;
    let sought = listing.search.as_ref().map(|text| text.to_lowercase());
    within(one.created_at(), listing.created)
        && within(one.updated_at(), listing.updated)
        && query.status.is_none_or(|wanted| one.is(wanted, now))
        && sought.is_none_or(|text| one.name().to_lowercase().contains(&text))
}

fn within(at: Timestamp, span: Span) -> bool {
    span.after.is_none_or(|after| at >= after) && span.before.is_none_or(|before| at <= before)
}

/// The newest first where nothing else is asked; ties are broken by the id.
fn order<R: Listable, T: Few<R>>(one: &T, other: &T, query: &List<R>) -> Ordering {
    let steps = query.listing.sort.iter().map(|step| {
        let upwards = one.compare(other, step.column);
        if step.descending { upwards.reverse() } else { upwards }
    });
    let newest = other.created_at().cmp(&one.created_at()).then(other.compare_id(one));
    steps.fold(Ordering::Equal, Ordering::then).then(newest)
}

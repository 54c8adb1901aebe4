//! One page of plans or features: they are few, in memory, and come in the order of the catalogue where no other is asked.

use mainstay_edge::{List, Listable};
use mainstay_entitlements::offer::Offered;
use mainstay_kernel::{Page, Span, Timestamp};
use std::cmp::Ordering;

/// Something that is offered, as its list can be asked for it.
pub(super) trait Sought<R: Listable> {
    /// What a search looks into.
    fn texts(&self) -> [&str; 2];
    /// How it stands to another in a column.
    fn compare(&self, other: &Self, column: R::Column) -> Ordering;
}

/// What was asked for of these. What stands in the file was created and changed at no time that is known.
pub(super) fn page_of<R: Listable, T>(mut all: Vec<Offered<T>>, query: &List<R>) -> Page<Offered<T>>
where
    Offered<T>: Sought<R>,
{
    let listing = &query.listing;
    let sought = listing.search.as_ref().map(|text| text.to_lowercase());
    all.retain(|one| {
        within(one.source.created_at(), listing.created)
            && within(one.source.updated_at(), listing.updated)
            && sought.as_ref().is_none_or(|text| one.texts().iter().any(|own| own.to_lowercase().contains(text)))
    });
    all.sort_by(|one, other| {
        let steps = listing.sort.iter().map(|step| {
            let upwards = one.compare(other, step.column);
            if step.descending { upwards.reverse() } else { upwards }
        });
        steps.fold(Ordering::Equal, Ordering::then)
    });
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let skipped = usize::try_from(listing.page.offset()).unwrap_or(usize::MAX);
    let wanted = usize::try_from(listing.page.per_page()).unwrap_or_default();
    Page { items: all.into_iter().skip(skipped).take(wanted).collect(), total }
}

fn within(at: Option<Timestamp>, span: Span) -> bool {
    let holds = |bound: Option<Timestamp>, keeps: fn(Timestamp, Timestamp) -> bool| {
        bound.is_none_or(|bound| at.is_some_and(|at| keeps(at, bound)))
    };
    holds(span.after, |at, after| at >= after) && holds(span.before, |at, before| at <= before)
}

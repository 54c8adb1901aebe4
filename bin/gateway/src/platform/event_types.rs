//! `GET /api/v1/event-types`: what there is to be told of.

use mainstay_edge::{Doc, Failure, Known, List, Listable, Listed, Platform, Surface};
use mainstay_kernel::{EventType, Listing, Page, Sort};
use schemars::JsonSchema;
use serde::Serialize;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text = "Every kind of event that this installation tells of, by name.";
    let (id, tag, summary) = ("listEventTypes", "Events", "List the types of events");
    surface.get("/event-types", list, Doc { id, tag, summary, text, fails: &[] });
}

/// The events of every domain.
fn catalogue() -> impl Iterator<Item = &'static EventType> {
    let domains = [mainstay_auth::events::ALL, mainstay_tenancy::events::ALL, mainstay_keys::events::ALL];
    domains.into_iter().flatten()
}

/// What the list can be asked.
enum EventTypeList {}

/// What event types are sorted by.
#[derive(Debug, Clone, Copy)]
enum Column {
    Name,
}

impl Listable for EventTypeList {
    type Column = Column;
    type Status = ();
    const COLUMNS: &'static [(&'static str, Column)] = &[("name", Column::Name)];
    const STATUSES: &'static [(&'static str, ())] = &[];
}

/// A kind of event.
#[derive(Serialize, JsonSchema)]
struct EventTypeResponse {
    /// `resource.happened`.
    name: &'static str,
    /// What has happened then.
    description: &'static str,
}

async fn list(_: Known, query: List<EventTypeList>) -> Result<Listed<EventTypeResponse>, Failure> {
    Ok(Listed::new(page(&query.listing), &query.shape))
}

fn page(listing: &Listing<Column>) -> Page<EventTypeResponse> {
    let wanted = listing.search.as_deref().unwrap_or_default().to_lowercase();
    let mut found: Vec<_> = catalogue().filter(|event| event.name.contains(&wanted)).collect();
    found.sort_by_key(|event| event.name);
    if listing.sort.iter().any(|Sort { column: Column::Name, descending }| *descending) {
        found.reverse();
    }
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let skipped = usize::try_from(listing.page.offset()).unwrap_or(usize::MAX);
    let taken = usize::try_from(listing.page.per_page()).unwrap_or(usize::MAX);
    let items = found.into_iter().skip(skipped).take(taken);
    Page { items: items.map(|event| EventTypeResponse { name: event.name, description: event.about }).collect(), total }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_domains_tell_of_the_same_and_names_are_of_one_form() {
        let names: Vec<_> = catalogue().map(|event| event.name).collect();
        assert!(names.len() >= 25, "{names:?}");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        let is_word =
            |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(names.iter().all(|name| name.split('.').count() == 2 && name.split('.').all(is_word)), "{names:?}");
    }
}

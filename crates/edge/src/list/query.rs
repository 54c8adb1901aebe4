//! Reading a list's query string.

use super::Listable;
use crate::failure::Rejection;
use mainstay_kernel::{FieldError, Listing, PageRequest, Sort, Span, Timestamp};

/// The pairs of a query string, decoded; of a name that comes twice the last counts.
pub(super) struct Query(Vec<(String, String)>);

/// What a list was asked.
pub(super) type Asked<R> = (Listing<<R as Listable>::Column>, Option<<R as Listable>::Status>);

/// Longest text to search for, in characters.
const MAX_SEARCH: usize = 255;

impl Query {
    pub(super) fn parse(text: &str) -> Self {
        Self(serde_urlencoded::from_str(text).unwrap_or_default())
    }

    /// The value of a parameter; one that is empty counts as absent.
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// A parameter that names things, separated by commas.
    pub(super) fn names(&self, name: &str) -> Option<Vec<String>> {
        let names = self.get(name)?.split(',').map(str::trim).filter(|name| !name.is_empty());
        Some(names.map(str::to_owned).collect())
    }

    /// Everything that all lists understand, and the filter `status`.
    pub(super) fn listing<R: Listable>(&self) -> Result<Asked<R>, Rejection> {
        let mut wrong = Vec::new();
        let page = self.number("page", 1, &mut wrong);
        let per_page = self.number("per_page", PageRequest::DEFAULT_SIZE, &mut wrong);
        let listing = Listing {
            page: PageRequest::new(page, per_page),
            sort: self.sort::<R>(&mut wrong),
            created: self.span("created_after", "created_before", &mut wrong),
            updated: self.span("updated_after", "updated_before", &mut wrong),
            search: self.search(&mut wrong),
        };
        let status = self.status::<R>(&mut wrong);
        if wrong.is_empty() { Ok((listing, status)) } else { Err(Rejection::Invalid(wrong)) }
    }

    fn number(&self, name: &str, absent: i64, wrong: &mut Vec<FieldError>) -> i64 {
        let Some(text) = self.get(name) else { return absent };
        text.parse().unwrap_or_else(|_| {
            wrong.push(FieldError::new(name, "integer", format!("The {name} field must be an integer.")));
            absent
        })
    }

    fn sort<R: Listable>(&self, wrong: &mut Vec<FieldError>) -> Vec<Sort<R::Column>> {
        let mut order = Vec::new();
        for step in self.names("sort").unwrap_or_default() {
            let (name, descending) = step.strip_prefix('-').map_or((step.as_str(), false), |name| (name, true));
            let Some((_, column)) = R::COLUMNS.iter().find(|(known, _)| *known == name) else {
                let known = R::COLUMNS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                let message = format!("The sort field takes the columns {known}.");
                wrong.push(FieldError::new("sort", "in", message));
                break;
            };
            order.push(Sort { column: *column, descending });
        }
        order
    }

    fn span(&self, after: &str, before: &str, wrong: &mut Vec<FieldError>) -> Span {
        let mut date = |name: &str| {
            let text = self.get(name)?;
            let read = Timestamp::parse(text);
            if read.is_none() {
                let message = format!("The {name} field must be an ISO 8601 date, such as 2026-01-15T10:30:00Z.");
                wrong.push(FieldError::new(name, "date", message));
            }
            read
        };
        Span { after: date(after), before: date(before) }
    }

    fn search(&self, wrong: &mut Vec<FieldError>) -> Option<String> {
        let text = self.get("search")?;
        if text.chars().count() > MAX_SEARCH || text.contains('\0') {
            let message = format!("The search field takes up to {MAX_SEARCH} characters, and no NUL.");
            wrong.push(FieldError::new("search", "length", message));
        }
        Some(text.to_owned())
    }

    fn status<R: Listable>(&self, wrong: &mut Vec<FieldError>) -> Option<R::Status> {
        let text = self.get("status")?;
        let found = R::STATUSES.iter().find(|(name, _)| *name == text);
        if found.is_none() {
            let known = R::STATUSES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            let message = match known.as_str() {
                "" => "This list has no filter status.".to_owned(),
                known => format!("The status field must be one of {known}."),
            };
            wrong.push(FieldError::new("status", "in", message));
        }
        found.map(|(_, status)| *status)
    }

    /// The path with every parameter but the page, encoded anew.
    pub(super) fn without_page(&self, path: &str) -> String {
        let kept: Vec<_> = self.0.iter().filter(|(name, _)| name != "page").collect();
        match serde_urlencoded::to_string(kept) {
            Ok(query) if !query.is_empty() => format!("{path}?{query}"),
            _ => path.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::{Details, Fault as _};
    use proptest::prelude::*;

    enum Things {}

    impl Listable for Things {
        type Column = u8;
        type Status = bool;
        const COLUMNS: &'static [(&'static str, u8)] = &[("name", 1), ("created_at", 2)];
        const STATUSES: &'static [(&'static str, bool)] = &[("active", true)];
    }

    fn wrong_fields(query: &str) -> Vec<String> {
        match Query::parse(query).listing::<Things>().expect_err("refused").details() {
            Details::Fields(fields) => fields.into_iter().map(|wrong| wrong.field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_oversize_page_is_pulled_down_and_a_missing_one_is_the_first() {
        let (listing, _) = Query::parse("per_page=1000").listing::<Things>().expect("read");
        assert_eq!(listing.page, PageRequest::new(1, 100));
    }

    #[test]
    fn sorting_takes_several_columns_each_up_or_down() {
        let (listing, _) = Query::parse("sort=-created_at,name").listing::<Things>().expect("read");
        let order: Vec<_> = listing.sort.iter().map(|step| (step.column, step.descending)).collect();
        assert_eq!(order, [(2, true), (1, false)]);
    }

    #[test]
    fn every_wrong_parameter_is_named_at_once() {
        let query = "page=x&sort=color&status=gone&created_after=soon&updated_before=2026-99-01";
        assert_eq!(wrong_fields(query), ["page", "sort", "created_after", "updated_before", "status"]);
    }

    #[test]
    fn links_keep_the_other_parameters() {
        assert_eq!(Query::parse("page=2&search=a%20b").without_page("/x"), "/x?search=a+b");
    }

    proptest! {
        #[test]
        fn no_query_string_makes_it_panic(query in ".*") {
            let _ = Query::parse(&query).listing::<Things>();
        }
    }
}

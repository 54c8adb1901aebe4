//! Which visits a report is about, on the wire.

use super::domain_name::DomainQuery;
use mainstay_edge::{QueryParameters, Rejection};
use mainstay_kernel::{FieldError, Timestamp};
use mainstay_tracking::reports::{Filter, Question};
use mainstay_tracking::{Day, Dimension, Pattern, value_word};
use schemars::JsonSchema;
use serde::Deserialize;

/// What every report on a domain is asked: of which, and which of its visits.
pub(super) type Asked = (QueryParameters<DomainQuery>, QueryParameters<PeriodQuery>);

/// Days, and what visits must have. A star at the end of a value stands for any more; `(none)` for what was not said.
#[derive(Debug, Deserialize, JsonSchema, Default)]
pub(super) struct PeriodQuery {
    /// Days up to today, such as `7d`; or `today`. 30 days unless something else is said.
    period: Option<String>,
    /// The first day, such as `2026-01-15`, in UTC; instead of `period`.
    from: Option<String>,
    /// The last day; today unless another is said.
    to: Option<String>,
    /// Only visits that saw this page. It is not called `page`, which is the page of a list.
    path: Option<String>,
    /// Only visits that began on this path.
    entry_page: Option<String>,
    /// Only visits of this host.
    host: Option<String>,
    /// Only visits from this page.
    referrer: Option<String>,
    /// Only visits from this source.
    source: Option<String>,
    /// Only visits of this `utm_medium`.
    medium: Option<String>,
    /// Only visits of this `utm_campaign`.
    campaign: Option<String>,
    /// Only visits of this `utm_term`.
    term: Option<String>,
    /// Only visits of this `utm_content`.
    content: Option<String>,
    /// Only visits from this country, such as `DE`.
    country: Option<String>,
    /// Only visits with this kind of device: `desktop`, `mobile`, `tablet` or `other`.
    device: Option<String>,
    /// Only visits with this browser.
    browser: Option<String>,
    /// Only visits with this operating system.
    os: Option<String>,
    /// Only visits in which this event was told of.
    event: Option<String>,
    /// Only visits in which an event had this property: its name, or `name=value`.
    property: Option<String>,
}

/// Days unless something else is said, today among them.
const DAYS: i32 = 30;

impl PeriodQuery {
    /// What is asked.
    ///
    /// # Errors
    /// What is wrong with a field.
    pub(super) fn question(&self, now: Timestamp) -> Result<Question, Rejection> {
        let today = Day::of(now);
        let mut wrong = Vec::new();
        let until = self.to.as_deref().map_or(Some(today), |text| day("to", text, &mut wrong));
        let from = match (&self.from, &self.period) {
            (Some(text), _) => day("from", text, &mut wrong),
            (None, Some(text)) => days(text, &mut wrong).zip(until).map(|(days, until)| until.minus(days - 1)),
            (None, None) => until.map(|until| until.minus(DAYS - 1)),
        };
        match (from, until) {
            (Some(from), Some(until)) if wrong.is_empty() => Ok(Question { from, until, filters: self.filters() }),
            _ => Err(Rejection::Invalid(wrong)),
        }
    }

    fn filters(&self) -> Vec<Filter> {
        let said = [
            (Dimension::Page, &self.path),
            (Dimension::EntryPage, &self.entry_page),
            (Dimension::Host, &self.host),
            (Dimension::Referrer, &self.referrer),
            (Dimension::Source, &self.source),
            (Dimension::Medium, &self.medium),
            (Dimension::Campaign, &self.campaign),
            (Dimension::Term, &self.term),
            (Dimension::Content, &self.content),
            (Dimension::Country, &self.country),
            (Dimension::Device, &self.device),
            (Dimension::Browser, &self.browser),
            (Dimension::Os, &self.os),
            (Dimension::Event, &self.event),
        ];
        let filter = |(dimension, value): (Dimension, &Option<String>)| {
            let pattern = Pattern::read(value.as_deref()?);
            Some(Filter { dimension, pattern })
        };
        let property = self.property.as_ref().map(|text| match text.split_once('=') {
            Some((name, value)) => {
                Filter { dimension: Dimension::Value, pattern: Pattern::read(&value_word(name, value)) }
            }
            None => Filter { dimension: Dimension::Property, pattern: Pattern::read(text) },
        });
        said.into_iter().filter_map(filter).chain(property).collect()
    }
}

fn day(field: &str, text: &str, wrong: &mut Vec<FieldError>) -> Option<Day> {
    let at = Timestamp::parse(text);
    if at.is_none() {
        let message = format!("The {field} field must be a day, such as 2026-01-15.");
        wrong.push(FieldError::new(field, "date", message));
    }
    at.map(Day::of)
}

fn days(text: &str, wrong: &mut Vec<FieldError>) -> Option<i32> {
    let days = if text == "today" { Some(1) } else { text.strip_suffix('d').and_then(|days| days.parse().ok()) };
    let days = days.filter(|days| (1..=3_660).contains(days));
    if days.is_none() {
        let message = "The period field must be today, or days up to today, such as 7d.";
        wrong.push(FieldError::new("period", "period", message));
    }
    days
}

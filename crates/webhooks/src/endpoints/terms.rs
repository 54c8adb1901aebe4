//! What may be said of an endpoint.

use super::model::{EndpointChange, Headers, NewEndpoint};
use crate::channels::Channels;
use crate::filter::Filters;
use crate::headers::CustomHeaders;
use crate::pattern::Patterns;
use crate::secret::SigningSecret;
use mainstay_kernel::{FieldError, Ids, Patch, Secret};
use serde_json::{Map, Value};
use url::Url;

/// Deliveries at a time where nothing is said.
pub(crate) const CONCURRENCY: u32 = 16;
const MOST_CONCURRENCY: u32 = 100;
const MOST_RATE: u32 = 10_000;
const MOST_URL: usize = 2_048;
const MOST_DESCRIPTION: usize = 255;

/// Gathers what is wrong, so that a caller hears of all of it at once.
#[derive(Default)]
pub(super) struct Complaints(Vec<FieldError>);

impl Complaints {
    /// The value, or its complaints and nothing.
    fn take<T>(&mut self, checked: Result<T, Vec<FieldError>>) -> Option<T> {
        checked.map_err(|errors| self.0.extend(errors)).ok()
    }

    pub(super) fn add(&mut self, error: FieldError) {
        self.0.push(error);
    }

    /// What was complained of, if anything was.
    pub(super) fn end(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// What a new endpoint is to be, where it can be that.
pub(super) struct Checked {
    pub(super) url: Option<Url>,
    pub(super) events: Option<Patterns>,
    pub(super) secret: Option<SigningSecret>,
    pub(super) description: Option<String>,
    pub(super) channels: Option<Channels>,
    pub(super) filters: Option<Filters>,
    pub(super) headers: Option<CustomHeaders>,
}

/// Looks at all that needs nobody else to be asked.
pub(super) fn check(new: &NewEndpoint, ids: &dyn Ids, complaints: &mut Complaints) -> Checked {
    let description = Patch::Set(new.description.clone().unwrap_or_default());
    complaints.take(checked_description(&description));
    complaints.take(checked_number("rate_limit", new.rate_limit, MOST_RATE));
    complaints.take(checked_number("max_concurrency", new.max_concurrency, MOST_CONCURRENCY));
    Checked {
        url: complaints.take(parsed_url(&new.url)),
        events: complaints.take(Patterns::parse(&new.events)),
        secret: complaints.take(secret(new.secret.as_ref(), ids)),
        description: new.description.clone().filter(|text| !text.trim().is_empty()),
        channels: complaints.take(Channels::parse(&new.channels, "channels")),
        filters: complaints.take(Filters::parse(&new.filters)),
        headers: complaints.take(CustomHeaders::parse(&new.headers.0)),
    }
}

/// What is to change of an endpoint, where it can change so.
pub(super) struct CheckedChange {
    pub(super) url: Option<Url>,
    pub(super) events: Option<Patterns>,
    pub(super) channels: Option<Channels>,
    pub(super) filters: Option<Filters>,
    pub(super) headers: Option<CustomHeaders>,
}

/// As [`check`], for a change. What is cleared is empty.
pub(super) fn check_change(change: &EndpointChange, complaints: &mut Complaints) -> CheckedChange {
    complaints.take(checked_description(&change.description));
    complaints.take(checked_number("rate_limit", change.rate_limit.value().copied(), MOST_RATE));
    complaints.take(checked_number("max_concurrency", change.max_concurrency.value().copied(), MOST_CONCURRENCY));
    let url = change.url.as_deref().and_then(|url| complaints.take(parsed_url(url)));
    let events = change.events.as_deref().and_then(|events| complaints.take(Patterns::parse(events)));
    let channels = emptied(&change.channels, Vec::new());
    let channels = channels.and_then(|channels| complaints.take(Channels::parse(&channels, "channels")));
    let filters = emptied(&change.filters, Map::<String, Value>::new());
    let filters = filters.and_then(|filters| complaints.take(Filters::parse(&filters)));
    let headers = emptied(&change.headers, Headers::default());
    let headers = headers.and_then(|headers| complaints.take(CustomHeaders::parse(&headers.0)));
    CheckedChange { url, events, channels, filters, headers }
}

/// The value that is set, or nothing's where it is cleared.
fn emptied<T: Clone>(patch: &Patch<T>, nothing: T) -> Option<T> {
    match patch {
        Patch::Keep => None,
        Patch::Clear => Some(nothing),
        Patch::Set(value) => Some(value.clone()),
    }
}

/// The secret that was asked for, or one that is drawn.
pub(super) fn secret(asked: Option<&Secret<String>>, ids: &dyn Ids) -> Result<SigningSecret, Vec<FieldError>> {
    let Some(asked) = asked else { return Ok(SigningSecret::generate(ids)) };
    let parsed = SigningSecret::parse(asked.expose().clone());
    parsed.map_err(|text| vec![FieldError::new("secret", "format", text)])
}

fn parsed_url(text: &str) -> Result<Url, Vec<FieldError>> {
    let wrong = |rule: &str, text: &str| vec![FieldError::new("url", rule, text)];
    if text.len() > MOST_URL {
        return Err(wrong("maxLength", "The URL may not be longer than 2048 characters."));
    }
    Url::parse(text).map_err(|_| wrong("format", "The URL is not one."))
}

fn checked_description(description: &Patch<String>) -> Result<(), Vec<FieldError>> {
    let text = description.value().map_or("", String::as_str);
    let wrong = |rule: &str, text: &str| Err(vec![FieldError::new("description", rule, text)]);
    if text.chars().count() > MOST_DESCRIPTION {
        return wrong("maxLength", "The description may not be longer than 255 characters.");
    }
    if text.contains('\0') {
        return wrong("format", "The description may not contain the character NUL.");
    }
    Ok(())
}

fn checked_number(field: &str, number: Option<u32>, most: u32) -> Result<(), Vec<FieldError>> {
    match number {
        Some(number) if number == 0 || number > most => {
            Err(vec![FieldError::new(field, "range", format!("The number must be 1 to {most}."))])
        }
        _ => Ok(()),
    }
}

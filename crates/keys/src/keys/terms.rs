//! What a new key is asked to be, checked field by field.

use super::grant;
use crate::allowed_ips::AllowedIps;
use crate::error::KeyError;
use crate::model::NewKey;
use crate::store::Terms;
use mainstay_kernel::{FieldError, Plan, Plans, Principal, Timestamp};
use std::sync::Arc;

/// Longest name, in characters.
const MAX_NAME: usize = 255;
/// Longest list in one key.
const MAX_ENTRIES: usize = 100;
/// Longest name of an MCP server, in bytes.
const MAX_SERVER: usize = 64;

/// The terms of a new key.
///
/// # Errors
/// [`KeyError::Invalid`] with every wrong field, and only when none is, [`KeyError::ScopeNotHeld`].
pub(super) fn check(new: NewKey, by: &Principal, plans: &Plans, now: Timestamp) -> Result<Terms, KeyError> {
    let mut wrong = Vec::new();
    let name = new.name.trim();
    check_name(name, &mut wrong);
    check_scopes(&new, &mut wrong);
    check_tier(&new, &by.tier, plans, &mut wrong);
    check_expiry(&new, now, &mut wrong);
    check_servers(&new, &mut wrong);
    let allowed_ips = check_addresses(&new.allowed_ips, &mut wrong);
    if !wrong.is_empty() {
        return Err(KeyError::Invalid(wrong));
    }
    Ok(Terms {
        name: name.to_owned(),
        scopes: Arc::new(grant::scopes(by, new.scopes)?),
        rate_limit_tier: new.rate_limit_tier,
        allowed_ips,
        server_scopes: new.server_scopes,
        expires_at: new.expires_at,
    })
}

/// Whether this text can occur in no name, so that the databases need not be bothered with it.
pub(super) fn is_in_no_name(text: &str) -> bool {
    text.chars().count() > MAX_NAME || text.contains(char::is_control)
}

fn check_name(name: &str, wrong: &mut Vec<FieldError>) {
    if name.is_empty() {
        wrong.push(FieldError::new("name", "required", "The name is required."));
    } else if name.chars().count() > MAX_NAME {
        let message = format!("The name may not be longer than {MAX_NAME} characters.");
        wrong.push(FieldError::new("name", "maxLength", message));
    } else if name.contains(char::is_control) {
        wrong.push(FieldError::new("name", "regex", "The name may not contain control characters."));
    }
}

fn check_scopes(new: &NewKey, wrong: &mut Vec<FieldError>) {
    let Some(scopes) = &new.scopes else { return };
    if scopes.is_empty() {
        wrong.push(FieldError::new("scopes", "minLength", "A key needs at least one scope."));
    }
    check_length("scopes", scopes.len(), wrong);
}

fn check_tier(new: &NewKey, own: &Plan, plans: &Plans, wrong: &mut Vec<FieldError>) {
    let Some(name) = &new.rate_limit_tier else { return };
    match plans.get(name) {
        None => {
            let known = plans.names().join(", ");
            let message = format!("The rate limit tier must be one of {known}.");
            wrong.push(FieldError::new("rate_limit_tier", "enum", message));
        }
        Some(tier) if exceeds(&tier, own) => {
            let message = format!("The rate limit tier may not exceed your own, {}.", own.name);
            wrong.push(FieldError::new("rate_limit_tier", "max", message));
        }
        Some(_) => {}
    }
}

/// Whether a tier allows more than another, steadily or in a burst.
pub(super) fn exceeds(tier: &Plan, own: &Plan) -> bool {
    tier.requests_per_minute > own.requests_per_minute || tier.effective_limit() > own.effective_limit()
}

fn check_expiry(new: &NewKey, now: Timestamp, wrong: &mut Vec<FieldError>) {
    if new.expires_at.is_some_and(|end| end <= now) {
        wrong.push(FieldError::new("expires_at", "after", "The expiry must lie in the future."));
    }
}

fn check_servers(new: &NewKey, wrong: &mut Vec<FieldError>) {
    let servers = new.server_scopes.as_deref().unwrap_or_default();
    check_length("server_scopes", servers.len(), wrong);
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    for (position, server) in servers.iter().enumerate().take(MAX_ENTRIES) {
        if !(1..=MAX_SERVER).contains(&server.len()) || !server.bytes().all(plain) {
            let message = format!("A server is named by 1 to {MAX_SERVER} lower-case letters, digits and dashes.");
            wrong.push(FieldError::new(format!("server_scopes.{position}"), "regex", message));
        }
    }
}

fn check_addresses(texts: &[String], wrong: &mut Vec<FieldError>) -> AllowedIps {
    check_length("allowed_ips", texts.len(), wrong);
    let looked_at = &texts[..texts.len().min(MAX_ENTRIES)];
    AllowedIps::parse(looked_at).unwrap_or_else(|problems| {
        for (position, why) in problems {
            wrong.push(FieldError::new(format!("allowed_ips.{position}"), "ipAddress", why.to_string()));
        }
        AllowedIps::default()
    })
}

fn check_length(field: &str, length: usize, wrong: &mut Vec<FieldError>) {
    if length > MAX_ENTRIES {
        let message = format!("The list may not have more than {MAX_ENTRIES} entries.");
        wrong.push(FieldError::new(field, "maxLength", message));
    }
}

//! Values, sealed with the master key: each for its site and name, so that none can be put in another's place.

use super::SealedVariable;
use super::model::Scope;
use crate::error::HostingError;
use crate::ids::SiteId;
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{FieldError, Ids, Secret, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Seals and opens.
#[derive(Clone)]
pub(crate) struct Vault {
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// Most variables of a site.
pub(crate) const MOST: usize = 500;
/// Most bytes of names and values together.
const MOST_BYTES: usize = 128 * 1024;
/// Longest name.
const LONGEST_NAME: usize = 128;
/// What the platform itself sets.
const OURS: [&str; 2] = ["PORT", "HOST"];

fn context(site: &SiteId, name: &str) -> String {
    format!("hosting_variables.value:{site}:{name}")
}

impl Vault {
    pub(crate) fn seal(
        &self,
        site: &SiteId,
        values: &BTreeMap<String, Secret<String>>,
        scope: Scope,
        now: Timestamp,
    ) -> Vec<SealedVariable> {
        let seal = |(name, value): (&String, &Secret<String>)| SealedVariable {
            name: name.clone(),
            scope,
            sealed: self.keyring.seal(&context(site, name), value.expose().as_bytes(), &*self.ids),
            updated_at: now,
        };
        values.iter().map(seal).collect()
    }

    pub(crate) fn open(&self, site: &SiteId, sealed: &SealedVariable) -> Result<Secret<String>, HostingError> {
        let unopened = || HostingError::Sealed(site.0.clone());
        let plain = self.keyring.open(&context(site, &sealed.name), &sealed.sealed).map_err(|_| unopened())?;
        String::from_utf8(plain.expose().clone()).map(Secret::new).map_err(|_| unopened())
    }
}

/// What is wrong with variables that are to be set.
pub(crate) fn check_all<'v>(field: &str, values: impl Iterator<Item = (&'v str, &'v str)> + Clone) -> Vec<FieldError> {
    let mut wrong: Vec<_> = values.clone().filter_map(|(name, value)| fault_of(field, name, value)).collect();
    let bytes: usize = values.clone().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > MOST_BYTES || values.count() > MOST {
        let text = format!("Up to {MOST} variables of {} KiB together are allowed", MOST_BYTES / 1024);
        wrong.push(FieldError::new(field, "max", text));
    }
    wrong
}

fn fault_of(field: &str, name: &str, value: &str) -> Option<FieldError> {
    let begins = name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let (rule, message) = if !begins || !is_plain || name.len() > LONGEST_NAME {
        ("pattern", "A variable's name has up to 128 letters, digits and underscores, and begins with no digit")
    } else if OURS.contains(&name) {
        ("reserved", "PORT and HOST are set by the platform; `port` says which")
    } else if value.contains('\0') {
        ("format", "A variable's value must not hold a zero byte")
    } else {
        return None;
    };
    Some(FieldError::new(format!("{field}.{name}"), rule, message))
}

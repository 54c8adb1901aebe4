//! The rule against escalation: nobody gives a key more than they hold.

use crate::error::KeyError;
use mainstay_kernel::{Principal, Scope, Scopes};
use std::collections::HashSet;

/// The scopes of a new key: those wanted, or where none are named, those of reading and writing
/// that the caller may give.
///
/// # Errors
/// [`KeyError::ScopeNotHeld`] for the first that the caller may not give.
pub(super) fn scopes(by: &Principal, wanted: Option<Vec<Scope>>) -> Result<Scopes, KeyError> {
    match wanted {
        Some(wanted) => {
            must_cover(by, wanted.iter())?;
            let mut seen = HashSet::new();
            Ok(Scopes::new(wanted.into_iter().filter(|scope| seen.insert(scope.clone())).collect()))
        }
        None => default_scopes(by),
    }
}

/// Checks that the caller may give all of these.
///
/// # Errors
/// [`KeyError::ScopeNotHeld`] for the first that the caller may not.
pub(super) fn must_cover<'a>(by: &Principal, mut scopes: impl Iterator<Item = &'a Scope>) -> Result<(), KeyError> {
    match scopes.find(|scope| !may_give(by, scope)) {
        None => Ok(()),
        Some(scope) => Err(KeyError::ScopeNotHeld(scope.clone())),
    }
}

fn default_scopes(by: &Principal) -> Result<Scopes, KeyError> {
    let usual = Scopes::of(&["read", "write"]);
    let held: Vec<Scope> = usual.iter().filter(|scope| may_give(by, scope)).cloned().collect();
    match (held.is_empty(), usual.iter().next()) {
        (true, Some(least)) => Err(KeyError::ScopeNotHeld(least.clone())),
        _ => Ok(Scopes::new(held)),
    }
}

/// Both the credential and the role must cover it: a narrow key of an owner stays narrow, and a
/// wide key of someone who was demoted does not make wide ones.
fn may_give(by: &Principal, scope: &Scope) -> bool {
    by.granted.covers(scope) && by.role.is_some_and(|role| role.scopes().covers(scope))
}

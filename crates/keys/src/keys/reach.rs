//! The other rule against escalation: a key that makes keys hands down how far it reaches itself.

use crate::allowed_ips::AllowedIps;
use crate::error::KeyError;
use crate::model::ApiKey;
use crate::store::Terms;
use mainstay_kernel::{FieldError, Timestamp};

/// Until when, from where and to what a key may be used.
pub(super) struct Reach {
    end: Option<Timestamp>,
    tier: Option<String>,
    allowed_ips: AllowedIps,
    server_scopes: Option<Vec<String>>,
}

impl Reach {
    /// The reach of a key; one in its grace reaches no further than that.
    pub(super) fn of(key: &ApiKey) -> Self {
        Self {
            end: key.expires_at.into_iter().chain(key.grace_period_ends_at).min(),
            tier: key.rate_limit_tier.clone(),
            allowed_ips: key.allowed_ips.clone(),
            server_scopes: key.server_scopes.clone(),
        }
    }

    /// The terms of a new key, with what they leave open set as it is here.
    ///
    /// # Errors
    /// [`KeyError::Invalid`] with every field that reaches further.
    pub(super) fn hand_down(self, terms: Terms) -> Result<Terms, KeyError> {
        let wrong = self.excesses(&terms);
        if !wrong.is_empty() {
            return Err(KeyError::Invalid(wrong));
        }
        Ok(Terms {
            expires_at: terms.expires_at.or(self.end),
            rate_limit_tier: terms.rate_limit_tier.or(self.tier),
            allowed_ips: if terms.allowed_ips.is_empty() { self.allowed_ips } else { terms.allowed_ips },
            server_scopes: terms.server_scopes.or(self.server_scopes),
            ..terms
        })
    }

    /// Whether the key lasts no longer and is open to no more addresses and servers. Tiers are compared by what they
    /// allow, which the catalogue knows.
    pub(super) fn covers(&self, key: &ApiKey) -> bool {
        let in_time = self.end.is_none() || key.expires_at.is_some();
        let in_place = self.allowed_ips.is_empty() || !key.allowed_ips.is_empty();
        let on_servers = self.server_scopes.is_none() || key.server_scopes.is_some();
        (in_time && self.outlives(key.expires_at))
            && (in_place && self.allowed_ips.covers(&key.allowed_ips))
            && (on_servers && self.foreign_server(key.server_scopes.as_deref()).is_none())
    }

    /// Every field that is set, and set further than here.
    fn excesses(&self, terms: &Terms) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        if !self.outlives(terms.expires_at) {
            wrong.push(FieldError::new("expires_at", "before", "The key may not outlive the one that makes it."));
        }
        if !self.allowed_ips.covers(&terms.allowed_ips) {
            let message = "The key may be used only from where the one that makes it may.";
            wrong.push(FieldError::new("allowed_ips", "in", message));
        }
        if let Some(server) = self.foreign_server(terms.server_scopes.as_deref()) {
            let message = format!("The key that makes it may not use the server {server}.");
            wrong.push(FieldError::new("server_scopes", "in", message));
        }
        wrong
    }

    fn outlives(&self, end: Option<Timestamp>) -> bool {
        self.end.zip(end).is_none_or(|(own, theirs)| theirs <= own)
    }

    fn foreign_server<'a>(&self, servers: Option<&'a [String]>) -> Option<&'a String> {
        let own = self.server_scopes.as_ref()?;
        servers.unwrap_or_default().iter().find(|server| !own.contains(server))
    }
}

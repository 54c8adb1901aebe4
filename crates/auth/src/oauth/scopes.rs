//! What a client may be allowed.

use std::collections::BTreeSet;
use std::fmt;

/// Something that a client may be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OAuthScope {
    /// Who the person is, by an id (OpenID Connect Core section 3.1.2.1).
    OpenId,
    /// Their names.
    Profile,
    /// Their default address.
    Email,
    /// What they are in the project that the client belongs to.
    ProjectRead,
    /// Which tools, resources and prompts their MCP servers have, and what is in the resources.
    McpRead,
    /// To call those tools for them.
    McpWrite,
}

impl OAuthScope {
    /// All that can be asked for.
    pub const ALL: [Self; 6] =
        [Self::OpenId, Self::Profile, Self::Email, Self::ProjectRead, Self::McpRead, Self::McpWrite];
    /// Those that an access token for the MCP servers may have.
    pub const OF_MCP: [Self; 2] = [Self::McpRead, Self::McpWrite];

    /// The scope as clients write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::ProjectRead => "project:read",
            Self::McpRead => "mcp:read",
            Self::McpWrite => "mcp:write",
        }
    }

    /// The one that tells this claim (identity section 10.1); none for what every ID token says, and for what nobody
    /// knows.
    pub(super) fn of_claim(name: &str) -> Option<Self> {
        match name {
            "name" | "given_name" | "family_name" | "display_name" | "preferred_username" | "native_script"
            | "preferred_order" => Some(Self::Profile),
            "email" | "email_verified" => Some(Self::Email),
            "project" => Some(Self::ProjectRead),
            _ => None,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// Some scopes. Printed, they are separated by spaces (RFC 6749 section 3.3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct OAuthScopes(BTreeSet<OAuthScope>);

impl OAuthScopes {
    /// The known ones of a list separated by spaces; those that nobody knows are dropped (identity section 10.2).
    pub fn known_of(text: &str) -> Self {
        text.split_ascii_whitespace().filter_map(OAuthScope::parse).collect()
    }

    /// What a client that asks for `scope` is granted: `openid` where it asks for nothing that is known.
    pub fn granted(scope: Option<&str>) -> Self {
        let known = scope.map(Self::known_of).unwrap_or_default();
        if known.is_empty() { [OAuthScope::OpenId].into_iter().collect() } else { known }
    }

    /// Whether this one is among them.
    pub fn has(&self, scope: OAuthScope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all of these are among those.
    pub fn is_within(&self, those: &Self) -> bool {
        self.0.is_subset(&those.0)
    }

    /// These and those.
    #[must_use]
    pub fn with(&self, those: &Self) -> Self {
        Self(&self.0 | &those.0)
    }

    /// Each of them, always in the same order.
    pub fn iter(&self) -> impl Iterator<Item = OAuthScope> + '_ {
        self.0.iter().copied()
    }
}

impl OAuthScopes {
    /// As they are kept.
    pub(super) fn to_texts(&self) -> Vec<String> {
        self.iter().map(|scope| scope.as_str().to_owned()).collect()
    }

    /// From what was kept. A scope that is known no longer is granted no longer.
    pub(super) fn of_texts(texts: &[String]) -> Self {
        texts.iter().filter_map(|text| OAuthScope::parse(text)).collect()
    }
}

impl FromIterator<OAuthScope> for OAuthScopes {
    fn from_iter<I: IntoIterator<Item = OAuthScope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for OAuthScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for scope in self.iter() {
            write!(f, "{separator}{}", scope.as_str())?;
            separator = " ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_asks_for_nothing_known_gets_openid() {
        for scope in [None, Some(""), Some("  "), Some("offline_access"), Some("OPENID")] {
            assert_eq!(OAuthScopes::granted(scope).to_string(), "openid", "{scope:?}");
        }
    }

    #[test]
    fn a_claim_belongs_to_the_scope_that_tells_it() {
        for (name, scope) in [("name", "profile"), ("email_verified", "email"), ("project", "project:read")] {
            assert_eq!(OAuthScope::of_claim(name).map(OAuthScope::as_str), Some(scope), "{name}");
        }
        for name in ["sub", "acr", "Name", ""] {
            assert_eq!(OAuthScope::of_claim(name), None, "{name}");
        }
    }

    #[test]
    fn unknown_scopes_are_dropped_and_the_rest_is_granted_once_in_one_order() {
        let granted = OAuthScopes::granted(Some("email admin profile email project:read"));
        assert_eq!(granted.to_string(), "profile email project:read");
    }
}

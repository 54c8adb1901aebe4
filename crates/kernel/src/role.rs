//! What a person is in a workspace.

use crate::scope::Scopes;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// A person's role in a workspace, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads, and does the workspace's daily work.
    Member,
    /// Runs the workspace: its keys, endpoints, settings and people.
    Admin,
    /// May do everything, and end the workspace.
    Owner,
}

/// No role has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The role must be one of owner, admin, member, viewer.")]
pub struct UnknownRole;

static OWNER: LazyLock<Scopes> = LazyLock::new(|| Scopes::of(&["*"]));
static ADMIN: LazyLock<Scopes> = LazyLock::new(|| {
    Scopes::of(&[
        "*:read",
        "*:write",
        "*:verify",
        "audit-log:*",
        "api-keys:*",
        "oauth-clients:*",
        "webhooks:*",
        "event-types:*",
        "mcp:*",
        "mcp-servers:*",
        "mcp-calls:*",
        "pixel:*",
        "seo:*",
        "sites:*",
        "databases:*",
        "credits:*",
    ])
});
static MEMBER: LazyLock<Scopes> = LazyLock::new(|| {
    Scopes::of(&[
        "*:read",
        "entitlements:write",
        "events:write",
        "mcp:write",
        "seo:write",
        "sites:write",
        "sites:deploy",
    ])
});
static VIEWER: LazyLock<Scopes> = LazyLock::new(|| Scopes::of(&["*:read"]));

impl Role {
    /// Every role, from most to least.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Member, Self::Viewer];

    /// What a person of this role may do; a key holds at most this of its creator's.
    pub fn scopes(self) -> &'static Scopes {
        match self {
            Self::Owner => &OWNER,
            Self::Admin => &ADMIN,
            Self::Member => &MEMBER,
            Self::Viewer => &VIEWER,
        }
    }

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_all_that_the_one_below_may() {
        for pair in Role::ALL.windows(2) {
            let [higher, lower] = pair else { unreachable!("windows of two") };
            assert!(lower.scopes().iter().all(|scope| higher.scopes().covers(scope)), "{higher} < {lower}");
        }
    }

    #[test]
    fn only_an_owner_ends_a_workspace() {
        let able = Role::ALL.into_iter().filter(|role| role.scopes().allows("workspaces:delete"));
        assert_eq!(able.collect::<Vec<_>>(), [Role::Owner]);
    }
}

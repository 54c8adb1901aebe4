//! Who is asking, once the credential has been looked at.

use crate::ids::{GrantId, KeyId, SessionId, UserId, WorkspaceId};
use crate::plan::Plan;
use crate::role::Role;
use crate::scope::Scopes;
use std::sync::Arc;

/// By which credential the caller came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Via {
    /// An API key, bound to one workspace.
    ApiKey(KeyId),
    /// A person's login, by JWT or session token.
    Session(SessionId),
    /// An access token that a person let a client have, for one part of this installation.
    Grant(GrantId),
}

/// The caller of a request, whatever credential it came with.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The person: of a key, the one who made it.
    pub user: UserId,
    /// The workspace the request is about: of a key, its own; of a person, the chosen or default
    /// one; none for a person who belongs to none.
    pub workspace: Option<WorkspaceId>,
    /// The person's role in that workspace.
    pub role: Option<Role>,
    /// What the credential itself grants: of a key, its scopes; of a person's login, everything; of a
    /// client that acts for a person, what they allowed it.
    pub granted: Arc<Scopes>,
    /// The plan of the workspace.
    pub plan: Arc<Plan>,
    /// The plan whose rate limit applies: the key's own tier, or the workspace's plan.
    pub tier: Arc<Plan>,
    /// By which credential.
    pub via: Via,
}

impl Principal {
    /// Whether the caller may do `required` in its workspace: the credential must grant it, and
    /// the person's role there as it is today must give it.
    pub fn may(&self, required: &str) -> bool {
        both_allow(&self.granted, self.role, required)
    }

    /// What [`Principal::may`] knows, for those who ask later.
    pub fn rights(&self) -> Rights {
        Rights { granted: Arc::clone(&self.granted), role: self.role }
    }

    /// Whether the credential grants `required`, whatever the role in its workspace. For routes
    /// that name another workspace, whose service checks the role there.
    pub fn holds(&self, required: &str) -> bool {
        self.granted.allows(required)
    }

    /// The scopes to show: of a key its own, of a person those of the role.
    pub fn scopes(&self) -> &Scopes {
        match (self.via, self.role) {
            (Via::Session(_), Some(role)) => role.scopes(),
            _ => &self.granted,
        }
    }
}

/// What somebody may do in a workspace; nothing unless they are told apart.
#[derive(Debug, Clone, Default)]
pub struct Rights {
    granted: Arc<Scopes>,
    role: Option<Role>,
}

impl Rights {
    /// Whether they may do `required`: see [`Principal::may`].
    pub fn allow(&self, required: &str) -> bool {
        both_allow(&self.granted, self.role, required)
    }
}

fn both_allow(granted: &Scopes, role: Option<Role>, required: &str) -> bool {
    granted.allows(required) && role.is_some_and(|role| role.scopes().allows(required))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn principal(granted: &[&str], role: Option<Role>) -> Principal {
        let plan = Plan {
            name: "free".into(),
            requests_per_minute: 60,
            burst_percent: 0,
            api_access: true,
            max_api_keys: None,
            max_webhooks: None,
        };
        let plan = Arc::new(plan);
        Principal {
            user: UserId(Uuid::nil()),
            workspace: Some(WorkspaceId(1)),
            role,
            granted: Arc::new(Scopes::of(granted)),
            plan: Arc::clone(&plan),
            tier: plan,
            via: Via::ApiKey(KeyId(1)),
        }
    }

    #[test]
    fn a_key_may_never_do_more_than_its_creator_today() {
        assert!(principal(&["*"], Some(Role::Owner)).may("workspaces:delete"));
        assert!(!principal(&["*"], Some(Role::Viewer)).may("workspaces:delete"), "the creator was demoted");
        assert!(!principal(&["*"], None).may("workspaces:read"), "the creator has left");
        assert!(!principal(&["posts:read"], Some(Role::Owner)).may("posts:write"), "the key is narrower");
    }
}

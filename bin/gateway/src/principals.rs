//! Any credential, turned into a principal: here keys, people and workspaces meet.

use crate::mcp::resource;
use async_trait::async_trait;
use mainstay_auth::{AuthService, Bearer, OAuthScope, ProviderService};
use mainstay_edge::{Authenticator, Claim, Identified, PublicUrl, Rejection, WorkspaceChoice};
use mainstay_kernel::{Clock, Fault, Kind, Plan, Plans, Principal, Scopes, UserId, Via};
use mainstay_keys::{KeyService as _, Keys};
use mainstay_tenancy::Memberships;
use std::sync::{Arc, LazyLock};

/// Knows every kind of credential. Answers from memory for whoever has asked before.
pub(crate) struct Principals {
    pub(crate) keys: Arc<Keys>,
    pub(crate) people: Arc<dyn AuthService>,
    pub(crate) provider: Arc<dyn ProviderService>,
    pub(crate) public_url: PublicUrl,
    pub(crate) memberships: Arc<dyn Memberships>,
    pub(crate) plans: Arc<Plans>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What a login grants: everything, as far as the person's role gives it.
static EVERYTHING: LazyLock<Arc<Scopes>> = LazyLock::new(|| Arc::new(Scopes::of(&["*"])));

/// Why a credential that stands is refused all the same.
#[derive(Debug, thiserror::Error)]
enum NotHere {
    #[error("This key may not be used from your address.")]
    Address,
    #[error("This key belongs to another workspace.")]
    Workspace,
}

impl Fault for NotHere {
    fn kind(&self) -> Kind {
        Kind::Forbidden
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Address => "forbidden_address",
            Self::Workspace => "forbidden_workspace",
        }
    }
}

type Refusal = Arc<dyn Fault>;

#[async_trait]
impl Authenticator for Principals {
    async fn authenticate(&self, claim: Claim<'_>) -> Result<Identified, Refusal> {
        if mainstay_auth::is_access_token(claim.credential) {
            match self.bearer(&claim).await? {
                Some(bearer) => self.by_grant(claim, bearer).await,
                None => self.by_login(claim).await,
            }
        } else {
            self.by_key(claim).await
        }
    }
}

impl Principals {
    async fn by_key(&self, claim: Claim<'_>) -> Result<Identified, Refusal> {
        let key = self.keys.identify(claim.credential).await.map_err(shared)?;
        if !key.admits(claim.address) {
            return Err(Arc::new(NotHere::Address));
        }
        // A key whose creator has left the workspace speaks for nobody.
        let standing = self.memberships.standing(key.user, key.workspace).await.map_err(shared)?;
        let (workspace, role) = standing.ok_or(Rejection::NoCredential).map_err(shared)?;
        let chosen = match claim.workspace {
            None => true,
            Some(WorkspaceChoice::Id(id)) => id == workspace.id,
            Some(WorkspaceChoice::Slug(slug)) => slug == workspace.slug,
        };
        if !chosen {
            return Err(Arc::new(NotHere::Workspace));
        }
        let plan = self.plans.get_or_free(&workspace.tier);
        must_have_api_access(&plan)?;
        let tier = self.plans.tier_of(key.rate_limit_tier.as_deref(), &plan);
        self.keys.mark_used(key.id, self.clock.now());
        let granted = Arc::clone(&key.scopes);
        let (workspace, via) = (Some(workspace.id), Via::ApiKey(key.id));
        let principal = Principal { user: key.user, workspace, role: Some(role), granted, plan, tier, via };
        Ok(Identified { principal: Arc::new(principal), behind: Some(key) })
    }

    /// The client that brings an access token for the resource that it comes to; none anywhere else.
    async fn bearer(&self, claim: &Claim<'_>) -> Result<Option<Bearer>, Refusal> {
        if !resource::is_at(claim.path) {
            return Ok(None);
        }
        let bearer = self.provider.bearer(claim.credential).await.map_err(shared)?;
        Ok(bearer.filter(|bearer| resource::takes(&self.public_url, claim.path, &bearer.resource)))
    }

    async fn by_grant(&self, claim: Claim<'_>, bearer: Bearer) -> Result<Identified, Refusal> {
        let of_mcp = OAuthScope::OF_MCP.into_iter().filter(|scope| bearer.scopes.has(*scope));
        let granted = Scopes::of(&of_mcp.map(OAuthScope::as_str).collect::<Vec<_>>());
        let via = Via::Grant(bearer.grant);
        let identified = self.person(bearer.person, claim.workspace, Arc::new(granted), via).await?;
        // A program is a program, whether it has a key or a person's leave.
        must_have_api_access(&identified.principal.plan)?;
        Ok(identified)
    }

    async fn by_login(&self, claim: Claim<'_>) -> Result<Identified, Refusal> {
        let login = self.people.identify(claim.credential).await.map_err(shared)?;
        let granted = Arc::clone(&EVERYTHING);
        self.person(login.person, claim.workspace, granted, Via::Session(login.session)).await
    }

    /// A person in the workspace that they chose, or in their default one.
    async fn person(
        &self,
        user: UserId,
        chosen: Option<WorkspaceChoice<'_>>,
        granted: Arc<Scopes>,
        via: Via,
    ) -> Result<Identified, Refusal> {
        let workspace = match chosen {
            None => self.memberships.default_of(user).await.map_err(shared)?,
            Some(WorkspaceChoice::Id(id)) => Some(id),
            Some(WorkspaceChoice::Slug(slug)) => {
                let found = self.memberships.by_slug(user, slug).await.map_err(shared)?;
                Some(found.ok_or(Rejection::NoSuchId).map_err(shared)?)
            }
        };
        let standing = match workspace {
            Some(id) => {
                let standing = self.memberships.standing(user, id).await.map_err(shared)?;
                Some(standing.ok_or(Rejection::NoSuchId).map_err(shared)?)
            }
            None => None,
        };
        let tier = standing.as_ref().map_or(Plans::FREE, |(workspace, _)| workspace.tier.as_str());
        let plan = self.plans.get_or_free(tier);
        let role = standing.map(|(_, role)| role);
        let principal = Principal { user, workspace, role, granted, tier: Arc::clone(&plan), plan, via };
        Ok(Identified { principal: Arc::new(principal), behind: None })
    }
}

fn must_have_api_access(plan: &Plan) -> Result<(), Refusal> {
    if plan.api_access { Ok(()) } else { Err(Arc::new(Rejection::NoApiAccess(plan.name.clone()))) }
}

fn shared<F: Fault>(fault: F) -> Refusal {
    Arc::new(fault)
}

//! What a client learns of a person (identity section 10.1).

use super::error::OAuthError;
use super::model::{ClientOwner, OAuthClient};
use super::projects::ProjectClaim;
use super::provider::Provider;
use super::scopes::{OAuthScope, OAuthScopes};
use crate::profile::{NameOrder, Profile};
use mainstay_kernel::UserId;
use serde_json::{Map, Value, json};

/// What a client may be told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'s> {
    pub(super) scopes: &'s OAuthScopes,
    pub(super) wants_email_verified: bool,
}

/// What the scopes `profile` and `email` tell of a person; what is not known is null.
pub(super) fn of_person(profile: &Profile, told: Told<'_>) -> Map<String, Value> {
    let mut claims = Map::new();
    let mut tell = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    if told.scopes.has(OAuthScope::Profile) {
        tell("name", json!(profile.name()));
        tell("given_name", json!(profile.given_names));
        tell("family_name", json!(profile.surname));
        tell("display_name", json!(profile.display_name));
        tell("preferred_username", json!(profile.username));
        tell("native_script", json!(profile.native_script));
        tell("preferred_order", json!(profile.preferred_order.map(NameOrder::as_str)));
    }
    if told.scopes.has(OAuthScope::Email) {
        tell("email", json!(profile.email));
        if told.wants_email_verified {
            tell("email_verified", json!(profile.is_email_verified()));
        }
    }
    claims
}

fn of_project(project: &ProjectClaim) -> Value {
    json!({
        "project_id": project.id.to_string(),
        "project_name": project.name,
        "project_slug": project.slug,
        "role": project.role,
        "permissions": project.permissions,
    })
}

impl Provider {
    pub(super) async fn about_person(&self, access_token: &str) -> Result<Map<String, Value>, OAuthError> {
        let verified = self.verify(access_token).await?.ok_or(OAuthError::InvalidToken)?;
        let claims = &verified.claims;
        let (Some(person), Some(standing)) = (claims.person(), verified.standing) else {
            return Err(OAuthError::InvalidToken);
        };
        if claims.aud != self.own_audience() {
            return Err(OAuthError::InvalidToken);
        }
        let profile = self.auth.store.profile(person).await?.ok_or(OAuthError::InvalidToken)?;
        let scopes = claims.scopes();
        let told = Told { scopes: &scopes, wants_email_verified: standing.wants_email_verified };
        let mut about = of_person(&profile, told);
        about.insert("sub".to_owned(), json!(person.to_string()));
        about.insert("id".to_owned(), json!(person.to_string()));
        if scopes.has(OAuthScope::ProjectRead)
            && let Some(project) = self.project_of(&verified.client.client, person).await?
        {
            about.insert("project".to_owned(), of_project(&project));
        }
        Ok(about)
    }

    /// What the person is in the project that the client belongs to, if both is so.
    async fn project_of(&self, client: &OAuthClient, person: UserId) -> Result<Option<ProjectClaim>, OAuthError> {
        match client.owner {
            ClientOwner::Project(project) => self.projects.membership(project, person).await,
            ClientOwner::Personal(_) | ClientOwner::Workspace(_) | ClientOwner::Itself(_) => Ok(None),
        }
    }
}

//! Who answers for a client, as a person who is asked about it may read it.

use super::error::OAuthError;
use super::model::{Backer, ClientOwner, OAuthClient};
use super::provider::Provider;
use crate::service::AuthService as _;

impl Provider {
    /// Who answers for a client. An owner that is gone took its clients along, so a client without one is unknown.
    pub(super) async fn backer(&self, client: &OAuthClient) -> Result<Backer, OAuthError> {
        let named = match client.owner {
            ClientOwner::Personal(person) => {
                let person = self.auth.person(person).await?;
                person.map(|person| Backer::Person(person.display_name.clone()))
            }
            ClientOwner::Project(project) => self.projects.project_name(project).await?.map(Backer::Project),
            ClientOwner::Itself(_) => Some(client.described_at().map_or(Backer::Nobody, Backer::Host)),
            ClientOwner::Workspace(workspace) => self.projects.workspace_name(workspace).await?.map(Backer::Workspace),
        };
        named.ok_or(OAuthError::UnknownClient)
    }
}

//! What workspaces must know of people, answered by those who know people.

use async_trait::async_trait;
use mainstay_auth::{AuthService, EmailService, Person};
use mainstay_kernel::UserId;
use mainstay_tenancy::{Addresses, Directory, DirectoryError, PersonCard};
use std::sync::Arc;

/// The people of this installation, as members of workspaces see them.
pub(crate) struct People(pub(crate) Arc<dyn AuthService>);

#[async_trait]
impl Directory for People {
    async fn by_email(&self, email: &str) -> Result<Option<PersonCard>, DirectoryError> {
        Ok(self.0.by_email(email).await?.as_deref().map(card))
    }

    async fn cards(&self, users: &[UserId]) -> Result<Vec<PersonCard>, DirectoryError> {
        Ok(self.0.people(users).await?.iter().map(|person| card(person)).collect())
    }
}

/// Whose addresses are whose.
pub(crate) struct Verified(pub(crate) Arc<dyn EmailService>);

#[async_trait]
impl Addresses for Verified {
    async fn verified(&self, user: UserId) -> Result<Vec<String>, DirectoryError> {
        let all = self.0.list(user).await?;
        Ok(all.into_iter().filter(|address| address.is_verified).map(|address| address.email).collect())
    }
}

fn card(person: &Person) -> PersonCard {
    PersonCard { id: person.id, email: person.email.clone(), name: person.display_name.clone() }
}

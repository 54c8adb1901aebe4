//! What this crate must know of people, in its own words.

use async_trait::async_trait;
use mainstay_kernel::{Fault, UserId};
use std::collections::HashMap;

/// A person as other members see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonCard {
    /// The person.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
}

/// Knows people.
#[async_trait]
pub trait Directory: Send + Sync {
    /// The person to whom exactly this verified address belongs, whatever its case.
    ///
    /// # Errors
    /// When people cannot be looked up now.
    async fn by_email(&self, email: &str) -> Result<Option<PersonCard>, DirectoryError>;

    /// The cards of these people, in any order; who is not known is left out.
    ///
    /// # Errors
    /// When people cannot be looked up now.
    async fn cards(&self, users: &[UserId]) -> Result<Vec<PersonCard>, DirectoryError>;
}

/// Knows which addresses are whose.
#[async_trait]
pub trait Addresses: Send + Sync {
    /// Every verified address of the person, in any order.
    ///
    /// # Errors
    /// When people cannot be looked up now.
    async fn verified(&self, user: UserId) -> Result<Vec<String>, DirectoryError>;
}

/// Most people asked of the directory in one go.
const CARDS: usize = 1_000;

/// The cards of these people, who may be named more than once.
pub(crate) async fn cards_of(
    directory: &dyn Directory,
    mut users: Vec<UserId>,
) -> Result<HashMap<UserId, PersonCard>, DirectoryError> {
    users.sort_unstable();
    users.dedup();
    let mut cards = HashMap::with_capacity(users.len());
    for chunk in users.chunks(CARDS) {
        cards.extend(directory.cards(chunk).await?.into_iter().map(|card| (card.id, card)));
    }
    Ok(cards)
}

/// People cannot be looked up, for the reason inside.
#[derive(Debug)]
pub struct DirectoryError(pub Box<dyn Fault>);

impl<F: Fault> From<F> for DirectoryError {
    fn from(cause: F) -> Self {
        Self(Box::new(cause))
    }
}

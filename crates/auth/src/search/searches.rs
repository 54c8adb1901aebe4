//! The rules of the search for people.

use super::service::{Found, SearchService};
use super::store::Card;
use crate::auth::Auth;
use crate::email::Email;
use crate::error::AuthError;
use async_trait::async_trait;
use mainstay_kernel::{FieldError, UserId};
use std::sync::Arc;

/// Fewest and most characters that are searched for.
const LENGTH: std::ops::RangeInclusive<usize> = 2..=254;
/// Most people found.
const MOST: usize = 10;

/// The service over the people of an [`Auth`].
pub struct Searches {
    auth: Arc<Auth>,
}

impl Searches {
    /// The service.
    pub fn new(auth: Arc<Auth>) -> Self {
        Self { auth }
    }

    /// Whose address the text is.
    async fn owner(&self, text: &str) -> Result<Option<UserId>, AuthError> {
        let Ok(email) = Email::parse(text) else { return Ok(None) };
        Ok(self.auth.store.person_by_email(email.key()).await?.map(|person| person.id))
    }

    async fn find(&self, text: &str, owner: Option<UserId>, mut among: Vec<UserId>) -> Result<Vec<Found>, AuthError> {
        among.extend(owner);
        among.sort_unstable();
        among.dedup();
        let wanted = text.to_lowercase();
        let cards = self.auth.store.cards(among).await?;
        let mut found: Vec<Card> =
            cards.into_iter().filter(|card| Some(card.found.id) == owner || card.begins_with(&wanted)).collect();
        found.sort_by_cached_key(|card| (Some(card.found.id) != owner, card.found.display_name.to_lowercase()));
        found.truncate(MOST);
        Ok(found.into_iter().map(|card| card.found).collect())
    }
}

fn checked(text: &str) -> Result<&str, AuthError> {
    let text = text.trim();
    if LENGTH.contains(&text.chars().count()) {
        return Ok(text);
    }
    let message = "Search for 2 to 254 characters.";
    Err(AuthError::Invalid(vec![FieldError::new("q", "length", message)]))
}

#[async_trait]
impl SearchService for Searches {
    async fn search(&self, text: &str, among: Vec<UserId>) -> Result<Vec<Found>, AuthError> {
        let text = checked(text)?;
        let owner = self.owner(text).await?;
        self.find(text, owner, among).await
    }

    async fn search_among(&self, text: &str, among: Vec<UserId>) -> Result<Vec<Found>, AuthError> {
        let text = checked(text)?;
        let owner = self.owner(text).await?.filter(|owner| among.contains(owner));
        self.find(text, owner, among).await
    }
}

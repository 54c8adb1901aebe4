//! The rules of profiles.

use super::service::{Profile, ProfileChange, ProfileService};
use super::store::{Fields, ProfileUpdate};
use super::text::trimmed;
use super::username::Username;
use crate::auth::Auth;
use crate::error::AuthError;
use crate::events;
use async_trait::async_trait;
use mainstay_kernel::{Event, FieldError, Patch, UserId};
use mainstay_store::StoreError;
use serde_json::json;
use std::sync::Arc;

/// The index that lets a username belong to one person.
const ONE_PERSON: &str = "users_username_key_key";

/// The service over the people of an [`Auth`].
pub struct Profiles {
    auth: Arc<Auth>,
}

impl Profiles {
    /// The service.
    pub fn new(auth: Arc<Auth>) -> Self {
        Self { auth }
    }
}

/// The change as it is kept, or everything that is wrong with its texts.
fn fields(change: ProfileChange) -> Result<Fields, AuthError> {
    let mut errors = Vec::new();
    let mut read = |field: &str, patch| trimmed(field, patch).unwrap_or_else(|error| note(&mut errors, error));
    let (surname, given_names) = (read("surname", change.surname), read("givenNames", change.given_names));
    let display_name = read("displayName", change.display_name);
    let native_script = read("nativeScript", change.native_script);
    if !errors.is_empty() {
        return Err(AuthError::Invalid(errors));
    }
    let username = match change.username {
        Patch::Set(text) => Patch::Set(Username::parse(&text)?),
        Patch::Clear => Patch::Clear,
        Patch::Keep => Patch::Keep,
    };
    Ok(Fields {
        surname: surname.into_change(),
        given_names: given_names.into_change(),
        // Cleared, it is kept as the empty text, which nobody can set.
        display_name: display_name.into_change().map(Option::unwrap_or_default),
        native_script: native_script.into_change(),
        preferred_order: change.preferred_order.map(|order| order.as_str().to_owned()).into_change(),
        username_key: username.clone().map(|username| username.key()).into_change(),
        username: username.map(|username| username.as_str().to_owned()).into_change(),
    })
}

fn note(errors: &mut Vec<FieldError>, error: FieldError) -> Patch<String> {
    errors.push(error);
    Patch::Keep
}

#[async_trait]
impl ProfileService for Profiles {
    async fn me(&self, person: UserId) -> Result<Profile, AuthError> {
        self.auth.store.profile(person).await?.ok_or(AuthError::Unauthenticated)
    }

    async fn update(&self, person: UserId, change: ProfileChange) -> Result<Profile, AuthError> {
        let fields = fields(change)?;
        if fields.is_empty() {
            return self.me(person).await;
        }
        let at = self.auth.clock.now();
        let facts = json!({ "user_id": person.to_string(), "fields": fields.names() });
        let event = Event::global(events::USER_UPDATED, facts, self.auth.ids.as_ref(), at);
        match self.auth.store.update_profile(ProfileUpdate { person, fields, event, at }).await {
            Ok(()) => {}
            Err(StoreError::NotUnique(index)) if index == ONE_PERSON => return Err(AuthError::UsernameTaken),
            Err(cause) => return Err(cause.into()),
        }
        self.auth.forget(person);
        self.me(person).await
    }
}

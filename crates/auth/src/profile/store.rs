//! What profiles need kept. Each method is one atomic step.

use super::name::NameOrder;
use super::service::Profile;
use crate::auth::PEOPLE;
use crate::emails::store::EmailStore as _;
use crate::schema::users;
use crate::store::DieselAuthStore;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Timestamp, UserId};
use mainstay_store::changes::Announce as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, StoreResult, Ts, each_backend};

/// The profiles of people.
#[async_trait]
pub trait ProfileStore: Send + Sync {
    /// The profile of a person.
    async fn profile(&self, person: UserId) -> StoreResult<Option<Profile>>;

    /// Changes a profile and tells of it, if there is such a person.
    ///
    /// # Errors
    /// `NotUnique` of `users_username_key_key` for a username that is somebody's.
    async fn update_profile(&self, update: ProfileUpdate) -> StoreResult<()>;
}

/// A change of a profile.
pub struct ProfileUpdate {
    /// Whose.
    pub person: UserId,
    /// What changes.
    pub fields: Fields,
    /// What tells of it.
    pub event: Event,
    /// When.
    pub at: Timestamp,
}

/// The fields that change, as diesel's changesets have them: none keeps, the inner none clears.
#[derive(Debug, Clone, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = users)]
pub struct Fields {
    pub(super) surname: Option<Option<String>>,
    pub(super) given_names: Option<Option<String>>,
    pub(super) display_name: Option<String>,
    pub(super) native_script: Option<Option<String>>,
    pub(super) preferred_order: Option<Option<String>>,
    pub(super) username: Option<Option<String>>,
    pub(super) username_key: Option<Option<String>>,
}

impl Fields {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What changes, by name.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let changed = [
            ("surname", self.surname.is_some()),
            ("given_names", self.given_names.is_some()),
            ("display_name", self.display_name.is_some()),
            ("native_script", self.native_script.is_some()),
            ("preferred_order", self.preferred_order.is_some()),
            ("username", self.username.is_some()),
        ];
        changed.into_iter().filter_map(|(name, changes)| changes.then_some(name)).collect()
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct Row {
    display_name: String,
    surname: Option<String>,
    given_names: Option<String>,
    native_script: Option<String>,
    preferred_order: Option<String>,
    username: Option<String>,
    created_at: Ts,
    updated_at: Ts,
}

#[each_backend]
#[async_trait]
impl ProfileStore for DieselAuthStore<Db> {
    async fn profile(&self, person: UserId) -> StoreResult<Option<Profile>> {
        let found = users::table.find(Id(person.0)).select(Row::as_select());
        let row = self.db.read(|conn| async move { Ok(found.first::<Row>(conn).await.optional()?) }.boxed()).await?;
        let Some(row) = row else { return Ok(None) };
        let emails = self.addresses(person).await?;
        let email = emails.iter().find(|address| address.is_default).map(|address| address.email.clone());
        Ok(Some(Profile {
            id: person,
            email: email.unwrap_or_default(),
            surname: row.surname,
            given_names: row.given_names,
            display_name: Some(row.display_name).filter(|name| !name.is_empty()),
            native_script: row.native_script,
            preferred_order: row.preferred_order.as_deref().and_then(NameOrder::parse),
            username: row.username,
            emails,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }))
    }

    async fn update_profile(&self, update: ProfileUpdate) -> StoreResult<()> {
        self.db
            .write(move |conn| {
                async move {
                    let ProfileUpdate { person, fields, event, at } = update;
                    let set = (fields, users::updated_at.eq(Ts(at)));
                    if diesel::update(users::table.find(Id(person.0))).set(set).execute(conn).await? == 1 {
                        conn.append(&event).await?;
                        conn.announce(PEOPLE, person.to_string(), at).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
    }
}

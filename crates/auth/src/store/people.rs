//! People in the database.

use super::{Credentials, DieselAuthStore, KeepPerson, NewPerson, PeopleStore};
use crate::model::Person;
use crate::schema::{user_emails, users};
use async_trait::async_trait;
use diesel::dsl::{auto_type, exists};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Secret, UserId};
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, StoreResult, Ts, each_backend};

#[derive(Queryable)]
struct PersonRow {
    id: Id,
    email: String,
    display_name: String,
    is_owner: bool,
    created_at: Ts,
    updated_at: Ts,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        // A person who cleared their name is called by their address.
        let local_part = row.email.rsplit_once('@').map_or(row.email.as_str(), |(local, _)| local);
        let display_name = if row.display_name.is_empty() { local_part.to_owned() } else { row.display_name };
        Self {
            id: UserId(row.id.0),
            display_name,
            email: row.email,
            is_installation_owner: row.is_owner,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

type PersonColumns =
    (users::id, user_emails::email, users::display_name, users::is_owner, users::created_at, users::updated_at);

const PERSON: PersonColumns =
    (users::id, user_emails::email, users::display_name, users::is_owner, users::created_at, users::updated_at);

/// People with their default addresses.
#[auto_type]
fn everyone() -> _ {
    let columns: PersonColumns = PERSON;
    users::table.inner_join(user_emails::table).filter(user_emails::is_default.eq(true)).select(columns)
}

/// The verified address with this key.
#[auto_type]
fn verified_address(key: String) -> _ {
    user_emails::table.filter(user_emails::email_key.eq(key)).filter(user_emails::verified_at.is_not_null())
}

#[each_backend]
#[async_trait]
impl KeepPerson for Conn {
    async fn keep_person(&mut self, new: &NewPerson) -> StoreResult<()> {
        let NewPerson { person, email_id, email_key, password_hash, event } = new;
        let user = (
            users::id.eq(Id(person.id.0)),
            users::display_name.eq(&person.display_name),
            users::password_hash.eq(Some(password_hash.expose())),
            users::is_owner.eq(person.is_installation_owner),
            users::created_at.eq(Ts(person.created_at)),
            users::updated_at.eq(Ts(person.updated_at)),
        );
        diesel::insert_into(users::table).values(user).execute(self).await?;
        let address = (
            user_emails::id.eq(Id(*email_id)),
            user_emails::user_id.eq(Id(person.id.0)),
            user_emails::email.eq(&person.email),
            user_emails::email_key.eq(email_key),
            user_emails::is_default.eq(true),
            user_emails::verified_at.eq(Some(Ts(person.created_at))),
            user_emails::created_at.eq(Ts(person.created_at)),
        );
        diesel::insert_into(user_emails::table).values(address).execute(self).await?;
        self.append(event).await
    }

    async fn is_owned(&mut self, email_key: &str) -> StoreResult<bool> {
        let owned = exists(verified_address(email_key.to_owned()));
        Ok(diesel::select(owned).get_result(self).await?)
    }
}

#[each_backend]
#[async_trait]
impl PeopleStore for DieselAuthStore<Db> {
    async fn owner(&self) -> StoreResult<Option<UserId>> {
        let owner = users::table.filter(users::is_owner.eq(true)).select(users::id);
        let id = self.db.read(|conn| async move { Ok(owner.first::<Id>(conn).await.optional()?) }.boxed()).await?;
        Ok(id.map(|id| UserId(id.0)))
    }

    async fn add_person(&self, new: NewPerson) -> StoreResult<()> {
        self.db.write(move |conn| async move { conn.keep_person(&new).await }.boxed()).await
    }

    async fn person(&self, id: UserId) -> StoreResult<Option<Person>> {
        let found = everyone().filter(users::id.eq(Id(id.0)));
        let row = self.db.read(|conn| async move { Ok(found.first::<PersonRow>(conn).await.optional()?) }.boxed());
        Ok(row.await?.map(Into::into))
    }

    async fn people(&self, ids: Vec<UserId>) -> StoreResult<Vec<Person>> {
        let found = everyone().filter(users::id.eq_any(ids.into_iter().map(|id| Id(id.0)).collect::<Vec<_>>()));
        let rows = self.db.scan(move |conn| async move { Ok(found.load::<PersonRow>(conn).await?) }.boxed());
        Ok(rows.await?.into_iter().map(Into::into).collect())
    }

    async fn person_by_email(&self, key: String) -> StoreResult<Option<Person>> {
        let row = self.db.read(|conn| {
            async move {
                let owner = verified_address(key).select(user_emails::user_id).first::<Id>(conn).await.optional()?;
                let Some(owner) = owner else { return Ok(None) };
                Ok(everyone().filter(users::id.eq(owner)).first::<PersonRow>(conn).await.optional()?)
            }
            .boxed()
        });
        Ok(row.await?.map(Into::into))
    }

    async fn credentials(&self, key: String) -> StoreResult<Option<Credentials>> {
        let columns = (users::id, users::password_hash);
        let owner = verified_address(key.clone()).inner_join(users::table).select(columns);
        let first_claim = user_emails::table
            .filter(user_emails::email_key.eq(key))
            .filter(user_emails::verified_at.is_null())
            .inner_join(users::table)
            .order((user_emails::created_at.asc(), user_emails::id.asc()))
            .select(columns);
        let found = self.db.read(|conn| {
            async move {
                if let Some((id, hash)) = owner.first::<(Id, Option<String>)>(conn).await.optional()? {
                    return Ok(Some((id, hash, true)));
                }
                let claim = first_claim.first::<(Id, Option<String>)>(conn).await.optional()?;
                Ok(claim.map(|(id, hash)| (id, hash, false)))
            }
            .boxed()
        });
        let credentials = |(id, hash, is_verified): (Id, Option<String>, bool)| Credentials {
            person: UserId(id.0),
            password_hash: hash.map(Secret::new),
            is_verified,
        };
        Ok(found.await?.map(credentials))
    }

    async fn replace_password_hash(&self, id: UserId, from: Secret<String>, to: Secret<String>) -> StoreResult<bool> {
        self.db
            .write(move |conn| {
                async move {
                    let unchanged = users::table.find(Id(id.0)).filter(users::password_hash.eq(from.expose()));
                    let set = users::password_hash.eq(Some(to.expose()));
                    Ok(diesel::update(unchanged).set(set).execute(conn).await? == 1)
                }
                .boxed()
            })
            .await
    }
}

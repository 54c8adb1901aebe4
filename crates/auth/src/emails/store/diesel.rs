//! Addresses in the database.

use super::{Added, Change, Changed, Claim, Confirmation, Confirmed, EmailStore};
use crate::auth::PEOPLE;
use crate::emails::Address;
use crate::one_time::{OneTime as _, Outcome};
use crate::schema::{user_emails, users};
use crate::store::{DieselAuthStore, KeepPerson as _};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, UserId};
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::Locked;
use mainstay_store::jobs::Enqueue as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, StoreResult, Ts, each_backend};
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = user_emails)]
struct Row {
    id: Id,
    email: String,
    is_default: bool,
    verified_at: Option<Ts>,
    created_at: Ts,
}

impl From<Row> for Address {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            email: row.email,
            is_default: row.is_default,
            is_verified: row.verified_at.is_some(),
            created_at: row.created_at.into(),
        }
    }
}

/// The steps that several methods share, on the connection of their transaction.
#[async_trait]
trait Steps {
    /// The person's claim of the address with this key.
    async fn claim_of(&mut self, person: UserId, email_key: &str) -> StoreResult<Option<Address>>;

    /// The person's address with this id; nobody else changes the person's addresses until the transaction ends.
    async fn held(&mut self, person: UserId, address: Uuid) -> StoreResult<Option<Address>>;

    /// Mails the code of a claim.
    async fn mail_code(&mut self, claim: &Claim, address: Address) -> StoreResult<Added>;

    /// Makes mail go to this address instead of the one it went to until now.
    async fn promote(&mut self, change: &Change, old: String, new: &Address) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn claim_of(&mut self, person: UserId, email_key: &str) -> StoreResult<Option<Address>> {
        let own = user_emails::table.filter(user_emails::user_id.eq(Id(person.0)));
        let found = own.filter(user_emails::email_key.eq(email_key)).select(Row::as_select());
        Ok(found.first(self).await.optional()?.map(Into::into))
    }

    async fn held(&mut self, person: UserId, address: Uuid) -> StoreResult<Option<Address>> {
        let holder = users::table.find(Id(person.0)).select(users::id);
        let _: Option<Id> = Locked(holder).get_result(self).await.optional()?;
        let own = user_emails::table.find(Id(address)).filter(user_emails::user_id.eq(Id(person.0)));
        Ok(own.select(Row::as_select()).first(self).await.optional()?.map(Into::into))
    }

    async fn mail_code(&mut self, claim: &Claim, address: Address) -> StoreResult<Added> {
        match self.send_code(&claim.mail).await? {
            Ok(()) => Ok(Added::Claimed(address)),
            Err(wait) => Ok(Added::TooSoon(wait)),
        }
    }

    async fn promote(&mut self, change: &Change, old: String, new: &Address) -> StoreResult<()> {
        let own = user_emails::table.filter(user_emails::user_id.eq(Id(change.person.0)));
        // Two defaults may not exist even for a moment.
        let default = own.filter(user_emails::is_default.eq(true));
        diesel::update(default).set(user_emails::is_default.eq(false)).execute(self).await?;
        let chosen = user_emails::table.find(Id(new.id));
        diesel::update(chosen).set(user_emails::is_default.eq(true)).execute(self).await?;
        let person = users::table.find(Id(change.person.0));
        diesel::update(person).set(users::updated_at.eq(Ts(change.at))).execute(self).await?;
        let (event, mail) = (change.letters)(old, new.email.clone());
        self.append(&event).await?;
        self.enqueue(&mail, change.at).await?;
        self.announce(PEOPLE, change.person.to_string(), change.at).await
    }
}

#[each_backend]
#[async_trait]
impl EmailStore for DieselAuthStore<Db> {
    async fn addresses(&self, person: UserId) -> StoreResult<Vec<Address>> {
        let own = user_emails::table.filter(user_emails::user_id.eq(Id(person.0)));
        let ordered = own.order((user_emails::created_at, user_emails::id)).select(Row::as_select());
        let rows = self.db.read(|conn| async move { Ok(ordered.load::<Row>(conn).await?) }.boxed());
        Ok(rows.await?.into_iter().map(Into::into).collect())
    }

    async fn claim_address(&self, claim: Claim) -> StoreResult<Added> {
        self.db
            .write(move |conn| {
                async move {
                    if conn.is_owned(&claim.email_key).await? {
                        return Ok(Added::Owned);
                    }
                    if let Some(address) = conn.claim_of(claim.person, &claim.email_key).await? {
                        return conn.mail_code(&claim, address).await;
                    }
                    // Before the row is written: a refusal leaves nothing behind.
                    let (id, email, created_at) = (claim.id, claim.email.clone(), claim.mail.at);
                    let address = Address { id, email, is_default: false, is_verified: false, created_at };
                    let sent = conn.mail_code(&claim, address).await?;
                    if let Added::Claimed(_) = sent {
                        let row = (
                            user_emails::id.eq(Id(claim.id)),
                            user_emails::user_id.eq(Id(claim.person.0)),
                            user_emails::email.eq(&claim.email),
                            user_emails::email_key.eq(&claim.email_key),
                            user_emails::is_default.eq(false),
                            user_emails::created_at.eq(Ts(created_at)),
                        );
                        diesel::insert_into(user_emails::table).values(row).execute(conn).await?;
                        conn.append(&claim.event).await?;
                        conn.announce(PEOPLE, claim.person.to_string(), created_at).await?;
                    }
                    Ok(sent)
                }
                .boxed()
            })
            .await
    }

    async fn resend_address_code(&self, claim: Claim) -> StoreResult<Added> {
        self.db
            .write(move |conn| {
                async move {
                    match conn.claim_of(claim.person, &claim.email_key).await? {
                        None => Ok(Added::NotFound),
                        Some(address) if address.is_verified => Ok(Added::Owned),
                        Some(address) => conn.mail_code(&claim, address).await,
                    }
                }
                .boxed()
            })
            .await
    }

    async fn confirm_address(&self, confirmation: Confirmation) -> StoreResult<Confirmed> {
        self.db
            .write(move |conn| {
                async move {
                    let Confirmation { person, email_key, guess, event, at } = confirmation;
                    let address = match conn.claim_of(person, &email_key).await? {
                        None => return Ok(Confirmed::NotFound),
                        Some(address) if address.is_verified => return Ok(Confirmed::Already),
                        Some(address) => address,
                    };
                    let outcome = conn.guess_code(&guess).await?;
                    if outcome != Outcome::Right {
                        return Ok(Confirmed::Tried(outcome));
                    }
                    if conn.is_owned(&email_key).await? {
                        return Ok(Confirmed::Owned);
                    }
                    let row = user_emails::table.find(Id(address.id));
                    diesel::update(row).set(user_emails::verified_at.eq(Some(Ts(at)))).execute(conn).await?;
                    conn.append(&event).await?;
                    conn.announce(PEOPLE, person.to_string(), at).await?;
                    Ok(Confirmed::Verified(Address { is_verified: true, ..address }))
                }
                .boxed()
            })
            .await
    }

    async fn make_address_default(&self, change: Change) -> StoreResult<Changed> {
        self.db
            .write(move |conn| {
                async move {
                    let Some(address) = conn.held(change.person, change.address).await? else {
                        return Ok(Changed::NotFound);
                    };
                    if !address.is_verified {
                        return Ok(Changed::NotVerified);
                    }
                    if !address.is_default {
                        let own = user_emails::table.filter(user_emails::user_id.eq(Id(change.person.0)));
                        let default = own.filter(user_emails::is_default.eq(true)).select(user_emails::email);
                        let old: String = default.first(conn).await?;
                        conn.promote(&change, old, &address).await?;
                    }
                    Ok(Changed::Done(Address { is_default: true, ..address }))
                }
                .boxed()
            })
            .await
    }

    async fn remove_address(&self, change: Change, removed: Event) -> StoreResult<Changed> {
        self.db
            .write(move |conn| {
                async move {
                    let Some(address) = conn.held(change.person, change.address).await? else {
                        return Ok(Changed::NotFound);
                    };
                    let others = user_emails::table
                        .filter(user_emails::user_id.eq(Id(change.person.0)))
                        .filter(user_emails::id.ne(Id(address.id)))
                        .filter(user_emails::verified_at.is_not_null())
                        .order((user_emails::verified_at, user_emails::id));
                    let next: Option<Row> = others.select(Row::as_select()).first(conn).await.optional()?;
                    if address.is_verified && next.is_none() {
                        return Ok(Changed::OnlyOne);
                    }
                    diesel::delete(user_emails::table.find(Id(address.id))).execute(conn).await?;
                    conn.append(&removed).await?;
                    match next.filter(|_| address.is_default) {
                        Some(next) => conn.promote(&change, address.email.clone(), &next.into()).await?,
                        None => conn.announce(PEOPLE, change.person.to_string(), change.at).await?,
                    }
                    Ok(Changed::Done(address))
                }
                .boxed()
            })
            .await
    }
}

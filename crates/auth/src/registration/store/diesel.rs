//! Registrations in the database.

use super::{Account, Completed, Mail, Mailed, Proof, RegistrationStore, Verification, Verified};
use crate::one_time::{FinishSignUp, LIFETIME, OneTime, Outcome, Purpose as _, SignUp, Spent};
use crate::schema::registrations;
use crate::store::{DieselAuthStore, KeepPerson as _, KeepSession as _};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use mainstay_store::dialect::Locked;
use mainstay_store::{StoreResult, Ts, each_backend};

/// The steps that several methods share, on the connection of their transaction.
#[async_trait]
trait Steps {
    /// Nobody else changes the registration, if there is one, until the transaction ends. Taken before anything
    /// else of a registration, so that no two wait for each other.
    async fn hold(&mut self, email_key: &str) -> StoreResult<()>;

    /// Whether the address was verified lately and no newer code waits.
    async fn is_verified(&mut self, email_key: &str, now: Timestamp) -> StoreResult<bool>;

    /// Whether this address verified lately, or any when none is given.
    async fn verified_lately(&mut self, email_key: &str, from: Option<String>, now: Timestamp) -> StoreResult<bool>;

    /// Adds the account and ends the registration.
    async fn keep_account(&mut self, account: &Account) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn hold(&mut self, email_key: &str) -> StoreResult<()> {
        let row = registrations::table.find(email_key).select(registrations::email_key);
        let _: Option<String> = Locked(row).get_result(self).await.optional()?;
        Ok(())
    }

    async fn is_verified(&mut self, email_key: &str, now: Timestamp) -> StoreResult<bool> {
        Ok(self.verified_lately(email_key, None, now).await? && !self.has_code(SignUp::NAME, email_key).await?)
    }

    async fn verified_lately(&mut self, email_key: &str, from: Option<String>, now: Timestamp) -> StoreResult<bool> {
        let columns = (registrations::verified_at, registrations::verified_from);
        let found: Option<(Option<Ts>, Option<String>)> =
            registrations::table.find(email_key).select(columns).first(self).await.optional()?;
        let Some((Some(Ts(verified_at)), verified_from)) = found else { return Ok(false) };
        Ok(now < verified_at.plus(LIFETIME) && (from.is_none() || from == verified_from))
    }

    async fn keep_account(&mut self, account: &Account) -> StoreResult<()> {
        let key = &account.person.email_key;
        diesel::delete(registrations::table.find(key)).execute(self).await?;
        self.drop_code(SignUp::NAME, key).await?;
        self.drop_link(FinishSignUp::NAME, key).await?;
        self.keep_person(&account.person).await?;
        self.begin_session(&account.beginning).await.map(drop)
    }
}

#[each_backend]
#[async_trait]
impl RegistrationStore for DieselAuthStore<Db> {
    async fn start_registration(&self, mail: Mail) -> StoreResult<Mailed> {
        self.db
            .write(move |conn| {
                async move {
                    if conn.is_owned(&mail.email_key).await? {
                        return Ok(Mailed::Verified);
                    }
                    let row =
                        (registrations::email_key.eq(&mail.email_key), registrations::created_at.eq(Ts(mail.code.at)));
                    diesel::insert_into(registrations::table)
                        .values(row)
                        .on_conflict(registrations::email_key)
                        .do_update()
                        .set(registrations::created_at.eq(Ts(mail.code.at)))
                        .execute(conn)
                        .await?;
                    Ok(conn.send_code(&mail.code).await?.map_or_else(Mailed::TooSoon, |()| Mailed::Sent))
                }
                .boxed()
            })
            .await
    }

    async fn resend_registration(&self, mail: Mail) -> StoreResult<Mailed> {
        self.db
            .write(move |conn| {
                async move {
                    conn.hold(&mail.email_key).await?;
                    if conn.is_owned(&mail.email_key).await? || conn.is_verified(&mail.email_key, mail.code.at).await? {
                        return Ok(Mailed::Verified);
                    }
                    if !conn.has_code(SignUp::NAME, &mail.email_key).await? {
                        return Ok(Mailed::NotStarted);
                    }
                    Ok(conn.send_code(&mail.code).await?.map_or_else(Mailed::TooSoon, |()| Mailed::Sent))
                }
                .boxed()
            })
            .await
    }

    async fn verify_registration(&self, verification: Verification) -> StoreResult<Verified> {
        self.db
            .write(move |conn| {
                async move {
                    let Verification { email_key, guess, link, from, at } = verification;
                    conn.hold(&email_key).await?;
                    if conn.is_owned(&email_key).await? || conn.is_verified(&email_key, at).await? {
                        return Ok(Verified::Already);
                    }
                    let outcome = conn.guess_code(&guess).await?;
                    if outcome == Outcome::Right {
                        let set = (
                            registrations::verified_at.eq(Some(Ts(at))),
                            registrations::verified_from.eq(from.map(|address| address.to_string())),
                        );
                        diesel::update(registrations::table.find(&email_key)).set(set).execute(conn).await?;
                        conn.put_link(&link).await?;
                    }
                    Ok(Verified::Tried(outcome))
                }
                .boxed()
            })
            .await
    }

    async fn is_proven(&self, email_key: String, proof: Proof, now: Timestamp) -> StoreResult<Completed> {
        self.db
            .read(|conn| {
                async move {
                    // The proof first: whoever uses it up at this moment owns the address from then on.
                    let proven = match proof {
                        Proof::Link(key) => conn.look_at_link(&key, now).await? == Spent::Stood(email_key.clone()),
                        Proof::Address(None) => false,
                        Proof::Address(Some(from)) => {
                            conn.verified_lately(&email_key, Some(from.to_string()), now).await?
                        }
                    };
                    if conn.is_owned(&email_key).await? {
                        return Ok(Completed::Already);
                    }
                    Ok(if proven { Completed::Proven } else { Completed::NotProven })
                }
                .boxed()
            })
            .await
    }

    async fn complete_registration(&self, account: Account, proof: Proof) -> StoreResult<Completed> {
        self.db
            .write(move |conn| {
                async move {
                    let (key, now) = (&account.person.email_key, account.beginning.session.created_at);
                    conn.hold(key).await?;
                    if conn.is_owned(key).await? {
                        return Ok(Completed::Already);
                    }
                    let proven = match &proof {
                        Proof::Link(link) => conn.spend_link(link, now).await? == Spent::Stood(key.clone()),
                        Proof::Address(None) => false,
                        Proof::Address(Some(from)) => conn.verified_lately(key, Some(from.to_string()), now).await?,
                    };
                    if !proven {
                        return Ok(Completed::NotProven);
                    }
                    conn.keep_account(&account).await?;
                    Ok(Completed::Proven)
                }
                .boxed()
            })
            .await
    }

    async fn add_account(&self, account: Account) -> StoreResult<()> {
        self.db
            .write(move |conn| {
                async move {
                    conn.hold(&account.person.email_key).await?;
                    conn.keep_account(&account).await
                }
                .boxed()
            })
            .await
    }
}

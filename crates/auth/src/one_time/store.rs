//! One-time secrets in the database, for the stores that use them: on the connection of their own transaction.

use super::code::{Guess, KeptCode, NewCode, Outcome};
use super::link::{LinkKey, NewLink, Spent};
use super::quota::{QuotaKey, one_more};
use crate::schema::{mail_quotas, one_time_codes, one_time_links};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use mainstay_kernel::Timestamp;
use mainstay_store::dialect::Locked;
use mainstay_store::jobs::{Enqueue as _, NewJob};
use mainstay_store::{Json, StoreResult, Ts, each_backend};

/// A code on its way.
pub struct CodeMail {
    /// The code.
    pub code: NewCode,
    /// What it counts against.
    pub quota: QuotaKey,
    /// The job that mails it.
    pub job: NewJob,
    /// When.
    pub at: Timestamp,
}

/// What a store does with one-time secrets inside its transaction.
#[async_trait]
pub(crate) trait OneTime {
    /// Keeps a code in place of the older one, with no tries.
    async fn put_code(&mut self, code: &NewCode) -> StoreResult<()>;

    /// Keeps and mails a code; on `Err` its address was written to too often, and may be again in so many seconds.
    async fn send_code(&mut self, mail: &CodeMail) -> StoreResult<Result<(), u64>>;

    /// Whether a code was drawn and not used, however old it is.
    async fn has_code(&mut self, purpose: &'static str, subject: &str) -> StoreResult<bool>;

    /// Deletes the code about a subject, if there is one.
    async fn drop_code(&mut self, purpose: &'static str, subject: &str) -> StoreResult<()>;

    /// Counts a try and uses the code up when it is right. Tries of one code follow each other, since
    /// the row is held.
    async fn guess_code(&mut self, guess: &Guess) -> StoreResult<Outcome>;

    /// Keeps a link in place of the older one.
    async fn put_link(&mut self, link: &NewLink) -> StoreResult<()>;

    /// What the link is about, without using it up.
    async fn look_at_link(&mut self, key: &LinkKey, now: Timestamp) -> StoreResult<Spent>;

    /// Uses a link up, by one statement: of many callers one finds that it stood.
    async fn spend_link(&mut self, key: &LinkKey, now: Timestamp) -> StoreResult<Spent>;

    /// Deletes the link about a subject, if there is one.
    async fn drop_link(&mut self, purpose: &'static str, subject: &str) -> StoreResult<()>;

    /// Counts one more mail; on `Err` it must not be sent for so many seconds.
    async fn take_quota(&mut self, key: &QuotaKey, now: Timestamp) -> StoreResult<Result<(), u64>>;
}

#[each_backend]
#[async_trait]
impl OneTime for Conn {
    async fn put_code(&mut self, code: &NewCode) -> StoreResult<()> {
        let row = (
            one_time_codes::purpose.eq(code.purpose),
            one_time_codes::subject.eq(&code.subject),
            one_time_codes::hash.eq(&code.hash),
            one_time_codes::attempts.eq(0),
            one_time_codes::expires_at.eq(Ts(code.expires_at)),
            one_time_codes::created_at.eq(Ts(code.at)),
        );
        diesel::insert_into(one_time_codes::table)
            .values(row)
            .on_conflict((one_time_codes::purpose, one_time_codes::subject))
            .do_update()
            .set((
                one_time_codes::hash.eq(excluded(one_time_codes::hash)),
                one_time_codes::attempts.eq(0),
                one_time_codes::expires_at.eq(excluded(one_time_codes::expires_at)),
                one_time_codes::created_at.eq(excluded(one_time_codes::created_at)),
            ))
            .execute(self)
            .await?;
        Ok(())
    }

    async fn send_code(&mut self, mail: &CodeMail) -> StoreResult<Result<(), u64>> {
        if let Err(wait) = self.take_quota(&mail.quota, mail.at).await? {
            return Ok(Err(wait));
        }
        self.put_code(&mail.code).await?;
        self.enqueue(&mail.job, mail.at).await?;
        Ok(Ok(()))
    }

    async fn has_code(&mut self, purpose: &'static str, subject: &str) -> StoreResult<bool> {
        let found = one_time_codes::table.find((purpose, subject)).select(one_time_codes::attempts);
        Ok(found.first::<i32>(self).await.optional()?.is_some())
    }

    async fn drop_code(&mut self, purpose: &'static str, subject: &str) -> StoreResult<()> {
        diesel::delete(one_time_codes::table.find((purpose, subject))).execute(self).await?;
        Ok(())
    }

    async fn guess_code(&mut self, guess: &Guess) -> StoreResult<Outcome> {
        let row = one_time_codes::table.find((guess.purpose, &guess.subject));
        let columns = (one_time_codes::hash, one_time_codes::attempts, one_time_codes::expires_at);
        let found: Option<(Vec<u8>, i32, Ts)> = Locked(row.select(columns)).get_result(self).await.optional()?;
        let Some((hash, attempts, Ts(expires_at))) = found else { return Ok(Outcome::NoCode) };
        let outcome = KeptCode { hash, attempts, expires_at }.judge(guess);
        match outcome {
            Outcome::Right => {
                diesel::delete(row).execute(self).await?;
            }
            Outcome::Wrong => {
                let counted = one_time_codes::attempts.eq(one_time_codes::attempts + 1);
                diesel::update(row).set(counted).execute(self).await?;
            }
            Outcome::NoCode | Outcome::TooManyAttempts | Outcome::Expired => {}
        }
        Ok(outcome)
    }

    async fn put_link(&mut self, link: &NewLink) -> StoreResult<()> {
        let row = (
            one_time_links::purpose.eq(link.key.purpose),
            one_time_links::subject.eq(&link.subject),
            one_time_links::hash.eq(&link.key.hash),
            one_time_links::expires_at.eq(Ts(link.expires_at)),
            one_time_links::created_at.eq(Ts(link.at)),
        );
        diesel::insert_into(one_time_links::table)
            .values(row)
            .on_conflict((one_time_links::purpose, one_time_links::subject))
            .do_update()
            .set((
                one_time_links::hash.eq(excluded(one_time_links::hash)),
                one_time_links::expires_at.eq(excluded(one_time_links::expires_at)),
                one_time_links::created_at.eq(excluded(one_time_links::created_at)),
            ))
            .execute(self)
            .await?;
        Ok(())
    }

    async fn look_at_link(&mut self, key: &LinkKey, now: Timestamp) -> StoreResult<Spent> {
        let found: Option<(String, Ts)> = one_time_links::table
            .filter(one_time_links::hash.eq(&key.hash))
            .filter(one_time_links::purpose.eq(key.purpose))
            .select((one_time_links::subject, one_time_links::expires_at))
            .first(self)
            .await
            .optional()?;
        Ok(match found {
            Some((subject, Ts(expires_at))) if now < expires_at => Spent::Stood(subject),
            Some((subject, _)) => Spent::Expired(subject),
            None => Spent::Unknown,
        })
    }

    async fn spend_link(&mut self, key: &LinkKey, now: Timestamp) -> StoreResult<Spent> {
        let standing = one_time_links::table
            .filter(one_time_links::hash.eq(&key.hash))
            .filter(one_time_links::purpose.eq(key.purpose))
            .filter(one_time_links::expires_at.gt(Ts(now)));
        let subject: Option<String> =
            diesel::delete(standing).returning(one_time_links::subject).get_result(self).await.optional()?;
        match subject {
            Some(subject) => Ok(Spent::Stood(subject)),
            None => self.look_at_link(key, now).await,
        }
    }

    async fn drop_link(&mut self, purpose: &'static str, subject: &str) -> StoreResult<()> {
        diesel::delete(one_time_links::table.find((purpose, subject))).execute(self).await?;
        Ok(())
    }

    async fn take_quota(&mut self, key: &QuotaKey, now: Timestamp) -> StoreResult<Result<(), u64>> {
        let fresh = (
            mail_quotas::kind.eq(key.kind),
            mail_quotas::address_key.eq(&key.address),
            mail_quotas::sent.eq(Json(Vec::<i64>::new())),
            mail_quotas::updated_at.eq(Ts(now)),
        );
        diesel::insert_into(mail_quotas::table).values(fresh).on_conflict_do_nothing().execute(self).await?;
        let row = mail_quotas::table.find((key.kind, &key.address));
        let Json(sent): Json<Vec<i64>> = Locked(row.select(mail_quotas::sent)).get_result(self).await?;
        let more = match one_more(&sent, now) {
            Ok(more) => more,
            Err(wait) => return Ok(Err(wait)),
        };
        let counted = (mail_quotas::sent.eq(Json(more)), mail_quotas::updated_at.eq(Ts(now)));
        diesel::update(row).set(counted).execute(self).await?;
        Ok(Ok(()))
    }
}

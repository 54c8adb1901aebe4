//! Challenges in the database.

use super::{Answer, Answered, ChallengeStore, Challenged, KeepChallenge, UseFactor as _};
use crate::one_time::LinkKey;
use crate::schema::{second_factor_challenges as challenges, second_factors};
use crate::second_factor::challenge::{MAX_ATTEMPTS, NewChallenge, password_digest};
use crate::store::{DieselAuthStore, KeepSession as _};
use async_trait::async_trait;
use diesel::dsl::auto_type;
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Timestamp, UserId};
use mainstay_store::{Id, StoreResult, Ts, each_backend};

/// The challenge with this hash, while it has time and tries left.
#[auto_type]
fn standing(hash: Vec<u8>, now: Ts) -> _ {
    let most: i32 = MAX_ATTEMPTS;
    challenges::table
        .filter(challenges::hash.eq(hash))
        .filter(challenges::expires_at.gt(now))
        .filter(challenges::attempts.lt(most))
}

#[each_backend]
#[async_trait]
impl KeepChallenge for Conn {
    async fn put_challenge(&mut self, challenge: &NewChallenge) -> StoreResult<()> {
        let row = (
            challenges::user_id.eq(Id(challenge.person.0)),
            challenges::hash.eq(&challenge.hash),
            challenges::password_digest.eq(&challenge.password_digest),
            challenges::attempts.eq(0),
            challenges::expires_at.eq(Ts(challenge.expires_at)),
            challenges::created_at.eq(Ts(challenge.at)),
        );
        diesel::insert_into(challenges::table)
            .values(row)
            .on_conflict(challenges::user_id)
            .do_update()
            .set((
                challenges::hash.eq(excluded(challenges::hash)),
                challenges::password_digest.eq(excluded(challenges::password_digest)),
                challenges::attempts.eq(0),
                challenges::expires_at.eq(excluded(challenges::expires_at)),
                challenges::created_at.eq(excluded(challenges::created_at)),
            ))
            .execute(self)
            .await?;
        Ok(())
    }

    async fn drop_challenge(&mut self, person: UserId) -> StoreResult<()> {
        diesel::delete(challenges::table.find(Id(person.0))).execute(self).await?;
        Ok(())
    }
}

#[each_backend]
#[async_trait]
impl ChallengeStore for DieselAuthStore<Db> {
    async fn challenged(&self, key: LinkKey, now: Timestamp) -> StoreResult<Option<Challenged>> {
        let found = standing(key.hash, Ts(now))
            .inner_join(second_factors::table.on(second_factors::user_id.eq(challenges::user_id)))
            .select((challenges::user_id, second_factors::sealed_secret));
        let row = self
            .db
            .read(|conn| async move { Ok(found.first::<(Id, Vec<u8>)>(conn).await.optional()?) }.boxed())
            .await?;
        Ok(row.map(|(id, sealed_secret)| Challenged { person: UserId(id.0), sealed_secret }))
    }

    async fn answer_challenge(&self, answer: Answer) -> StoreResult<Answered> {
        self.db
            .write(move |conn| {
                async move {
                    let Answer { key, proof, beginning } = answer;
                    // Held, so that a change of the password comes before this session or ends it.
                    let password = conn.hold_person(proof.person).await?.unwrap_or_default();
                    let bound = standing(key.hash, Ts(proof.at))
                        .filter(challenges::user_id.eq(Id(proof.person.0)))
                        .filter(challenges::password_digest.eq(password_digest(&password)));
                    let counted = challenges::attempts.eq(challenges::attempts + 1);
                    if diesel::update(bound).set(counted).execute(conn).await? == 0 {
                        return Ok(Answered::Void);
                    }
                    if !conn.use_proof(&proof).await? {
                        return Ok(Answered::Wrong);
                    }
                    conn.drop_challenge(proof.person).await?;
                    conn.begin_session(&beginning).await.map(Answered::Begun)
                }
                .boxed()
            })
            .await
    }
}

//! Second factors and recovery codes in the database.

use super::{Disabling, Enabled, Enabling, KeepChallenge as _, PendingSecret, Proof, Proven, Renewal};
use super::{SealedSecrets, SecondFactorStore, Shown, UseFactor};
use crate::schema::{pending_second_factors as pending, recovery_codes, second_factors, users};
use crate::second_factor::service::SecondFactorStatus;
use crate::store::{DieselAuthStore, EndSessions as _};
use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Timestamp, UserId};
use mainstay_store::dialect::Locked;
use mainstay_store::jobs::Enqueue as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, StoreResult, Ts, each_backend};

#[each_backend]
#[async_trait]
impl UseFactor for Conn {
    async fn hold_person(&mut self, person: UserId) -> StoreResult<Option<String>> {
        let hash = users::table.find(Id(person.0)).select(users::password_hash);
        let found: Option<Option<String>> = Locked(hash).get_result(self).await.optional()?;
        Ok(found.flatten())
    }

    async fn has_second_factor(&mut self, person: UserId) -> StoreResult<bool> {
        Ok(diesel::select(exists(second_factors::table.find(Id(person.0)))).get_result(self).await?)
    }

    async fn use_proof(&mut self, proof: &Proof) -> StoreResult<bool> {
        let person = Id(proof.person.0);
        match &proof.shown {
            Shown::Totp(step) => {
                // Of a secret that was replaced meanwhile a code proves nothing.
                let unused = second_factors::table
                    .find(person)
                    .filter(second_factors::sealed_secret.eq(&proof.sealed_secret))
                    .filter(second_factors::last_step.lt(*step));
                Ok(diesel::update(unused).set(second_factors::last_step.eq(*step)).execute(self).await? == 1)
            }
            Shown::RecoveryCode(hashes) => {
                let code = recovery_codes::table
                    .filter(recovery_codes::user_id.eq(person))
                    .filter(recovery_codes::hash.eq_any(hashes.clone()));
                let is_used = diesel::delete(code).execute(self).await? == 1;
                if is_used {
                    self.append(&proof.recovery_event).await?;
                }
                Ok(is_used)
            }
            Shown::Wrong => Ok(false),
        }
    }
}

/// What belongs to a second factor, on a store's own connection.
#[async_trait]
trait KeepFactor {
    /// Uses a code up in the name of whoever holds it, or says why that cannot be.
    async fn prove(&mut self, proof: &Proof) -> StoreResult<Proven>;

    /// Keeps recovery codes in place of all older ones.
    async fn put_recovery_codes(&mut self, person: UserId, hashes: &[Vec<u8>], at: Timestamp) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl KeepFactor for Conn {
    async fn prove(&mut self, proof: &Proof) -> StoreResult<Proven> {
        self.hold_person(proof.person).await?;
        if !self.has_second_factor(proof.person).await? {
            return Ok(Proven::NotEnabled);
        }
        Ok(if self.use_proof(proof).await? { Proven::Done } else { Proven::Wrong })
    }

    async fn put_recovery_codes(&mut self, person: UserId, hashes: &[Vec<u8>], at: Timestamp) -> StoreResult<()> {
        let older = recovery_codes::table.filter(recovery_codes::user_id.eq(Id(person.0)));
        diesel::delete(older).execute(self).await?;
        for hash in hashes {
            let row = (
                recovery_codes::user_id.eq(Id(person.0)),
                recovery_codes::hash.eq(hash),
                recovery_codes::created_at.eq(Ts(at)),
            );
            diesel::insert_into(recovery_codes::table).values(row).execute(self).await?;
        }
        Ok(())
    }
}

#[each_backend]
#[async_trait]
impl SecondFactorStore for DieselAuthStore<Db> {
    async fn has_second_factor(&self, person: UserId) -> StoreResult<bool> {
        self.db.read(move |conn| async move { conn.has_second_factor(person).await }.boxed()).await
    }

    async fn second_factor_status(&self, person: UserId) -> StoreResult<SecondFactorStatus> {
        self.db
            .read(move |conn| {
                async move {
                    let codes = recovery_codes::table.filter(recovery_codes::user_id.eq(Id(person.0)));
                    let left: i64 = codes.count().get_result(conn).await?;
                    Ok(SecondFactorStatus {
                        is_enabled: conn.has_second_factor(person).await?,
                        recovery_codes_left: usize::try_from(left).unwrap_or_default(),
                    })
                }
                .boxed()
            })
            .await
    }

    async fn second_factor(&self, person: UserId) -> StoreResult<SealedSecrets> {
        self.db
            .read(move |conn| {
                async move {
                    let enabled = second_factors::table.find(Id(person.0)).select(second_factors::sealed_secret);
                    let waiting =
                        pending::table.find(Id(person.0)).select((pending::sealed_secret, pending::expires_at));
                    let waiting: Option<(Vec<u8>, Ts)> = waiting.first(conn).await.optional()?;
                    Ok(SealedSecrets {
                        enabled: enabled.first(conn).await.optional()?,
                        pending: waiting.map(|(sealed, Ts(expires_at))| (sealed, expires_at)),
                    })
                }
                .boxed()
            })
            .await
    }

    async fn put_pending_second_factor(&self, secret: PendingSecret) -> StoreResult<bool> {
        self.db
            .write(move |conn| {
                async move {
                    conn.hold_person(secret.person).await?;
                    if conn.has_second_factor(secret.person).await? {
                        return Ok(false);
                    }
                    let row = (
                        pending::user_id.eq(Id(secret.person.0)),
                        pending::sealed_secret.eq(&secret.sealed_secret),
                        pending::expires_at.eq(Ts(secret.expires_at)),
                        pending::created_at.eq(Ts(secret.at)),
                    );
                    let newer = (
                        pending::sealed_secret.eq(excluded(pending::sealed_secret)),
                        pending::expires_at.eq(excluded(pending::expires_at)),
                        pending::created_at.eq(excluded(pending::created_at)),
                    );
                    let insert = diesel::insert_into(pending::table).values(row);
                    insert.on_conflict(pending::user_id).do_update().set(newer).execute(conn).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await
    }

    async fn enable_second_factor(&self, enabling: Enabling) -> StoreResult<Enabled> {
        self.db
            .write(move |conn| {
                async move {
                    let Enabling { sealed_secret, step, recovery_hashes, ending, event, mail } = enabling;
                    let (person, at) = (ending.person, ending.at);
                    conn.hold_person(person).await?;
                    if conn.has_second_factor(person).await? {
                        return Ok(Enabled::Already);
                    }
                    let waiting = pending::table
                        .find(Id(person.0))
                        .filter(pending::sealed_secret.eq(&sealed_secret))
                        .filter(pending::expires_at.gt(Ts(at)));
                    if diesel::delete(waiting).execute(conn).await? == 0 {
                        return Ok(Enabled::NotPending);
                    }
                    let row = (
                        second_factors::user_id.eq(Id(person.0)),
                        second_factors::sealed_secret.eq(&sealed_secret),
                        second_factors::last_step.eq(step),
                        second_factors::created_at.eq(Ts(at)),
                    );
                    diesel::insert_into(second_factors::table).values(row).execute(conn).await?;
                    conn.put_recovery_codes(person, &recovery_hashes, at).await?;
                    conn.append(&event).await?;
                    conn.enqueue(&mail, at).await?;
                    conn.end_sessions(&ending).await.map(Enabled::Done)
                }
                .boxed()
            })
            .await
    }

    async fn disable_second_factor(&self, disabling: Disabling) -> StoreResult<Proven> {
        self.db
            .write(move |conn| {
                async move {
                    let Disabling { proof, event, mail } = disabling;
                    let proven = conn.prove(&proof).await?;
                    if proven == Proven::Done {
                        diesel::delete(second_factors::table.find(Id(proof.person.0))).execute(conn).await?;
                        conn.put_recovery_codes(proof.person, &[], proof.at).await?;
                        conn.drop_challenge(proof.person).await?;
                        conn.append(&event).await?;
                        conn.enqueue(&mail, proof.at).await?;
                    }
                    Ok(proven)
                }
                .boxed()
            })
            .await
    }

    async fn renew_recovery_codes(&self, renewal: Renewal) -> StoreResult<Proven> {
        self.db
            .write(move |conn| {
                async move {
                    let Renewal { proof, recovery_hashes, event } = renewal;
                    let proven = conn.prove(&proof).await?;
                    if proven == Proven::Done {
                        conn.put_recovery_codes(proof.person, &recovery_hashes, proof.at).await?;
                        conn.append(&event).await?;
                    }
                    Ok(proven)
                }
                .boxed()
            })
            .await
    }
}

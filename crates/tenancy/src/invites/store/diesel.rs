//! The store over diesel, written once for both databases.

use super::rows::{InviteRow, NewInviteRow};
use super::{Ground, InviteRequest, InviteStanding, InviteStep, InviteStore, Subject, Taking};
use crate::ids::InviteId;
use crate::invites::error::InviteError;
use crate::invites::model::{Invite, Place};
use crate::invites::token::TokenHash;
use crate::known::{MEMBERSHIPS, seat_subject};
use crate::projects::store::rows::ProjectRow;
use crate::projects::store::tables::ProjectTables as _;
use crate::projects::{Project, SeatOf};
use crate::schema::{invites, projects};
use crate::store::{DieselTenancyStore, Membership, Rule, Ruled};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Timestamp, UserId};
use mainstay_store::changes::Announce as _;
use mainstay_store::jobs::Enqueue as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Database, Id, StoreError, StoreResult, Ts, each_backend};
use std::sync::Arc;

/// The store of invites over one of the two handles.
#[derive(Clone)]
pub struct DieselInviteStore<D> {
    db: D,
}

/// The store of invites over the database that was opened.
pub fn open(database: &Database) -> Arc<dyn InviteStore> {
    match database {
        Database::Sqlite(db) => Arc::new(DieselInviteStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(DieselInviteStore { db: db.clone() }),
    }
}

#[each_backend]
#[async_trait]
impl InviteStore for DieselInviteStore<Db> {
    async fn list(&self, user: UserId, place: &Place) -> StoreResult<Option<(Ground, Vec<Invite>)>> {
        let place = place.clone();
        self.db.scan(move |conn| Self::list_invites(conn, user, place).boxed()).await
    }

    async fn find(&self, token: &TokenHash) -> StoreResult<Option<(Ground, Invite)>> {
        let token = token.clone();
        self.db.read(|conn| Self::find_by_token(conn, token).boxed()).await
    }

    async fn change(
        &self,
        request: InviteRequest,
        decide: Rule<InviteStanding, InviteStep, InviteError>,
    ) -> Ruled<Option<Invite>, InviteError> {
        self.db.write(move |conn| Self::change_invite(conn, request, decide).boxed()).await
    }

    async fn delete_expired(&self, before: Timestamp, most: i64) -> StoreResult<usize> {
        self.db
            .write(move |conn| {
                async move {
                    let expired = invites::table.filter(invites::expires_at.lt(Ts(before)));
                    let some: Vec<Id> = expired.limit(most).select(invites::id).load(conn).await?;
                    Ok(diesel::delete(invites::table.filter(invites::id.eq_any(some))).execute(conn).await?)
                }
                .boxed()
            })
            .await
    }
}

#[each_backend]
impl DieselInviteStore<Db> {
    async fn list_invites(conn: &mut Conn, user: UserId, place: Place) -> StoreResult<Option<(Ground, Vec<Invite>)>> {
        let ground = match place {
            Place::Project(slug) => conn.view(&slug, user).await?.map(Ground::Project),
            Place::Workspace(id) => match DieselTenancyStore::<Db>::find_living(conn, id).await? {
                Some(workspace) => {
                    let seat = DieselTenancyStore::<Db>::find_seat(conn, user, id).await?;
                    Some(Ground::Workspace(workspace, seat.map(|seat| seat.role)))
                }
                None => None,
            },
        };
        let Some(ground) = ground else { return Ok(None) };
        let rows: Vec<InviteRow> = Self::invites_to(&ground)
            .order((invites::created_at.desc(), invites::id.desc()))
            .select(InviteRow::as_select())
            .load(conn)
            .await?;
        Ok(Some((ground, rows.into_iter().map(Invite::try_from).collect::<StoreResult<_>>()?)))
    }

    fn invites_to<'q>(ground: &Ground) -> invites::BoxedQuery<'q, Backend> {
        let all = invites::table.into_boxed();
        match ground {
            Ground::Project(standing) => all.filter(invites::project_id.eq(Id(standing.project.id.0))),
            Ground::Workspace(workspace, _) => {
                all.filter(invites::workspace_id.eq(workspace.id.0)).filter(invites::project_id.is_null())
            }
        }
    }

    async fn by_token(conn: &mut Conn, token: &TokenHash) -> StoreResult<Option<(Invite, Option<Project>)>> {
        let wanted = invites::table.filter(invites::token_hash.eq(&token.0)).select(InviteRow::as_select());
        let row: Option<InviteRow> = wanted.first(conn).await.optional()?;
        let Some(invite) = row.map(Invite::try_from).transpose()? else { return Ok(None) };
        let Some(project) = invite.offer.project() else { return Ok(Some((invite, None))) };
        let wanted = projects::table.find(Id(project.0)).select(ProjectRow::as_select());
        let row: Option<ProjectRow> = wanted.first(conn).await.optional()?;
        Ok(row.map(|row| (invite, Some(row.into()))))
    }

    async fn find_by_token(conn: &mut Conn, token: TokenHash) -> StoreResult<Option<(Ground, Invite)>> {
        let Some((invite, project)) = Self::by_token(conn, &token).await? else { return Ok(None) };
        let ground = match project {
            Some(project) => Some(Ground::Project(conn.standing(project, invite.invited_by).await?)),
            None => DieselTenancyStore::<Db>::find_living(conn, invite.workspace)
                .await?
                .map(|workspace| Ground::Workspace(workspace, None)),
        };
        Ok(ground.map(|ground| (ground, invite)))
    }

    async fn change_invite(
        conn: &mut Conn,
        request: InviteRequest,
        decide: Rule<InviteStanding, InviteStep, InviteError>,
    ) -> Ruled<Option<Invite>, InviteError> {
        let missing = match &request.subject {
            Subject::Email(place, _) | Subject::Id(place, _) => InviteError::no_place(place),
            Subject::Token(_) => InviteError::NotFound,
        };
        let Some(mut standing) = Self::hold(conn, request).await? else { return Ok(Err(missing)) };
        let (step, event) = match decide(&standing) {
            Ok(Some(change)) => change,
            Ok(None) => return Ok(Ok(standing.invite)),
            Err(refused) => return Ok(Err(refused)),
        };
        match step {
            InviteStep::Create(invite, token, job) => {
                if let Some(expired) = standing.invite {
                    Self::delete(conn, expired.id).await?;
                }
                let row = NewInviteRow::new(Invite::clone(&invite), token);
                diesel::insert_into(invites::table).values(row).execute(conn).await?;
                conn.enqueue(&job, event.at).await?;
                standing.invite = Some(*invite);
            }
            InviteStep::Cancel(id) => {
                Self::delete(conn, id).await?;
            }
            InviteStep::Accept(id, taking, joined) => {
                let used = invites::table.find(Id(id.0)).filter(invites::expires_at.gt(Ts(event.at)));
                if diesel::delete(used).execute(conn).await? == 0 {
                    return Ok(Err(InviteError::NotFound));
                }
                Self::take(conn, &standing.ground, taking, &joined).await?;
            }
        }
        conn.append(&event).await?;
        Ok(Ok(standing.invite))
    }

    /// Locks the place of an invite; none when the place, or the invite of a token, is not there.
    async fn hold(conn: &mut Conn, request: InviteRequest) -> StoreResult<Option<InviteStanding>> {
        let (place, key) = match request.subject {
            Subject::Email(place, key) => (place, Key::Email(key)),
            Subject::Id(place, id) => (place, Key::Id(id)),
            Subject::Token(token) => match Self::by_token(conn, &token).await? {
                Some((invite, Some(project))) => (Place::Project(project.slug), Key::Id(invite.id)),
                Some((invite, None)) => (Place::Workspace(invite.workspace), Key::Id(invite.id)),
                None => return Ok(None),
            },
        };
        let Some(ground) = Self::hold_ground(conn, place, request.actor).await? else { return Ok(None) };
        let wanted = match key {
            Key::Email(key) => Self::invites_to(&ground).filter(invites::email_key.eq(key)),
            Key::Id(id) => Self::invites_to(&ground).filter(invites::id.eq(Id(id.0))),
        };
        let row: Option<InviteRow> = wanted.select(InviteRow::as_select()).first(conn).await.optional()?;
        let invite = row.map(Invite::try_from).transpose()?;
        let seated = Self::has_seat(conn, &ground, request.guest).await?;
        let members = match &ground {
            Ground::Workspace(workspace, _) => DieselTenancyStore::<Db>::count_members(conn, workspace.id).await?,
            Ground::Project(_) => 0,
        };
        Ok(Some(InviteStanding { ground, invite, seated, members }))
    }

    async fn hold_ground(conn: &mut Conn, place: Place, actor: UserId) -> StoreResult<Option<Ground>> {
        match place {
            Place::Project(slug) => Ok(conn.hold(&slug, actor).await?.map(Ground::Project)),
            Place::Workspace(id) => {
                let Some(workspace) = DieselTenancyStore::<Db>::lock(conn, id).await? else { return Ok(None) };
                let seat = DieselTenancyStore::<Db>::find_seat(conn, actor, id).await?;
                Ok(Some(Ground::Workspace(workspace, seat.map(|seat| seat.role))))
            }
        }
    }

    async fn has_seat(conn: &mut Conn, ground: &Ground, guest: SeatOf) -> StoreResult<bool> {
        match (ground, guest) {
            (Ground::Project(standing), guest) => Ok(conn.seat(standing.project.id, guest).await?.is_some()),
            (Ground::Workspace(workspace, _), SeatOf::Person(user)) => {
                Ok(DieselTenancyStore::<Db>::find_seat(conn, user, workspace.id).await?.is_some())
            }
            (Ground::Workspace(..), SeatOf::Nobody | SeatOf::Seat(_)) => Ok(false),
        }
    }

    async fn take(conn: &mut Conn, ground: &Ground, taking: Taking, joined: &Event) -> StoreResult<()> {
        match (ground, taking) {
            (Ground::Project(standing), Taking::Project(seat)) => {
                conn.sit(standing.project.id, seat, joined.at).await?;
            }
            (Ground::Workspace(workspace, _), Taking::Workspace(user, role)) => {
                let (workspace, at) = (workspace.id, joined.at);
                let seat = Membership { workspace, user, role, created_at: at, updated_at: at };
                DieselTenancyStore::<Db>::take_seat(conn, seat).await?;
                conn.announce(MEMBERSHIPS, seat_subject(user, workspace), at).await?;
            }
            _ => return Err(StoreError::Damaged("an invite leads to another place than its own".to_owned())),
        }
        conn.append(joined).await
    }

    async fn delete(conn: &mut Conn, id: InviteId) -> StoreResult<()> {
        diesel::delete(invites::table.find(Id(id.0))).execute(conn).await?;
        Ok(())
    }
}

/// Which of the invites to a place.
enum Key {
    Email(String),
    Id(InviteId),
}

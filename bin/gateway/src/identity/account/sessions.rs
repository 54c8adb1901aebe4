//! `/auth/sessions`: where a person is logged in.

use super::{TAG, login};
use crate::identity::message::Message;
use actix_web::web;
use mainstay_auth::{SessionService, SessionView};
use mainstay_edge::{Doc, Failure, Identity, IsoMillis, LoggedIn, PathIds, Plain, Surface};
use mainstay_kernel::{Kind, SessionId};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    let text = "The live ones, the last used first, at most a hundred.";
    surface.get("/sessions", list, doc("listSessions", "List your sessions", text));
    let text = "Ends every session but the one that asks.";
    surface.delete("/sessions", revoke_others, doc("revokeOtherSessions", "End your other sessions", text));
    let fails = &[(Kind::NotFound, "You have no such session.")];
    surface.delete("/sessions/{id}", revoke, Doc { fails, ..doc("revokeSession", "End one of your sessions", "") });
}

/// A session of the caller.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SessionRow {
    id: Uuid,
    /// With what it was last begun or refreshed, such as `Firefox on Linux`.
    device: String,
    user_agent: Option<String>,
    /// From where.
    address: Option<String>,
    created_at: IsoMillis,
    /// When it was last used, to the second; a use on another node shows within seconds.
    last_used_at: IsoMillis,
    /// When it is over unless it is refreshed before.
    expires_at: IsoMillis,
    /// Whether it is the one that asks.
    is_current: bool,
}

impl From<SessionView> for SessionRow {
    fn from(SessionView { session, client, is_current }: SessionView) -> Self {
        Self {
            id: session.id.0,
            device: client.device_name(),
            user_agent: client.user_agent().map(str::to_owned),
            address: client.address().map(|address| address.to_string()),
            created_at: session.created_at.into(),
            last_used_at: session.last_used_at.into(),
            expires_at: session.expires_at.into(),
            is_current,
        }
    }
}

type Sessions = web::Data<dyn SessionService>;

async fn list(caller: LoggedIn, sessions: Sessions) -> Result<Plain<Vec<SessionRow>>, Failure> {
    let live = sessions.list(login(caller)).await?;
    Ok(Plain(live.into_iter().map(SessionRow::from).collect()))
}

async fn revoke_others(caller: LoggedIn, sessions: Sessions) -> Result<Message, Failure> {
    sessions.revoke_others(login(caller)).await?;
    Ok(Message::new("Your other sessions have ended."))
}

async fn revoke(caller: LoggedIn, PathIds(id): PathIds<Uuid>, sessions: Sessions) -> Result<Message, Failure> {
    sessions.revoke(login(caller), SessionId(id)).await?;
    Ok(Message::new("The session has ended."))
}

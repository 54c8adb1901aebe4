//! `/oauth/grants`: what a person has allowed clients.

use super::TAG;
use crate::identity::message::Message;
use actix_web::web;
use mainstay_auth::{Grant, OAuthScope, ProviderService};
use mainstay_edge::{Doc, Failure, IsoMillis, LoggedIn, OAuth, PathIds, Plain, Surface};
use mainstay_kernel::Kind;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

pub(super) fn declare(surface: &mut Surface<'_, OAuth>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    let text = "The last allowed first.";
    surface.get("/grants", list, doc("listGrants", "List the clients that you let in", text));
    let text = "All tokens that the client has for you end.";
    let fails = &[(Kind::NotFound, "You have no such grant.")];
    surface.delete("/grants/{id}", revoke, Doc { fails, ..doc("revokeGrant", "Let a client in no more", text) });
}

/// What a person has allowed a client.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct GrantRow {
    id: Uuid,
    /// Which client.
    client_id: String,
    /// Its name.
    client_name: String,
    /// What it may know.
    scopes: Vec<&'static str>,
    /// When it was first allowed.
    created_at: IsoMillis,
    /// When it was last allowed.
    updated_at: IsoMillis,
}

impl From<Grant> for GrantRow {
    fn from(grant: Grant) -> Self {
        let Grant { id, client_id, client_name, scopes, created_at, updated_at } = grant;
        let scopes = scopes.iter().map(OAuthScope::as_str).collect();
        Self { id, client_id, client_name, scopes, created_at: created_at.into(), updated_at: updated_at.into() }
    }
}

type Provider = web::Data<dyn ProviderService>;

async fn list(caller: LoggedIn, provider: Provider) -> Result<Plain<Vec<GrantRow>>, Failure> {
    let grants = provider.grants(caller.user).await?;
    Ok(Plain(grants.into_iter().map(GrantRow::from).collect()))
}

async fn revoke(caller: LoggedIn, PathIds(id): PathIds<Uuid>, provider: Provider) -> Result<Message, Failure> {
    provider.revoke_grant(caller.user, id).await?;
    Ok(Message::new("The client is let in no more."))
}

//! `/api/auth/me/`: the person, and where they may work.

use actix_web::web;
use mainstay_auth::AuthService;
use mainstay_edge::{Doc, Failure, Identity, IsoSeconds, Known, Plain, Rejection, Surface};
use mainstay_kernel::{Listing, PageRequest, Role, UserId};
use mainstay_tenancy::{Memberships, Workspace, WorkspaceQuery, WorkspaceService};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let text = "The person of the credential, and the newest hundred of their workspaces.";
    let (tag, summary) = ("Tokens", "The person behind the credential");
    surface.get("/me", me, Doc { id: "getPerson", tag, summary, text, fails: &[] });
}

/// A person.
#[derive(Serialize, JsonSchema)]
struct PersonResponse {
    id: Uuid,
    email: String,
    name: String,
    /// Whether they are the owner that setup made.
    is_owner: bool,
    created_at: IsoSeconds,
    /// The workspace that this request is about.
    workspace_id: Option<i64>,
    /// Where they may work.
    workspaces: Vec<SeatResponse>,
}

/// A workspace, and what the person is there.
#[derive(Serialize, JsonSchema)]
struct SeatResponse {
    id: i64,
    name: String,
    slug: String,
    role: &'static str,
}

async fn me(
    Known(caller): Known,
    people: web::Data<dyn AuthService>,
    workspaces: web::Data<dyn WorkspaceService>,
    memberships: web::Data<dyn Memberships>,
) -> Result<Plain<PersonResponse>, Failure> {
    let person = people.person(caller.user).await?.ok_or(Rejection::NoCredential)?;
    let listing = Listing { page: PageRequest::new(1, PageRequest::MAX_SIZE), ..Listing::default() };
    let found = workspaces.list(caller.user, WorkspaceQuery { listing, status: None }).await?;
    let mut seats = Vec::with_capacity(found.items.len());
    for workspace in found.items {
        seats.extend(seat(caller.user, workspace, &**memberships).await?);
    }
    Ok(Plain(PersonResponse {
        id: person.id.0,
        email: person.email.clone(),
        name: person.display_name.clone(),
        is_owner: person.is_installation_owner,
        created_at: person.created_at.into(),
        workspace_id: caller.workspace.map(|workspace| workspace.0),
        workspaces: seats,
    }))
}

async fn seat(user: UserId, at: Workspace, memberships: &dyn Memberships) -> Result<Option<SeatResponse>, Failure> {
    let role = memberships.role(user, at.id).await?;
    Ok(role.map(|role: Role| SeatResponse { id: at.id.0, name: at.name, slug: at.slug, role: role.name() }))
}

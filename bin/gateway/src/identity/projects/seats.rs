//! `/projects/{slug}`: coming, going, and handing the project over.

use super::dto::ProjectResponse;
use super::members::dto::ProjectMemberResponse;
use super::{NOT_A_MEMBER, NOT_FOUND, ProjectsWrite, TAG, TOO_LOW};
use crate::identity::message::Message;
use actix_web::web;
use mainstay_edge::{Doc, Failure, Holds, Identity, PathIds, Plain, Surface, Valid};
use mainstay_kernel::Kind;
use mainstay_tenancy::ProjectMemberService;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;
use validator::Validate;

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "Makes the caller a member with the default permissions. For everyone, in public projects.";
    let fails = &[
        (Kind::Malformed, "The caller is a member already."),
        (Kind::Forbidden, "The project is private, or the scope is missing."),
        NOT_FOUND,
    ];
    surface.post("/{slug}/join", join, doc("joinProject", "Join a project", text, fails));
    let text = "For every member but the owner.";
    let fails = &[(Kind::Malformed, "The caller owns the project."), NOT_A_MEMBER, NOT_FOUND];
    surface.delete("/{slug}/leave", leave, doc("leaveProject", "Leave a project", text, fails));
    let text = "For the owner, who becomes an admin; the new owner must be a member before.";
    let fails = &[(Kind::Malformed, "The new owner is no member, or the owner already."), TOO_LOW, NOT_FOUND];
    let transfer_doc = doc("transferProject", "Transfer the ownership", text, fails);
    surface.post("/{slug}/transfer-ownership", transfer, transfer_doc);
}

/// Who is to own a project.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "transfer_example")]
struct TransferOwnershipRequest {
    /// The person's id; that of their membership is understood too.
    new_owner_id: Uuid,
}

fn transfer_example() -> Value {
    json!({ "new_owner_id": "01890a5d-ac96-774b-bcce-b302099a8057" })
}

type Service = web::Data<dyn ProjectMemberService>;

async fn join(
    caller: Holds<ProjectsWrite>,
    PathIds(slug): PathIds<String>,
    members: Service,
) -> Result<Plain<ProjectMemberResponse>, Failure> {
    Ok(Plain(members.join(caller.principal.user, &slug).await?.into()))
}

async fn leave(
    caller: Holds<ProjectsWrite>,
    PathIds(slug): PathIds<String>,
    members: Service,
) -> Result<Message, Failure> {
    members.leave(caller.principal.user, &slug).await?;
    Ok(Message::new("Left the project"))
}

async fn transfer(
    caller: Holds<ProjectsWrite>,
    PathIds(slug): PathIds<String>,
    Valid(request): Valid<TransferOwnershipRequest>,
    members: Service,
) -> Result<Plain<ProjectResponse>, Failure> {
    Ok(Plain(members.transfer(caller.principal.user, &slug, request.new_owner_id).await?.into()))
}

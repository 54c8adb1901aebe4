//! `/projects/{slug}/permissions`: what can be permitted in a project.

mod dto;

use super::{NOT_A_MEMBER, NOT_FOUND, ProjectsRead, ProjectsWrite, TAG, TOO_LOW};
use crate::identity::message::Message;
use actix_web::web;
use dto::{CreatePermissionRequest, PermissionResponse, UpdatePermissionRequest};
use mainstay_edge::{Created, Doc, Failure, Holds, Identity, PathIds, Plain, Surface, Valid};
use mainstay_kernel::Kind;
use mainstay_tenancy::{PermissionId, PermissionService};
use uuid::Uuid;

const NO_PERMISSION: (Kind, &str) = (Kind::NotFound, "No such project, or no such permission in it.");

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "For every member; the oldest first.";
    let fails = &[NOT_A_MEMBER, NOT_FOUND];
    surface.get("/{slug}/permissions", list, doc("listPermissions", "List permissions", text, fails));
    let text = "For the owner and admins. A default permission is given to whoever joins later.";
    let fails = &[
        TOO_LOW,
        NOT_FOUND,
        (Kind::Conflict, "A permission has this key, or the first request with this idempotency key is still running."),
    ];
    let create_doc = doc("createPermission", "Create a permission", text, fails);
    surface.post("/{slug}/permissions", create, create_doc);
    let text = "For the owner and admins. The key stays.";
    let fails = &[TOO_LOW, NO_PERMISSION];
    let update_doc = doc("updatePermission", "Update a permission", text, fails);
    surface.patch("/{slug}/permissions/{permission}", update, update_doc);
    let text = "For the owner and admins. Every member loses it.";
    let delete_doc = doc("deletePermission", "Delete a permission", text, fails);
    surface.delete("/{slug}/permissions/{permission}", delete, delete_doc);
}

type Service = web::Data<dyn PermissionService>;

async fn list(
    caller: Holds<ProjectsRead>,
    PathIds(slug): PathIds<String>,
    permissions: Service,
) -> Result<Plain<Vec<PermissionResponse>>, Failure> {
    let catalogue = permissions.list(caller.principal.user, &slug).await?;
    Ok(Plain(catalogue.into_iter().map(PermissionResponse::from).collect()))
}

async fn create(
    caller: Holds<ProjectsWrite>,
    PathIds(slug): PathIds<String>,
    Valid(request): Valid<CreatePermissionRequest>,
    permissions: Service,
) -> Result<Created<PermissionResponse>, Failure> {
    Ok(Created(permissions.create(caller.principal.user, &slug, request.into()).await?.into()))
}

async fn update(
    caller: Holds<ProjectsWrite>,
    PathIds((slug, id)): PathIds<(String, Uuid)>,
    Valid(request): Valid<UpdatePermissionRequest>,
    permissions: Service,
) -> Result<Plain<PermissionResponse>, Failure> {
    let changed = permissions.update(caller.principal.user, &slug, PermissionId(id), request.into()).await?;
    Ok(Plain(changed.into()))
}

async fn delete(
    caller: Holds<ProjectsWrite>,
    PathIds((slug, id)): PathIds<(String, Uuid)>,
    permissions: Service,
) -> Result<Message, Failure> {
    permissions.delete(caller.principal.user, &slug, PermissionId(id)).await?;
    Ok(Message::new("Permission deleted"))
}

//! `/projects/{slug}/members`: the people of a project.

pub(super) mod dto;

use super::{NOT_A_MEMBER, ProjectsRead, ProjectsWrite, TAG, TOO_LOW};
use crate::identity::message::Message;
use actix_web::web;
use dto::{AddProjectMemberRequest, ChangeProjectMemberRequest, ProjectMemberResponse};
use mainstay_edge::{Created, Doc, Failure, Holds, Identity, PathIds, Plain, Surface, Valid};
use mainstay_kernel::Kind;
use mainstay_tenancy::{MembershipId, ProjectMemberService};
use uuid::Uuid;

const NO_MEMBER: (Kind, &str) = (Kind::NotFound, "No such project, or no such member of it.");

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "For every member; who joined first comes first.";
    let fails = &[NOT_A_MEMBER, super::NOT_FOUND];
    surface.get("/{slug}/members", list, doc("listProjectMembers", "List a project's members", text, fails));
    let text = "Adds the person to whom this verified address belongs, at once. For the owner and admins; only the \
        owner makes admins.";
    let fails = &[
        (Kind::Malformed, "The person is a member already, or the body is not JSON."),
        TOO_LOW,
        (Kind::NotFound, "No such project, or nobody has this address."),
    ];
    let add_doc = doc("addProjectMember", "Add a project member", text, fails);
    surface.post("/{slug}/members", add, add_doc);
    let text = "The owner changes everyone, an admin the permissions of plain members and their own; nobody their own \
        role, or the owner's. The permissions given replace the present ones.";
    let fails = &[(Kind::Malformed, "The member owns the project, or the body is not JSON."), TOO_LOW, NO_MEMBER];
    let change_doc = doc("changeProjectMember", "Change a project member", text, fails);
    surface.patch("/{slug}/members/{member}", change, change_doc);
    let text = "For the owner, and for admins where the member is a plain one. Nobody removes themselves.";
    let fails = &[(Kind::Malformed, "The member owns the project, or is the caller."), TOO_LOW, NO_MEMBER];
    let remove_doc = doc("removeProjectMember", "Remove a project member", text, fails);
    surface.delete("/{slug}/members/{member}", remove, remove_doc);
}

type Service = web::Data<dyn ProjectMemberService>;

async fn list(
    caller: Holds<ProjectsRead>,
    PathIds(slug): PathIds<String>,
    members: Service,
) -> Result<Plain<Vec<ProjectMemberResponse>>, Failure> {
    let members = members.list(caller.principal.user, &slug).await?;
    Ok(Plain(members.into_iter().map(ProjectMemberResponse::from).collect()))
}

async fn add(
    caller: Holds<ProjectsWrite>,
    PathIds(slug): PathIds<String>,
    Valid(request): Valid<AddProjectMemberRequest>,
    members: Service,
) -> Result<Created<ProjectMemberResponse>, Failure> {
    Ok(Created(members.add(caller.principal.user, &slug, request.into()).await?.into()))
}

async fn change(
    caller: Holds<ProjectsWrite>,
    PathIds((slug, member)): PathIds<(String, Uuid)>,
    Valid(request): Valid<ChangeProjectMemberRequest>,
    members: Service,
) -> Result<Plain<ProjectMemberResponse>, Failure> {
    let changed = members.change(caller.principal.user, &slug, MembershipId(member), request.into()).await?;
    Ok(Plain(changed.into()))
}

async fn remove(
    caller: Holds<ProjectsWrite>,
    PathIds((slug, member)): PathIds<(String, Uuid)>,
    members: Service,
) -> Result<Message, Failure> {
    members.remove(caller.principal.user, &slug, MembershipId(member)).await?;
    Ok(Message::new("Member removed"))
}

//! What the changes of workspaces and projects tell.

mainstay_kernel::event_types! {
    WORKSPACE_CREATED = "workspace.created", "A workspace was made.";
    WORKSPACE_UPDATED = "workspace.updated", "The name, slug, plan or settings of a workspace changed.";
    WORKSPACE_DELETED = "workspace.deleted", "A workspace was ended.";
    WORKSPACE_MEMBER_ADDED = "workspace.member_added", "A person was added to a workspace, or accepted an invite into it.";
    WORKSPACE_MEMBER_ROLE_CHANGED = "workspace.member_role_changed", "The role of a member of a workspace changed.";
    WORKSPACE_MEMBER_REMOVED = "workspace.member_removed", "A person was removed from a workspace, or left it.";
    PROJECT_CREATED = "project.created", "A project was made.";
    PROJECT_UPDATED = "project.updated", "The name, description or visibility of a project changed.";
    PROJECT_DELETED = "project.deleted", "A project was ended.";
    PROJECT_MEMBER_ADDED = "project.member_added", "A person was added to a project.";
    PROJECT_MEMBER_JOINED = "project.member_joined", "A person joined a public project, or accepted an invite into one.";
    PROJECT_MEMBER_UPDATED = "project.member_updated", "The role or the permissions of a member of a project changed.";
    PROJECT_MEMBER_REMOVED = "project.member_removed", "A person was removed from a project.";
    PROJECT_MEMBER_LEFT = "project.member_left", "A person left a project.";
    PROJECT_OWNERSHIP_TRANSFERRED = "project.ownership_transferred", "A project was handed over to another member.";
    PROJECT_PERMISSION_CREATED = "project.permission_created", "A permission was added to the catalogue of a project.";
    PROJECT_PERMISSION_UPDATED = "project.permission_updated", "A permission of a project changed.";
    PROJECT_PERMISSION_DELETED = "project.permission_deleted", "A permission of a project was ended.";
    INVITE_CREATED = "invite.created", "A person was invited into a project or a workspace.";
    INVITE_CANCELLED = "invite.cancelled", "An invite was ended before it was used.";
    INVITE_ACCEPTED = "invite.accepted", "An invite was accepted.";
}

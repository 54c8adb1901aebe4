#![doc = include_str!("../README.md")]

mod departure;
mod directory;
mod error;
pub mod events;
mod fields;
mod ids;
pub mod invites;
mod known;
mod listing;
mod memberships;
mod model;
pub mod permissions;
pub mod project_members;
pub mod projects;
mod roles;
mod schema;
mod service;
mod settings;
mod slug;
pub mod store;
mod tenancy;

pub use directory::{Addresses, Directory, DirectoryError, PersonCard};
pub use error::TenancyError;
pub use ids::{InviteId, MembershipId, PermissionId, ProjectId};
pub use invites::{InviteError, InvitePost, InviteService, InviteToken, Invites};
pub use listing::{MemberColumn, MemberQuery, WorkspaceColumn, WorkspaceQuery, WorkspaceStatus};
pub use memberships::Memberships;
pub use model::{Member, NewWorkspace, Workspace, WorkspaceChange};
pub use permissions::{PermissionService, Permissions};
pub use project_members::{ProjectMemberService, ProjectMembers};
pub use projects::{ProjectError, ProjectRole, ProjectService, Projects};
pub use service::WorkspaceService;
pub use slug::{is_slug, slugify};
pub use store::{TenancyStore, open};
pub use tenancy::Tenancy;

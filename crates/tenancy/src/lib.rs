#![doc = include_str!("../README.md")]

mod directory;
mod error;
mod fields;
mod known;
mod listing;
mod memberships;
mod model;
mod roles;
mod schema;
mod service;
mod settings;
mod slug;
pub mod store;
mod tenancy;

pub use directory::{Directory, DirectoryError, PersonCard};
pub use error::TenancyError;
pub use listing::{MemberColumn, MemberQuery, WorkspaceColumn, WorkspaceQuery, WorkspaceStatus};
pub use memberships::Memberships;
pub use model::{Member, NewWorkspace, Workspace, WorkspaceChange};
pub use service::WorkspaceService;
pub use slug::{is_slug, slugify};
pub use store::{TenancyStore, open};
pub use tenancy::Tenancy;

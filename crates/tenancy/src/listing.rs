//! How the two lists of this crate can be asked for.

use mainstay_kernel::{Listing, Role};

/// What workspaces can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkspaceColumn {
    /// The order in which they were made.
    Id,
    /// By the bytes of the name.
    Name,
    /// By the bytes of the slug.
    Slug,
    /// By the name of the plan.
    Tier,
    /// When made.
    CreatedAt,
    /// When last changed.
    UpdatedAt,
}

impl WorkspaceColumn {
    /// Every column.
    pub const ALL: [Self; 6] = [Self::Id, Self::Name, Self::Slug, Self::Tier, Self::CreatedAt, Self::UpdatedAt];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Slug => "slug",
            Self::Tier => "tier",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
        }
    }

    /// The column of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }
}

/// What a workspace in a list can be. A deleted one is in no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkspaceStatus {
    /// It lives.
    Active,
}

impl WorkspaceStatus {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
        }
    }

    /// The status of this name.
    pub fn named(name: &str) -> Option<Self> {
        (name == Self::Active.name()).then_some(Self::Active)
    }
}

/// Which of a person's workspaces are wanted. The search looks into names and slugs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkspaceQuery {
    /// Page, order, spans and search; the newest first by default and among equals.
    pub listing: Listing<WorkspaceColumn>,
    /// Only those of this status.
    pub status: Option<WorkspaceStatus>,
}

/// What members can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberColumn {
    /// By the person's identifier.
    Id,
    /// By name, whatever its case.
    Name,
    /// By address, whatever its case.
    Email,
    /// From viewer to owner.
    Role,
    /// When they joined.
    CreatedAt,
    /// When their role last changed.
    UpdatedAt,
}

impl MemberColumn {
    /// Every column.
    pub const ALL: [Self; 6] = [Self::Id, Self::Name, Self::Email, Self::Role, Self::CreatedAt, Self::UpdatedAt];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Email => "email",
            Self::Role => "role",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
        }
    }

    /// The column of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }
}

/// Which members of a workspace are wanted. The search looks into names and addresses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemberQuery {
    /// Page, order, spans and search; who joined last comes first by default and among equals.
    pub listing: Listing<MemberColumn>,
    /// Only those of this role.
    pub role: Option<Role>,
}

//! What can be permitted in a project.

use crate::ids::PermissionId;
use mainstay_kernel::{Patch, Timestamp};

/// An entry of a project's catalogue. What it permits is for the programs that read it to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// Its identifier.
    pub id: PermissionId,
    /// Its name for programs, unique in the project and never changed.
    pub key: String,
    /// Its name for people, 1 to 255 characters.
    pub display_name: String,
    /// What it permits, at most 2000 characters.
    pub description: Option<String>,
    /// Whether it is given to new members, when nobody says what they are given.
    pub is_default: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A permission to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewPermission {
    /// 1 to 64 characters without white space.
    pub key: String,
    /// 1 to 255 characters, white space around them aside.
    pub display_name: String,
    /// At most 2000 characters.
    pub description: Option<String>,
    /// Whether later members are given it.
    pub is_default: bool,
}

/// A change of a permission; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PermissionChange {
    /// 1 to 255 characters, white space around them aside.
    pub display_name: Option<String>,
    /// At most 2000 characters.
    pub description: Patch<String>,
    /// Whether later members are given it; present ones keep what they have.
    pub is_default: Option<bool>,
}

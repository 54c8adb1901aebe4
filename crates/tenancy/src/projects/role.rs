//! What a person is in a project.

use std::fmt;

/// A person's role in a project, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProjectRole {
    /// Takes part.
    Member,
    /// Runs the project: its settings, plain members, permissions and invites.
    Admin,
    /// The one who may do everything, and end the project or hand it over.
    Owner,
}

impl ProjectRole {
    /// Every role, from most to least.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Admin, Self::Member];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    /// The role of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The role of this name, if it can be given: there is one owner, and only a transfer makes another.
    pub fn assignable(name: &str) -> Option<Self> {
        Self::named(name).filter(|role| *role != Self::Owner)
    }
}

impl fmt::Display for ProjectRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

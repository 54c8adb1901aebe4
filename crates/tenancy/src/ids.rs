//! Identifiers of this crate's own things, version 7 UUIDs (RFC 9562): they sort by creation.

use std::fmt;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A project.
    ProjectId
);
id!(
    /// A person's seat in one project.
    MembershipId
);
id!(
    /// An entry of a project's catalogue of permissions.
    PermissionId
);
id!(
    /// An invite.
    InviteId
);

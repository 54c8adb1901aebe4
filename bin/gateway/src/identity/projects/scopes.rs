//! What a credential must grant for projects.

use mainstay_edge::Permission;

/// Reading projects, and all that is in them.
pub(super) enum ProjectsRead {}

/// Making and changing projects, taking part, and letting others.
pub(in crate::identity) enum ProjectsWrite {}

/// Ending projects.
pub(super) enum ProjectsDelete {}

impl Permission for ProjectsRead {
    const SCOPE: &'static str = "projects:read";
}

impl Permission for ProjectsWrite {
    const SCOPE: &'static str = "projects:write";
}

impl Permission for ProjectsDelete {
    const SCOPE: &'static str = "projects:delete";
}

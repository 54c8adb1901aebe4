//! `/api/auth`: tokens that others can verify, as SiteHut's clients ask for them.

mod dto;
mod me;
mod tokens;

use mainstay_edge::{Identity, Surface};

/// The routes of this surface.
pub(crate) fn declare(surface: &mut Surface<'_, Identity>) {
    tokens::declare(surface);
    me::declare(surface);
}

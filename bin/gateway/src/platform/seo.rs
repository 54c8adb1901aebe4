//! `/api/v1/seo`: reports on pages, their issues, and audits.

mod audits;
mod filters;
mod history;
mod issues;
mod reports;

use mainstay_edge::{Platform, Surface};

/// The group that all of it stands in.
const TAG: &str = "SEO";

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    reports::declare(surface);
    issues::declare(surface);
    history::declare(surface);
    audits::declare(surface);
}

//! Every check, how bad it is and which score it counts for.

use super::finding::{Area, Check};
use crate::seo::Severity;

macro_rules! checks {
    ($($name:ident = $kind:literal, $severity:ident, $area:ident;)+) => {
        $(pub(super) static $name: Check =
            Check { kind: $kind, severity: Severity::$severity, area: Area::$area };)+

        #[cfg(test)]
        pub(super) const ALL: &[&Check] = &[$(&$name),+];
    };
}

checks! {
    HTTP_STATUS = "http_status", Critical, Seo;
    REDIRECT = "redirect", Info, Seo;
    REDIRECT_CHAIN = "redirect_chain", Warning, Seo;
    PAGE_LARGE = "page_large", Warning, BestPractices;
    TITLE_MISSING = "title_missing", Error, Seo;
    TITLE_SHORT = "title_short", Warning, Seo;
    TITLE_LONG = "title_long", Warning, Seo;
    TITLE_MULTIPLE = "title_multiple", Warning, Seo;
    DESCRIPTION_MISSING = "description_missing", Warning, Seo;
    DESCRIPTION_SHORT = "description_short", Info, Seo;
    DESCRIPTION_LONG = "description_long", Info, Seo;
    DESCRIPTION_MULTIPLE = "description_multiple", Warning, Seo;
    H1_MISSING = "h1_missing", Warning, Seo;
    H1_MULTIPLE = "h1_multiple", Info, Seo;
    HEADING_SKIPPED = "heading_skipped", Info, Accessibility;
    HEADING_EMPTY = "heading_empty", Warning, Accessibility;
    CANONICAL_MISSING = "canonical_missing", Info, Seo;
    CANONICAL_MULTIPLE = "canonical_multiple", Error, Seo;
    CANONICAL_RELATIVE = "canonical_relative", Warning, Seo;
    CANONICAL_ELSEWHERE = "canonical_elsewhere", Warning, Seo;
    NOINDEX = "noindex", Critical, Seo;
    ROBOTS_BLOCKED = "robots_blocked", Critical, Seo;
    ROBOTS_MISSING = "robots_txt_missing", Info, Seo;
    ROBOTS_UNAVAILABLE = "robots_txt_unavailable", Warning, Seo;
    MISSING_ALT = "missing_alt", Warning, Accessibility;
    LINK_BROKEN = "link_broken", Error, Seo;
    LINK_EMPTY = "link_empty", Warning, Accessibility;
    LINK_INSECURE = "link_insecure", Warning, BestPractices;
    LINK_NOFOLLOW = "link_nofollow", Info, Seo;
    LANG_MISSING = "lang_missing", Warning, Accessibility;
    VIEWPORT_MISSING = "viewport_missing", Warning, BestPractices;
    OPEN_GRAPH_MISSING = "open_graph_missing", Info, Seo;
    STRUCTURED_DATA_INVALID = "structured_data_invalid", Error, Seo;
    STRUCTURED_DATA_UNTYPED = "structured_data_untyped", Warning, Seo;
    STRUCTURED_DATA_NO_CONTEXT = "structured_data_no_context", Warning, Seo;
    SITEMAP_MISSING = "sitemap_missing", Info, Seo;
    SITEMAP_INVALID = "sitemap_invalid", Warning, Seo;
    SITEMAP_UNLISTED = "sitemap_unlisted", Info, Seo;
    MIXED_CONTENT = "mixed_content", Error, BestPractices;
}

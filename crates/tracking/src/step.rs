//! Something that visitors do.

use crate::intake::{PAGEVIEW, WEB_VITALS};
use crate::pattern::Pattern;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that visitors do. A star at the end of its text stands for any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// They are on a page: they view it, or make something happen there.
    Page(String),
    /// They make an event happen, which is no page view.
    Event(String),
}

impl Step {
    /// The path or the event's name, as it was said.
    pub fn text(&self) -> &str {
        match self {
            Self::Page(text) | Self::Event(text) => text,
        }
    }

    /// Which paths or names are meant.
    pub(crate) fn pattern(&self) -> Pattern {
        Pattern::said(self.text())
    }

    /// Whether a hit is it: an event of this name on this page. What pages tell of how they felt takes nobody to a page.
    pub(crate) fn is(&self, event: &str, page: &str) -> bool {
        match self {
            Self::Page(_) => event != WEB_VITALS && self.pattern().means(page),
            Self::Event(_) => event != PAGEVIEW && self.pattern().means(event),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_reached_by_whatever_a_visitor_does_there() {
        let thanks = Step::Page("/thanks*".into());
        assert!(thanks.is(PAGEVIEW, "/thanks"));
        assert!(thanks.is("click", "/thanks/you"));
        assert!(!thanks.is(WEB_VITALS, "/thanks"), "nobody did that");
        assert!(!thanks.is(PAGEVIEW, "/"));
    }

    #[test]
    fn an_event_is_no_page_view() {
        assert!(Step::Event("sign_up".into()).is("sign_up", "/"));
        assert!(!Step::Event("sign_up".into()).is("sign_up_failed", "/"));
        assert!(!Step::Event("*".into()).is(PAGEVIEW, "/"));
    }
}

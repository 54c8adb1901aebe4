//! Values that are meant.

/// How people write what was not said.
pub const NOT_SAID: &str = "(none)";

/// A value, or some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// This one; empty for what was not said.
    Is(String),
    /// Those that begin so.
    Begins(String),
}

impl Pattern {
    /// Reads a value, where a star at the end stands for any more, and [`NOT_SAID`] for what was not said.
    pub fn read(text: &str) -> Self {
        if text == NOT_SAID { Self::Is(String::new()) } else { Self::said(text) }
    }

    /// Reads a value that was said, where a star at the end stands for any more.
    pub fn said(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(beginning) => Self::Begins(beginning.to_owned()),
            None => Self::Is(text.to_owned()),
        }
    }

    /// Whether a value is meant.
    pub(crate) fn means(&self, value: &str) -> bool {
        match self {
            Self::Is(one) => value == one,
            Self::Begins(beginning) => value.starts_with(beginning.as_str()),
        }
    }
}

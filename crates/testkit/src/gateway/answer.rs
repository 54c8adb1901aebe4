//! What came back.

use reqwest::Version;
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::fmt;

/// An answer, read to its end.
#[derive(Clone)]
pub struct Answer {
    pub(super) asked: String,
    /// Its status.
    pub status: u16,
    /// The version of HTTP that it came in.
    pub version: Version,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The same, after a look at the status.
    ///
    /// # Panics
    /// When it is another.
    #[must_use]
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// Its body.
    ///
    /// # Panics
    /// When it is not JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|cause| panic!("{cause}: {self:?}"))
    }

    /// The part of its body that a JSON pointer (RFC 6901) names.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> Value {
        self.json().pointer(pointer).cloned().unwrap_or_else(|| panic!("nothing at {pointer}: {self:?}"))
    }

    /// The same part, which is a text.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("no text at {pointer}: {self:?}")).to_owned()
    }

    /// The same part, which is an integer.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn number(&self, pointer: &str) -> i64 {
        self.at(pointer).as_i64().unwrap_or_else(|| panic!("no integer at {pointer}: {self:?}"))
    }

    /// The names in the object at a pointer, sorted.
    ///
    /// # Panics
    /// When there is no object.
    #[track_caller]
    pub fn fields(&self, pointer: &str) -> Vec<String> {
        let object = self.at(pointer);
        let object = object.as_object().unwrap_or_else(|| panic!("no object at {pointer}: {self:?}"));
        let mut names: Vec<_> = object.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// Whether it is a page for browsers.
    pub fn is_page(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
    }

    /// Its body, which is a page.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn page(&self) -> String {
        assert!(self.is_page(), "no page: {self:?}");
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 2_000;
        let body: String = String::from_utf8_lossy(&self.body).chars().take(MOST).collect();
        write!(f, "{} -> {} {body}", self.asked, self.status)
    }
}

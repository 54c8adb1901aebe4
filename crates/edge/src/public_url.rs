//! Where this installation is reached from outside, and what it is called there.

use std::sync::Arc;

/// The address under which callers reach this installation, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// From the setting.
    pub fn new(url: &str) -> Self {
        Self(url.trim_end_matches('/').to_owned())
    }

    /// Scheme, host and port, as browsers write an origin (RFC 6454 §6.1).
    pub fn origin(&self) -> &str {
        let authority = self.0.find("://").map_or(0, |at| at + 3);
        let end = self.0[authority..].find('/').map_or(self.0.len(), |at| authority + at);
        &self.0[..end]
    }

    /// Whether callers come over HTTPS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The absolute URL of a path that begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

/// What people know the product as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandName(Arc<str>);

impl BrandName {
    /// From the setting.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_where_the_path_begins() {
        for url in ["https://id.example.com", "https://id.example.com/", "https://id.example.com/auth/"] {
            assert_eq!(PublicUrl::new(url).origin(), "https://id.example.com");
        }
        assert_eq!(PublicUrl::new("http://127.0.0.1:8080").origin(), "http://127.0.0.1:8080");
    }
}

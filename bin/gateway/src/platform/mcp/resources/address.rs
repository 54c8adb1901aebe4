//! The address of a resource, as it stands in a path.

use mainstay_mcp::protocol::Resource;
use mainstay_mcp::{McpError, ServerName};
use percent_encoding::percent_decode_str;

/// `<server>://<path>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ResourceAddress {
    pub(super) server: ServerName,
    /// What the server calls it, or what is behind `<server>://` in that; not empty.
    path: String,
}

impl ResourceAddress {
    /// Reads it as it came: encoded or not, with two slashes behind the colon or with the one that a proxy left of them.
    ///
    /// # Errors
    /// [`McpError::BadAddress`] when it is none, [`McpError::NoServer`] when its scheme cannot be a server's name.
    pub(super) fn read(text: &str) -> Result<Self, McpError> {
        // The router has left encoded what would change the path (RFC 3986 section 2.2): a `%` among it, so that nothing is
        // decoded twice.
        let text = percent_decode_str(text).decode_utf8().map_err(|_| McpError::BadAddress)?;
        let (scheme, rest) = text.split_once(":/").ok_or(McpError::BadAddress)?;
        let path = rest.strip_prefix('/').unwrap_or(rest);
        if scheme.is_empty() || path.is_empty() {
            return Err(McpError::BadAddress);
        }
        let server = scheme.parse().map_err(|_| McpError::NoServer)?;
        Ok(Self { server, path: path.to_owned() })
    }

    /// The whole of it.
    pub(super) fn whole(&self) -> String {
        format!("{}://{}", self.server, self.path)
    }

    /// What the server itself calls the resource: one of those that it lists, whose slashes a proxy may have taken, else
    /// the path where that is an address of its own, else the whole.
    pub(super) fn own_name(&self, listed: &[Resource]) -> String {
        let whole = self.whole();
        let plain = without_double_slashes(&self.path);
        let is_meant = |uri: &str| uri == whole || uri == self.path || without_double_slashes(uri) == plain;
        match listed.iter().find(|resource| is_meant(&resource.uri)) {
            Some(resource) => resource.uri.clone(),
            None if has_scheme(&self.path) => with_two_slashes(&self.path),
            None => whole,
        }
    }
}

fn without_double_slashes(text: &str) -> String {
    text.replace("://", ":/")
}

/// Whether a text begins as an address does (RFC 3986 section 3.1).
fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(":/") else { return false };
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(is_letter)
}

fn with_two_slashes(address: &str) -> String {
    if address.contains("://") { address.to_owned() } else { address.replacen(":/", "://", 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> ResourceAddress {
        ResourceAddress::read(text).expect(text)
    }

    #[test]
    fn one_slash_means_what_two_mean() {
        assert_eq!(address("filesystem://a/b.txt"), address("filesystem:/a/b.txt"));
        assert_eq!(address("filesystem:/a").whole(), "filesystem://a");
    }

    #[test]
    fn what_is_encoded_is_decoded_once() {
        assert_eq!(address("filesystem%3A%2F%2Fa%2Fb.txt"), address("filesystem://a/b.txt"));
        assert_eq!(address("filesystem://100%2525").whole(), "filesystem://100%25");
        assert!(ResourceAddress::read("filesystem://%ff").is_err());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "a.txt", "filesystem:", "filesystem://", "filesystem:/", "://a", ":/a"] {
            assert!(matches!(ResourceAddress::read(text), Err(McpError::BadAddress)), "{text}");
        }
        assert!(matches!(ResourceAddress::read("No Server://a"), Err(McpError::NoServer)));
    }

    #[test]
    fn a_server_is_asked_by_its_own_name_of_the_resource() {
        let listed = [Resource::new("demo://static/1", "one"), Resource::new("files://x", "x")];
        assert_eq!(address("everything://demo://static/1").own_name(&listed), "demo://static/1");
        assert_eq!(address("everything:/demo:/static/1").own_name(&listed), "demo://static/1");
        assert_eq!(address("everything:/demo:/static/2").own_name(&listed), "demo://static/2", "listed nowhere");
        assert_eq!(address("files://x").own_name(&listed), "files://x");
        assert_eq!(address("files://y/z.txt").own_name(&listed), "files://y/z.txt");
    }
}
